import Corpus

extension RowPlan {
    /// How many rows one pass computes at most, unless one example alone has more.
    ///
    /// Products are as fast at a thousand rows as at any number more, and a pass
    /// keeps what its backward half needs, so this bounds the memory of a step.
    static let rowsAtOnce = 1024

    /// The plans of a micro-batch, as few as rows allow.
    ///
    /// A batch with too many rows is halved until its parts fit. That depends on the
    /// examples alone, so a resumed run and another machine do the same.
    static func passes(
        _ examples: [(number: Int, example: EncodedExample)], shared: Bool, rows: Int = rowsAtOnce
    ) -> [(plan: RowPlan, numbers: [Int])] {
        let plan =
            shared ? RowPlan.shared(examples.map(\.example)) : RowPlan.separate(examples.map(\.example))
        if plan.tokens.count <= rows || examples.count == 1 { return [(plan, examples.map(\.number))] }
        let half = examples.count / 2
        return passes(Array(examples[..<half]), shared: shared, rows: rows)
            + passes(Array(examples[half...]), shared: shared, rows: rows)
    }
}
