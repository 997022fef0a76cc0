import Checkpoint

/// The lines of `--dump-batches`: every example in training order, for another program to repeat the run.
public enum BatchDump {
    /// `{"step":…,"ids":[…],"trained":[…]}`: the step counted from 1, the tokens, and 1 for each trained one.
    public static func line(step: Int, _ example: EncodedExample) -> [UInt8] {
        let line = JSON.object([
            "step": .integer(Int64(step)),
            "ids": .array(example.ids.map { .integer(Int64($0)) }),
            "trained": .array(example.trained.map { .integer($0 ? 1 : 0) }),
        ])
        return line.serialised() + [UInt8(ascii: "\n")]
    }

    /// The lines of one step.
    public static func lines(of step: TrainingStep, _ examples: [EncodedExample]) -> [UInt8] {
        step.microBatches.joined().flatMap { line(step: step.number + 1, examples[$0]) }
    }
}
