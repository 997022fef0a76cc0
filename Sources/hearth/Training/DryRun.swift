import Corpus
import Foundation
import Text
import Training

/// What `--dry-run` shows: three examples, the rows, and what the run will take.
struct DryRun {
    let prepared: PreparedTraining
    let threads: Int?

    /// Writes it; the weights are loaded last, so that the examples are seen at once.
    func show() throws {
        let data = prepared.data
        let first = data.sequence.step(0).microBatches.joined().prefix(3)
        for (place, number) in first.enumerated() {
            let example = data.training.examples[number]
            try Output.line(
                "example \(place + 1) of step 1 (\(example.place.file), \(example.place.isLine ? "line" : "record") "
                    + "\(example.place.number)): \(example.ids.count) tokens, \(example.trainedCount) trained"
            )
            try Output.line(Self.rendered(example, prepared.text.tokenizer) + "\n")
        }
        let count = RowCount(data, shared: prepared.recipe.batching.sharedContext)
        try Output.line(row("rows", rows(count)))
        try Output.line(
            row("trained", "\(TrainingHeader.grouped(count.targets)) tokens of every pass over the data"))
        let decoder = try prepared.decoder(threads: threads)
        let estimate = try TrainingEstimate.measure(prepared.recipe, data, decoder, count)
        let steps = data.sequence.totalSteps
        try Output.line(
            row(
                "time",
                "about \(TrainingProgress.time(estimate.secondsPerStep)) a step, "
                    + "\(TrainingProgress.time(estimate.secondsPerStep * Double(steps))) for \(steps) steps "
                    + "(\(estimate.measuredRows) rows were measured, in \(decoder.weights.precision.rawValue) on "
                    + "\(decoder.workers.count) threads)"))
        if let memory = TrainingProgress.peakMemory {
            let most = memory + Double(estimate.furtherBytes)
            try Output.line(row("memory", "about \(TrainingProgress.number(most / 1e9, 2)) GB at most"))
        }
    }

    private func rows(_ count: RowCount) -> String {
        let words = "\(TrainingHeader.grouped(count.rows)) of every pass over the data, "
        guard prepared.recipe.batching.sharedContext else {
            return words + "\(TrainingHeader.grouped(count.largestPass)) at once"
        }
        return words + "\(TrainingProgress.number(count.factor, 2)) times fewer than the "
            + "\(TrainingHeader.grouped(count.separate)) of separate examples"
    }

    private func row(_ name: String, _ words: String) -> String {
        name.padding(toLength: 10, withPad: " ", startingAt: 0) + words
    }

    /// An example as text, what is trained between ⟦ and ⟧, control tokens by their names.
    static func rendered(_ example: EncodedExample, _ tokenizer: any Tokenizer) -> String {
        var bytes: [UInt8] = []
        var isTrained = false
        for (id, trained) in zip(example.ids, example.trained) {
            if trained != isTrained { bytes += Array((trained ? "⟦" : "⟧").utf8) }
            isTrained = trained
            bytes += tokenizer.isControl(id) ? Array(tokenizer.piece(id).utf8) : tokenizer.bytes(of: id)
        }
        return Program.visible(
            String(decoding: bytes, as: UTF8.self) + (isTrained ? "⟧" : ""), keeping: ["\n", "\t"])
    }
}
