/// One metric over all items of a task: its value and how sure it is.
public struct MetricScore: Sendable {
    /// The metric's name.
    public let name: String
    /// The value.
    public let value: Double
    /// The standard error, clustered where items share a context; nothing where
    /// there is none to be had.
    public let error: Double?
    /// Where the true value lies with 95 % confidence, where that can be said.
    public let interval: ClosedRange<Double>?
    /// Whether more is better.
    public let higherIsBetter: Bool
    /// How many items it was computed on.
    public let items: Int

    /// The score of a metric over rows, or nothing where no item had one.
    init?(_ spec: MetricSpec, _ rows: [[Double]], groups: [Int]?) {
        guard !rows.isEmpty else { return nil }
        name = spec.name
        higherIsBetter = spec.kind.higherIsBetter
        items = rows.count
        value = spec.score(rows)
        switch spec.aggregation {
        case .mean:
            let estimate = Estimate(rows.map { $0[0] }, groups: groups)
            error = estimate.error
            interval = Self.interval(rows.map { $0[0] }, estimate, isGrouped: groups != nil)
        case .sums(let score) where rows.count > 1:
            let bootstrap = Bootstrap(rows, groups: groups)
            let statistics = bootstrap.statistics(score)
            error = Bootstrap.error(statistics)
            interval = bootstrap.interval(statistics)
        case .power(let exponent) where rows.count > 1:
            // A few texts of which one is unlike the others give resamples of all magnitudes, and their spread says
            // nothing of the score. That of the exponents does.
            let bootstrap = Bootstrap(rows, groups: groups)
            let exponents = bootstrap.statistics(exponent)
            error = value * Bootstrap.error(exponents)
            interval = bootstrap.interval(exponents).map {
                MetricSpec.power($0.lowerBound)...MetricSpec.power($0.upperBound)
            }
        default:
            error = nil
            interval = nil
        }
    }

    /// Wilson's interval for right and wrong on independent items; Student's else,
    /// and never beyond the values that occur in a share.
    private static func interval(
        _ values: [Double], _ estimate: Estimate, isGrouped: Bool
    ) -> ClosedRange<Double>? {
        let isShare = values.allSatisfy { (0...1).contains($0) }
        if !isGrouped, values.allSatisfy({ $0 == 0 || $0 == 1 }) {
            return Wilson.interval(successes: values.count { $0 == 1 }, of: values.count)
        }
        guard let error = estimate.error else { return nil }
        // All right or all wrong: there is no scatter, and yet no certainty; the contexts are what was tried.
        if isGrouped, error == 0, values.allSatisfy({ $0 == 0 }) || values.allSatisfy({ $0 == 1 }) {
            let contexts = estimate.freedom + 1
            return Wilson.interval(successes: values[0] == 1 ? contexts : 0, of: contexts)
        }
        let reach = StudentT.quantile(0.975, freedom: Double(estimate.freedom)) * error
        let interval = (estimate.mean - reach)...(estimate.mean + reach)
        return isShare ? interval.clamped(to: 0...1) : interval
    }
}
