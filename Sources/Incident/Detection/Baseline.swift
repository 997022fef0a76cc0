/// What is usual for a series: a level, a spread, and where there are days of history, a level for each time of day.
///
/// Robust throughout (medians, median absolute deviations), so that an earlier
/// incident inside the history does not make the next one look usual.
public struct Baseline: Sendable, Equatable {
    /// The usual level, without the time of day.
    public let center: Double
    /// The usual distance from it, in units of a standard deviation.
    public let spread: Double
    /// The range in which nine of ten samples lie, time of day taken out.
    public let low: Double
    /// The upper end of that range.
    public let high: Double
    /// The samples it stands on.
    public let count: Int
    /// What the time of day adds, in slots of a quarter of an hour; empty where it is not used.
    let daily: [Double]

    static let slots = 96

    /// The baseline of a stretch of samples; nothing where there are fewer than are needed.
    public init?(times: ArraySlice<Double>, values: ArraySlice<Double>, fewest: Int) {
        guard values.count >= max(4, fewest), times.count == values.count,
            let first = times.first, let last = times.last
        else { return nil }
        var sorted = Array(values)
        sorted.sort()
        let raw = Self.middle(sorted)
        var rest = values.map { abs($0 - raw) }
        rest.sort()
        let rawSpread = Self.middle(rest)
        var daily: [Double] = []
        if last - first >= 1.9 * 86_400, rawSpread > 0 {
            let slots = Self.slots(times, values, around: raw)
            var left = zip(times, values).map { $1 - raw - slots[Self.slot($0)] }
            left.sort()
            let middle = Self.middle(left)
            var distances = left.map { abs($0 - middle) }
            distances.sort()
            // Only where it explains something: otherwise it is one more thing to be wrong.
            if Self.middle(distances) < 0.8 * rawSpread {
                daily = slots
                sorted = left.map { $0 + raw }
                rest = distances
            }
        }
        let center = Self.middle(sorted)
        self.daily = daily
        self.center = center
        count = values.count
        low = Self.quantile(sorted, 0.05)
        high = Self.quantile(sorted, 0.95)
        let spread = 1.4826 * Self.middle(rest)
        // More than half the samples alike: the mean distance says more than the median one.
        let mean = 1.2533 * rest.reduce(0, +) / Double(rest.count)
        self.spread = max(spread > 0 ? spread : mean, 0.005 * abs(center), 1e-9)
    }

    /// The usual level at a moment.
    public func usual(at time: Double) -> Double {
        daily.isEmpty ? center : center + daily[Self.slot(time)]
    }

    /// How far a value is from what is usual then, in spreads.
    public func distance(_ value: Double, at time: Double) -> Double { (value - usual(at: time)) / spread }

    /// The usual range at a moment, a little wider than nine of ten samples.
    public func range(at time: Double) -> ClosedRange<Double> {
        let shift = daily.isEmpty ? 0 : daily[Self.slot(time)]
        let half = 2.5 * spread
        return min(low, center - half) + shift...max(high, center + half) + shift
    }

    private static func slots(
        _ times: ArraySlice<Double>, _ values: ArraySlice<Double>, around center: Double
    )
        -> [Double]
    {
        var groups = [[Double]](repeating: [], count: slots)
        for (time, value) in zip(times, values) { groups[slot(time)].append(value - center) }
        return groups.map { group in
            if group.isEmpty { return 0 }
            return middle(group.sorted())
        }
    }

    private static func slot(_ time: Double) -> Int {
        let second = time.truncatingRemainder(dividingBy: 86_400)
        return min(slots - 1, max(0, Int((second < 0 ? second + 86_400 : second) / 900)))
    }

    /// The median of sorted values.
    static func middle(_ sorted: [Double]) -> Double {
        let half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }

    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        sorted[min(sorted.count - 1, max(0, Int((Double(sorted.count - 1) * share).rounded())))]
    }

    /// The median of values in any order; nothing of nothing.
    static func median(_ values: some Sequence<Double>) -> Double? {
        let sorted = values.sorted()
        return sorted.isEmpty ? nil : middle(sorted)
    }
}
