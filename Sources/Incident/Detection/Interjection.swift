import Checkpoint

/// What the agent says unprompted: facts with their evidence, written by the program alone.
struct Interjection {
    let incident: IncidentRecord
    /// The most telling deviation.
    let lead: Scored
    /// Others of the same place and time.
    let others: [Scored]
    /// Changes shortly before, which the channel has not mentioned.
    let changes: [TimelineEntry]

    /// A deviation with its score.
    struct Scored: Sendable {
        let deviation: Deviation
        let relation: Double
        var score: Double { deviation.surprise * relation }
    }

    /// The text for the channel.
    var text: String {
        var parts = [Self.sentence(lead.deviation)]
        let away = lead.deviation.onset - incident.opened
        if abs(away) >= 90 {
            parts.append(
                "It began \(Clock.span(abs(away))) \(away < 0 ? "before" : "after") the incident was opened.")
        }
        if !others.isEmpty {
            let list = others.prefix(3).map { other in
                "\(other.deviation.key.metric) \(Numbers.short(other.deviation.level)) (usually \(Self.usual(other.deviation)))"
            }
            parts.append("Also there: \(list.joined(separator: "; ")).")
        }
        for change in changes.prefix(2) {
            parts.append(Self.sentence(change: change.event, onset: lead.deviation.onset))
        }
        return parts.joined(separator: " ")
    }

    static func sentence(_ deviation: Deviation) -> String {
        let place = deviation.key.service.map { "\($0): " } ?? ""
        // Prometheus puts its job's name on everything.
        let labels = deviation.key.labels.filter { $0.value != deviation.key.service && $0.key != "job" }
            .sorted { $0.key < $1.key }.prefix(3).map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        let name = deviation.key.metric + (labels.isEmpty ? "" : " (\(labels))")
        let times = deviation.factor.flatMap { factor -> String? in
            if factor >= 1.5 { return ", \(Numbers.short(factor)) times the usual" }
            return nil
        }
        return
            "\(place)\(name) is \(deviation.direction == .up ? "up" : "down") at \(Numbers.short(deviation.level)) "
            + "since \(Clock.minute(deviation.onset)) UTC, usually \(usual(deviation))\(times ?? "")."
    }

    static func sentence(change event: Event, onset: Double) -> String {
        let before = onset - event.time
        let when = before >= 0 ? "\(Clock.span(before)) before" : "\(Clock.span(-before)) after"
        return
            "\(when.prefix(1).uppercased() + when.dropFirst()) that, at \(Clock.minute(event.time)) UTC: \(event.text)."
            .replacing("..", with: ".")
    }

    static func usual(_ deviation: Deviation) -> String {
        let range = deviation.baseline.range(at: deviation.onset)
        // A count, a size or a time is never less than nothing.
        let low = deviation.baseline.low >= 0 ? max(0, range.lowerBound) : range.lowerBound
        let lowText = Numbers.short(low), highText = Numbers.short(range.upperBound)
        return lowText == highText ? "about \(lowText)" : "\(lowText) to \(highText)"
    }

    /// Numbers, times and the graph, for the page and for programs.
    static func evidence(_ scored: Scored) -> JSON {
        let deviation = scored.deviation
        let range = deviation.baseline.range(at: deviation.onset)
        return .object([
            "series": .string(deviation.key.text), "metric": .string(deviation.key.metric),
            "service": deviation.key.service.map { .string($0) } ?? .null,
            "direction": .string(deviation.direction.rawValue), "onset": .string(Clock.iso(deviation.onset)),
            "level": .number(deviation.level), "latest": .number(deviation.latest),
            "extreme": .number(deviation.extreme),
            "usual": .object([
                "center": .number(deviation.baseline.usual(at: deviation.onset)),
                "low": .number(range.lowerBound), "high": .number(range.upperBound),
                "samples": .integer(Int64(deviation.baseline.count)),
            ]),
            "surprise": .number(deviation.surprise), "relation": .number(scored.relation),
            "graph": .string(Graph.svg(deviation)),
        ])
    }
}
