import Corpus
import Kernels
import Model
import Recipes

/// The randomness of a run: dropout and NEFTune's noise on the embeddings.
///
/// Every row's key is a function of seed, step, example and position. So neither
/// batching nor a restart changes what is dropped.
struct StepNoise: Sendable {
    let seed: UInt64
    let dropout: Float
    let neftune: Double?

    init(_ recipe: Recipe) {
        seed = Self.seed(of: recipe, stream: 2)
        dropout = Float(recipe.adapter.dropout)
        neftune = recipe.optimiser.neftune
    }

    /// A seed of its own for each use, so that one tells nothing about another.
    static func seed(of recipe: Recipe, stream: UInt64) -> UInt64 {
        CounterRandom.mix(UInt64(recipe.run.seed), stream)
    }

    /// The noise of a plan whose members are the examples numbered so.
    func rows(
        _ plan: RowPlan, _ numbers: [Int], step: Int, examples: [EncodedExample], hidden: Int
    ) -> RowNoise? {
        if dropout == 0, neftune == nil { return nil }
        let stepKey = CounterRandom.mix(seed, UInt64(step))
        var keys: [UInt64] = []
        var reach: [Float] = []
        for segment in plan.segments {
            // Rows that several examples share have no randomness of their own; recipes refuse that.
            let number = numbers[segment.members.first ?? 0]
            let key = CounterRandom.mix(stepKey, UInt64(number))
            keys += segment.rows.indices.map {
                CounterRandom.mix(key, UInt64(segment.position + $0 - segment.rows.lowerBound))
            }
            if let neftune {
                let size = Double(examples[number].ids.count * hidden)
                reach += Array(
                    repeating: Float(neftune / size.squareRoot()), count: segment.rows.count)
            }
        }
        return RowNoise(keys: keys, dropout: dropout, embeddingReach: neftune == nil ? nil : reach)
    }
}
