import Corpus

/// How many rows a pass over the data computes.
public struct RowCount: Sendable, Equatable {
    /// The rows of the first epoch.
    public let rows: Int
    /// What they would be with every example by itself.
    public let separate: Int
    /// The most rows of one pass.
    public let largestPass: Int
    /// The predictions that count.
    public let targets: Int

    /// Counts the rows of the first epoch.
    public init(_ data: TrainingData, shared: Bool) {
        var rows = 0
        var largest = 0
        let examples = data.training.examples
        for batch in data.sequence.epoch(0).flatMap(\.microBatches) {
            for (plan, _) in RowPlan.passes(batch.map { ($0, examples[$0]) }, shared: shared) {
                rows += plan.tokens.count
                largest = max(largest, plan.tokens.count)
            }
        }
        self.rows = rows
        separate = examples.reduce(0) { $0 + $1.rows }
        largestPass = largest
        targets = examples.reduce(0) { $0 + $1.trainedCount }
    }

    /// How many times fewer rows are computed than with every example by itself.
    public var factor: Double { Double(separate) / Double(max(rows, 1)) }
}
