/// How far an impacted series is on its way back.
public struct SeriesState: Sendable {
    /// The stages.
    public enum Stage: String, Sendable {
        /// Away from its usual range, and not coming back.
        case away
        /// Coming back.
        case returning
        /// It was coming back and no longer is.
        case stalled
        /// In its usual range, not yet for long enough.
        case arrived
        /// In its usual range for as long as is asked.
        case back
    }

    /// The series.
    public let key: SeriesKey
    /// How far it is.
    public let stage: Stage
    /// When it is expected back, while it is returning.
    public let fit: RecoveryFit?
    /// The newest level: the median of the last samples.
    public let level: Double
    /// Its usual range.
    public let usual: ClosedRange<Double>
    /// Since when it has been in its usual range, where it is.
    public let since: Double?
    /// How far away it was at the most, in spreads.
    public let worst: Double

    /// In spreads: where usual begins.
    static let band = 2.5

    /// Looks at one series that left its usual range at `onset`.
    public init?(
        _ series: Series, onset: Double, split: Double, now: Double, settings: DetectionSettings
    ) {
        guard let usual = Usual(series, split: split, settings: settings) else { return nil }
        self.init(series, baseline: usual.baseline, onset: max(onset, split), now: now, hold: settings.hold)
    }

    init?(_ series: Series, baseline: Baseline, onset: Double, now: Double, hold: Double) {
        let first = series.index(at: onset)
        let end = series.index(at: now.nextUp)
        guard end - first >= 3 else { return nil }
        key = series.key
        usual = baseline.range(at: now)
        // Medians of five: one sample neither ends nor begins anything.
        var smooth: [Double] = []
        smooth.reserveCapacity(end - first)
        for index in first..<end {
            let window = series.values[max(first, index - 4)...index]
            let value = Baseline.median(window) ?? series.values[index]
            smooth.append(abs(baseline.distance(value, at: series.times[index])))
        }
        level = Baseline.median(series.values[max(first, end - 5)..<end]) ?? 0
        let halfWidth = max(
            Self.band, (usual.upperBound - baseline.usual(at: now)) / baseline.spread,
            (baseline.usual(at: now) - usual.lowerBound) / baseline.spread)
        guard let peak = smooth.indices.max(by: { smooth[$0] < smooth[$1] }) else { return nil }
        let worst = smooth[peak]
        self.worst = worst
        // Since when all but a few samples have been inside.
        var inside = smooth.count
        var outside = 0
        while inside > 0 {
            if smooth[inside - 1] > halfWidth { outside += 1 }
            if outside * 12 > smooth.count - inside + 1, smooth[inside - 1] > halfWidth { break }
            inside -= 1
        }
        if inside < smooth.count, smooth[smooth.count - 1] <= halfWidth {
            let began = series.times[first + inside]
            since = began
            fit = nil
            stage = now - began >= hold ? .back : .arrived
            return
        }
        since = nil
        // The way back begins at the last time it was nearly as far as ever.
        let turn = smooth.lastIndex { $0 >= 0.85 * smooth[peak] } ?? peak
        let last = smooth[smooth.count - 1]
        guard smooth.count - turn >= 6, last < 0.8 * worst else {
            fit = nil
            stage = .away
            return
        }
        // A median of five samples is as old as the one in its middle.
        let times = (turn..<smooth.count).map { series.times[first + max(0, $0 - 2)] }
        let way = Array(smooth[turn...])
        // The last third of the way, against the one before: is it still coming?
        let third = max(6, min(way.count / 3, 40))
        let recent = Baseline.median(way.suffix(third)) ?? last
        let earlier = Baseline.median(way.dropLast(third).suffix(third)) ?? worst
        if way.count >= 4 * 6, way.count >= 2 * third, recent > 0.93 * earlier {
            fit = nil
            stage = .stalled
            return
        }
        fit = RecoveryFit(times: times, distances: way, band: halfWidth, now: now)
        stage = fit == nil ? .away : .returning
    }
}
