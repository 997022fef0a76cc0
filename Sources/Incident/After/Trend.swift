/// A series that gets worse slowly and steadily, and did so before the incident: not its result.
public struct Trend: Sendable {
    /// The series.
    public let key: SeriesKey
    /// Change a day, in the series' unit.
    public let perDay: Double
    /// The newest level.
    public let level: Double
    /// Days until a limit that is known, such as a full disk.
    public let daysLeft: Double?
    /// How sure: the share of pairs that rise, or fall, with it.
    public let certainty: Double

    /// Looks at the history of a series before an incident; nothing where it goes nowhere, or to the good.
    public init?(_ series: Series, before incident: Double) {
        let end = series.index(at: incident - 3600)
        guard end >= 60, let first = series.times.first, series.times[end - 1] - first >= 4 * 3600 else {
            return nil
        }
        // Medians of up to 48 stretches: the noise goes, what is left is the way.
        let count = min(48, end / 4)
        var x: [Double] = [], y: [Double] = []
        for stretch in 0..<count {
            let range = end * stretch / count..<end * (stretch + 1) / count
            guard let value = Baseline.median(series.values[range]) else { continue }
            x.append(series.times[range.lowerBound + range.count / 2])
            y.append(value)
        }
        var paces: [Double] = []
        var up = 0
        for j in x.indices {
            for i in 0..<j where x[j] > x[i] {
                paces.append((y[j] - y[i]) / (x[j] - x[i]))
                if y[j] > y[i] { up += 1 }
            }
        }
        guard paces.count > 20 else { return nil }
        paces.sort()
        let pace = Baseline.middle(paces)
        let share = Double(up) / Double(paces.count)
        certainty = max(share, 1 - share)
        let level = y[y.count - 1]
        let span = x[x.count - 1] - x[0]
        let scale = max(abs(y[0]), abs(level), 1e-9)
        let name = series.key.metric.lowercased()
        let concepts = Concept.of(metric: name)
        let isFalling =
            name.contains("free") || name.contains("available") || name.contains("hit_ratio")
            || name.contains("remaining")
        let worse: Excursion.Direction = isFalling ? .down : concepts.compactMap(\.worse).first ?? .up
        let watched: Set<Concept> = [
            .disk, .memory, .queue, .latency, .errors, .connections, .certificate, .restarts, .saturation,
            .cache,
            .replication, .threads,
        ]
        guard certainty >= 0.9, abs(pace * span) >= 0.03 * scale, (pace > 0) == (worse == .up),
            !watched.isDisjoint(with: concepts)
        else { return nil }
        // A day's wave looks like a trend for half a day.
        guard
            span >= 1.4 * 86_400
                || certainty >= 0.97 && abs(pace * span) >= 0.05 * scale
                    && concepts.contains(where: { [.disk, .memory, .certificate].contains($0) })
        else { return nil }
        key = series.key
        perDay = pace * 86_400
        self.level = level
        if name.contains("ratio") || name.contains("percent"), worse == .up {
            let limit = name.contains("percent") || level > 1.5 ? 100.0 : 1.0
            daysLeft = level < limit ? (limit - level) / perDay : 0
        } else if worse == .down {
            daysLeft = level > 0 ? level / -perDay : 0
        } else {
            daysLeft = nil
        }
    }

    var followUp: FollowUp {
        let place = key.service.map { "\($0): " } ?? ""
        let left =
            daysLeft.map {
                $0 < 365 ? "; at this pace it reaches its limit in \(Clock.span($0 * 86_400))" : ""
            } ?? ""
        return FollowUp(
            kind: .trend,
            text:
                "\(place)\(key.metric) \(perDay > 0 ? "grows" : "falls") by \(Numbers.short(abs(perDay))) a day and is at \(Numbers.short(level))\(left)",
            reason: "it did so before the incident, so repairing that does not stop it", evidence: [key.text],
            rank: min(1, 0.45 + (daysLeft.map { max(0, 1 - $0 / 30) } ?? 0.1) * 0.5), owner: nil)
    }
}
