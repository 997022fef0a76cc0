/// A stretch in which a series keeps away from what is usual, to one side.
///
/// A two-sided cumulative sum of clipped distances: one wild sample is not
/// enough, three are, and a small shift shows when it lasts. How high the sum
/// must climb is measured on the series' own past, so a restless series needs
/// more than a calm one. One pass, nothing allocated per sample.
public struct Excursion: Sendable, Equatable {
    /// Which way it went.
    public enum Direction: String, Sendable { case up, down }

    /// Which way it went.
    public let direction: Direction
    /// The index at which it began.
    public let start: Int
    /// How high the sum climbed, over what its own past makes likely.
    public let strength: Double

    static let slack = 0.75
    static let clip = 4.0
    /// The least height that counts: three samples far out.
    static let least = 8.0

    /// The strongest excursion within `recent`.
    ///
    /// One that began in the past and goes on is none of the recent ones, so the sums begin at nothing.
    static func strongest(
        _ series: Series, usual: Usual, recent: Range<Int>
    ) -> Excursion? {
        let baseline = usual.baseline, needed = usual.needed
        var up = 0.0, down = 0.0
        var upStart = recent.lowerBound, downStart = recent.lowerBound
        var best: Excursion?
        for index in recent {
            let z = baseline.distance(series.values[index], at: series.times[index])
            let clipped = min(clip, max(-clip, z))
            up = max(0, up + clipped - slack)
            down = max(0, down - clipped - slack)
            if up == 0 { upStart = index + 1 }
            if down == 0 { downStart = index + 1 }
            let height = max(up, down)
            if height / needed > best?.strength ?? 0 {
                best = Excursion(
                    direction: up >= down ? .up : .down, start: up >= down ? upStart : downStart,
                    strength: height / needed)
            }
        }
        return best
    }

    /// How high the sums must climb to count.
    static func needed(_ series: Series, baseline: Baseline, past: Range<Int>) -> Double {
        max(least, 1.25 * height(series, baseline, past))
    }

    /// How high the sums climb in the past: the second highest of six stretches,
    /// so that one earlier incident does not hide the next.
    private static func height(_ series: Series, _ baseline: Baseline, _ past: Range<Int>) -> Double {
        let stretches = 6
        var heights: (first: Double, second: Double) = (0, 0)
        for stretch in 0..<stretches {
            let from = past.lowerBound + past.count * stretch / stretches
            let to = past.lowerBound + past.count * (stretch + 1) / stretches
            var up = 0.0, down = 0.0, highest = 0.0
            for index in from..<to {
                let z = baseline.distance(series.values[index], at: series.times[index])
                let clipped = min(clip, max(-clip, z))
                up = max(0, up + clipped - slack)
                down = max(0, down - clipped - slack)
                highest = max(highest, max(up, down))
            }
            if highest > heights.first {
                heights = (highest, heights.first)
            } else if highest > heights.second {
                heights.second = highest
            }
        }
        return heights.second
    }
}
