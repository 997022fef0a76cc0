import Corpus
import Kernels
import Model
import Recipes

/// What a run will take, measured on a small piece of it.
public struct TrainingEstimate: Sendable, Equatable {
    /// Seconds of a mean step.
    public let secondsPerStep: Double
    /// Bytes that a full pass keeps beyond what the measured piece did.
    public let furtherBytes: Int
    /// The rows that were measured.
    public let measuredRows: Int

    /// Measures a forward and backward pass of a few examples and one step of the optimiser.
    ///
    /// Everything grows with the rows but attention, which is a small part.
    public static func measure(
        _ recipe: Recipe, _ data: TrainingData, _ decoder: Decoder, _ count: RowCount
    ) throws -> TrainingEstimate {
        let adapter = decoder.newAdapter(try recipe.adapter.shape(on: decoder.config), seed: 0)
        let trainer = Trainer(recipe, data, decoder, adapter)
        let piece = piece(data, rows: min(384, count.largestPass))
        let (plan, _) = RowPlan.passes(piece, shared: recipe.batching.sharedContext)[0]
        let clock = ContinuousClock()
        // The first pass finds its memory, the second is timed.
        let passes = (0..<2).map { _ in clock.measure { trainer.rehearse(plan) } }
        let update = clock.measure { trainer.optimiser.step(rate: 0, norm: 1) }
        let steps = Double(data.sequence.stepsPerEpoch)
        let share = Double(count.rows) / steps / Double(max(plan.tokens.count, 1))
        let growth = Double(count.largestPass) / Double(max(plan.tokens.count, 1)) - 1
        return TrainingEstimate(
            secondsPerStep: passes[1].seconds * share + update.seconds,
            furtherBytes: Int(max(0, growth) * Double(decoder.peakBytes)),
            measuredRows: plan.tokens.count)
    }

    /// Examples of the first step, about so many rows.
    private static func piece(_ data: TrainingData, rows: Int) -> [(number: Int, example: EncodedExample)] {
        var piece: [(number: Int, example: EncodedExample)] = []
        var sum = 0
        for number in data.sequence.step(0).microBatches.joined() where sum < rows || piece.isEmpty {
            let example = data.training.examples[number]
            piece.append((number, example))
            sum += example.rows
        }
        return piece
    }
}
