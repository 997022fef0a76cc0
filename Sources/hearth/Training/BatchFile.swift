import Checkpoint
import Corpus
import Training

/// The file of `--dump-batches`.
enum BatchFile {
    /// Writes every example of every step, in training order, whole or not at all.
    static func write(_ data: TrainingData, to path: String) throws {
        let sequence = data.sequence
        try AtomicFile.write(path) { (sink) throws(CheckpointError) in
            var number = 0
            while number < sequence.totalSteps {
                // An epoch at a time: asking for one costs a shuffle.
                for step in sequence.epoch(number / sequence.stepsPerEpoch)
                where step.number < sequence.totalSteps {
                    try sink.append(BatchDump.lines(of: step, data.training.examples))
                    number += 1
                }
            }
        }
    }
}
