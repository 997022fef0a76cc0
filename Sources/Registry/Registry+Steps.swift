/// One optimiser step of a run, or the evaluation after it.
///
/// A number that is not finite is kept as nothing.
public struct StepRow: Sendable, Equatable, RegistryRow {
    /// The step, counted from 1.
    public var step: Int
    /// How much of the data was seen, in passes.
    public var epoch: Double
    /// The training loss.
    public var loss: Double?
    /// The learning rate.
    public var learningRate: Double?
    /// The norm of the gradient before clipping.
    public var gradientNorm: Double?
    /// The tokens of the step.
    public var tokens: Int?
    /// The seconds the step took.
    public var seconds: Double?
    /// The evaluation loss, if there was an evaluation.
    public var evalLoss: Double?

    /// A step of which only the place is known.
    public init(step: Int, epoch: Double) { (self.step, self.epoch) = (step, epoch) }

    static let table = "steps"
    static let columns = "step, epoch, loss, learning_rate, gradient_norm, tokens, seconds, eval_loss"

    init?(_ row: [SQLValue]) {
        guard let step = row[0].integer, let epoch = row[1].real else { return nil }
        self.init(step: Int(step), epoch: epoch)
        (loss, learningRate, gradientNorm) = (row[2].real, row[3].real, row[4].real)
        (tokens, seconds, evalLoss) = (row[5].integer.map { Int($0) }, row[6].real, row[7].real)
    }
}

extension Registry {
    /// Notes a step; values already noted for the same step stay where none is given.
    public func record(_ step: StepRow, of run: RowID<RunRow>) throws(RegistryError) {
        try change(
            """
            INSERT INTO steps (run, step, epoch, loss, learning_rate, gradient_norm, tokens, seconds, eval_loss)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (run, step) DO UPDATE SET epoch = excluded.epoch,
                loss = coalesce(excluded.loss, loss),
                learning_rate = coalesce(excluded.learning_rate, learning_rate),
                gradient_norm = coalesce(excluded.gradient_norm, gradient_norm),
                tokens = coalesce(excluded.tokens, tokens), seconds = coalesce(excluded.seconds, seconds),
                eval_loss = coalesce(excluded.eval_loss, eval_loss)
            """,
            [
                .integer(run.number), .integer(Int64(step.step)), .real(step.epoch), .finite(step.loss),
                .finite(step.learningRate), .finite(step.gradientNorm),
                .optional(step.tokens.map { Int64($0) }), .finite(step.seconds), .finite(step.evalLoss),
            ])
    }

    /// The steps of a run, in order.
    public func steps(of run: RowID<RunRow>) throws(RegistryError) -> [StepRow] {
        try rows("WHERE run = ? ORDER BY step", [.integer(run.number)])
    }
}

extension SQLValue {
    fileprivate static func finite(_ value: Double?) -> SQLValue {
        optional(value.flatMap { $0.isFinite ? $0 : nil })
    }
}
