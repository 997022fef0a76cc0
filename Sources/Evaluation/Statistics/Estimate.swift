/// The mean of a sample and how sure it is.
///
/// Where items share a context (five questions on one paragraph) they are not
/// independent, and the plain standard error is too small; the clustered one
/// adds up deviations inside each group before squaring. A sample of one has no
/// standard error.
struct Estimate: Sendable, Equatable {
    let mean: Double
    /// The standard error, clustered where groups were given.
    let error: Double?
    /// Degrees of freedom: groups (or items) less one.
    let freedom: Int

    /// At least one value; groups, where given, one for each value.
    init(_ values: [Double], groups: [Int]? = nil) {
        precondition(!values.isEmpty && (groups == nil || groups?.count == values.count))
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        self.mean = mean
        isPlain = groups == nil
        guard let groups else {
            freedom = values.count - 1
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            error = freedom == 0 ? nil : (squares / Double(freedom)).squareRoot() / count.squareRoot()
            return
        }
        var sums: [Int: Double] = [:]
        for (value, group) in zip(values, groups) { sums[group, default: 0] += value - mean }
        freedom = sums.count - 1
        // Summed in the order of the groups' numbers: a dictionary's order changes between runs.
        let squares = sums.keys.sorted().reduce(0) { $0 + (sums[$1] ?? 0) * (sums[$1] ?? 0) }
        error = freedom == 0 ? nil : squares.squareRoot() / count
    }

    /// The error with the correction for few groups, which makes it the plain
    /// standard error where every group holds one item.
    var testError: Double? {
        guard let error else { return nil }
        return isPlain ? error : error * (Double(freedom + 1) / Double(freedom)).squareRoot()
    }

    private let isPlain: Bool
}
