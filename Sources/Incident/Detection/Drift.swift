/// Where a series was going just before a moment: what it does later along that way is no news.
///
/// Hours before an incident a series may already climb, with the morning or with a
/// leak. Its usual range does not tell; its own last stretch does.
struct Drift: Sendable {
    /// The level at `time`.
    private let level: Double
    private let time: Double
    /// Change a second.
    private let pace: Double
    /// How far ahead the way is believed, in seconds.
    private let reach: Double
    /// The distance from the way that is usual.
    let spread: Double

    /// Reads the last third of the past, time of day taken out.
    init(_ series: Series, past: Range<Int>, baseline: Baseline) {
        let count = min(past.count, max(20, min(480, past.count / 3)))
        let from = past.upperBound - count
        func rest(_ index: Int) -> Double { series.values[index] - baseline.usual(at: series.times[index]) }
        func third(_ number: Int) -> (time: Double, level: Double) {
            let range = from + count * number / 3..<from + count * (number + 1) / 3
            let middle = series.times[range.lowerBound + range.count / 2]
            return (middle, Baseline.median(range.map(rest)) ?? 0)
        }
        let first = third(0), last = third(2)
        let pace = last.time > first.time ? (last.level - first.level) / (last.time - first.time) : 0
        let distances = (from..<past.upperBound).map { index in
            abs(rest(index) - last.level - pace * (series.times[index] - last.time))
        }
        let spread = max(1.4826 * (Baseline.median(distances) ?? 0), 0.4 * baseline.spread)
        self.spread = spread
        level = last.level
        time = last.time
        // A way that is within the noise is none.
        self.pace = abs(last.level - first.level) > 0.7 * spread ? pace : 0
        reach = last.time - first.time
    }

    /// How far a level is from where the way leads, in spreads; `usual` is what the baseline says then.
    func distance(_ value: Double, usual: Double, at moment: Double) -> Double {
        let ahead = min(max(0, moment - time), 1.5 * reach)
        return abs(value - usual - level - pace * ahead) / spread
    }
}
