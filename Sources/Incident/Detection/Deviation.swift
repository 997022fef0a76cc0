/// A series that has left its usual range, with the numbers that say so.
public struct Deviation: Sendable {
    /// The series.
    public let key: SeriesKey
    /// Which way it went.
    public let direction: Excursion.Direction
    /// When it began.
    public let onset: Double
    /// The level since then.
    public let level: Double
    /// The newest value.
    public let latest: Double
    /// The value farthest from what is usual.
    public let extreme: Double
    /// What is usual.
    public let baseline: Baseline
    /// How unlikely: 1 is what the series' own past would show only rarely.
    public let surprise: Double
    /// The samples around it, for the graph.
    public let times: [Double]
    /// Their values.
    public let values: [Double]

    /// The level over the usual one; nothing where the usual one is about zero.
    public var factor: Double? {
        let usual = baseline.usual(at: onset)
        guard abs(usual) > 3 * baseline.spread || abs(usual) > 1e-6, usual != 0 else { return nil }
        let factor = level / usual
        return factor.isFinite && factor > 0 ? factor : nil
    }

    /// Looks at one series now; nothing where it is as usual or too short to tell.
    ///
    /// What lies before `split` is what is usual; what lies after is looked at.
    public init?(_ series: Series, split: Double, now: Double, settings: DetectionSettings) {
        guard let usual = Usual(series, split: split, settings: settings) else { return nil }
        self.init(series, usual: usual, split: split, now: now)
    }

    init?(_ series: Series, usual: Usual, split: Double, now: Double) {
        let start = series.index(at: split)
        let end = series.index(at: now.nextUp)
        let baseline = usual.baseline
        guard start < end,
            let excursion = Excursion.strongest(series, usual: usual, recent: start..<end),
            excursion.strength > 0.4, excursion.start < end
        else { return nil }
        let stretch = excursion.start..<min(end, excursion.start + 240)
        guard let level = Baseline.median(series.values[stretch]) else { return nil }
        let middle = series.times[stretch.lowerBound + stretch.count / 2]
        let range = baseline.range(at: middle)
        guard !range.contains(level) else { return nil }
        // How far beyond the usual range, and how far from where it was going anyway.
        let edge = level > range.upperBound ? level - range.upperBound : range.lowerBound - level
        let beyond = edge / baseline.spread
        let away = usual.drift.distance(level, usual: baseline.usual(at: middle), at: middle) - 2.5
        let effect = min(beyond, away)
        guard effect > 0 else { return nil }
        key = series.key
        direction = excursion.direction
        onset = series.times[excursion.start]
        self.level = level
        latest = series.values[end - 1]
        let sign: Double = direction == .up ? 1 : -1
        extreme = series.values[excursion.start..<end].max { $0 * sign < $1 * sign } ?? latest
        self.baseline = baseline
        surprise = (min(excursion.strength, 4) * min(effect / 2, 4)).squareRoot()
        let shown = max(0, min(excursion.start, end - 1) - 120)
        let stride = max(1, (end - shown) / 240)
        let indices = Swift.stride(from: shown, to: end, by: stride)
        times = indices.map { series.times[$0] }
        values = indices.map { series.values[$0] }
    }
}
