import Model
import Recipes

/// How large the trained part of a run is.
public struct TrainingSize: Sendable {
    /// How many numbers are trained.
    public let trainedParameters: Int

    /// The size of a recipe's adapter on a model; throws where it does not fit it.
    public init(_ recipe: Recipe, _ config: DecoderConfig) throws {
        let shape = try recipe.adapter.shape(on: config)
        trainedParameters = shape.layers.reduce(0) { sum, layer in
            layer.reduce(sum) { sum, entry in
                let (outputs, inputs) = config.shape(of: entry.key)
                return sum + entry.value.rank * (outputs + inputs) + (shape.usesDoRA ? outputs : 0)
            }
        }
    }
}
