/// The comparison of two systems on the same items.
///
/// Three tests, chosen by what the values are: McNemar's where every item is
/// right or wrong and stands alone; Student's t on the differences (clustered
/// where items share a context) where the score is a mean; the paired bootstrap
/// where it is a function of sums, such as BLEU or perplexity. Pairing matters:
/// the difficulty of an item cancels, and differences of one point become
/// visible that an unpaired test would drown.
public struct PairedTest: Sendable {
    /// Which test was made.
    public enum Method: String, Sendable {
        /// McNemar's with the mid-p.
        case mcnemar = "McNemar mid-p"
        /// Student's t on paired differences.
        case student = "paired t"
        /// Student's t with differences summed over groups.
        case clustered = "clustered paired t"
        /// The paired bootstrap of a score that is no mean.
        case bootstrap = "paired bootstrap"
    }

    /// Which test was made.
    public let method: Method
    /// The second score less the first.
    public let difference: Double
    /// The standard error of the difference, where it has one.
    public let error: Double?
    /// Where the difference lies with 95 % confidence, where that can be said.
    public let interval: ClosedRange<Double>?
    /// The chance of a difference this large were there none.
    public let p: Double
    /// Items that went from wrong to right and from right to wrong, for answers that are one or the other.
    public let flips: (gained: Int, lost: Int)?
    /// The exact McNemar p-value, beside the mid-p.
    public let exactP: Double?

    /// The smallest difference that this many items with this much scatter would
    /// have shown with 80 % chance at a level.
    ///
    /// Nothing where the items do not scatter: two evaluations with the same answers do not tell how far
    /// apart others would be.
    public func detectable(level: Double = 0.05, power: Double = 0.8) -> Double? {
        guard let error, error > 0, freedom > 0 else { return nil }
        let freedom = Double(freedom)
        return error
            * (StudentT.quantile(1 - level / 2, freedom: freedom) + StudentT.quantile(power, freedom: freedom))
    }

    /// Independent items, or groups of them, less one.
    private let freedom: Int

    /// A comparison of means, item by item.
    ///
    /// Both rows of values are of the same items in the same order, at least one.
    init(_ before: [Double], _ after: [Double], groups: [Int]? = nil) {
        precondition(before.count == after.count)
        let differences = zip(before, after).map { $1 - $0 }
        let estimate = Estimate(differences, groups: groups)
        difference = estimate.mean
        error = estimate.testError
        let isBinary = (before + after).allSatisfy { $0 == 0 || $0 == 1 }
        let mcnemar = isBinary ? McNemar(before.map { $0 == 1 }, after.map { $0 == 1 }) : nil
        flips = mcnemar.map { ($0.gained, $0.lost) }
        exactP = groups == nil ? mcnemar?.exact : nil
        freedom = estimate.freedom
        interval = Self.interval(estimate)
        if let mcnemar, groups == nil {
            method = .mcnemar
            p = mcnemar.middle
        } else {
            method = groups == nil ? .student : .clustered
            p = Self.student(estimate)
        }
    }

    /// A comparison of scores that are functions of sums over the items.
    init(
        _ before: [[Double]], _ after: [[Double]], groups: [Int]? = nil, rounds: Int = 2000,
        seed: UInt64 = 1234, score: ([Double]) -> Double
    ) {
        precondition(before.count == after.count)
        let width = before[0].count
        let paired = zip(before, after).map { $0 + $1 }
        func gap(_ sums: [Double]) -> Double {
            score(Array(sums[width...])) - score(Array(sums[..<width]))
        }
        let totals = paired.dropFirst().reduce(into: paired[0]) { sums, row in
            for place in sums.indices { sums[place] += row[place] }
        }
        let bootstrap = Bootstrap(paired, groups: groups, rounds: rounds, seed: seed)
        let differences = bootstrap.statistics(gap)
        method = .bootstrap
        difference = gap(totals)
        error = Bootstrap.error(differences)
        freedom = (groups.map { Set($0).count } ?? before.count) - 1
        interval = bootstrap.interval(differences)
        p = before == after ? 1 : bootstrap.twoSided(differences)
        flips = nil
        exactP = nil
    }

    private static func interval(_ estimate: Estimate) -> ClosedRange<Double>? {
        guard let error = estimate.testError, !Self.isRounding(error, of: estimate.mean) else { return nil }
        let reach = StudentT.quantile(0.975, freedom: Double(estimate.freedom)) * error
        return (estimate.mean - reach)...(estimate.mean + reach)
    }

    /// Whether a standard error is none: equal differences may differ in their last digit.
    private static func isRounding(_ error: Double, of mean: Double) -> Bool { error <= 1e-12 * abs(mean) }

    private static func student(_ estimate: Estimate) -> Double {
        guard let error = estimate.testError else { return 1 }
        // Without any scatter Student's t says nothing; so many coins that fall alike say as much as they do.
        if isRounding(error, of: estimate.mean) {
            return estimate.mean == 0 ? 1 : McNemar(gained: estimate.freedom + 1, lost: 0).exact
        }
        return StudentT.twoSided(estimate.mean / error, freedom: Double(estimate.freedom))
    }
}
