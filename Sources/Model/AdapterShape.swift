import Foundation
import Kernels

/// Which projections of which layers an adapter changes, and how strongly.
public struct AdapterShape: Sendable, Equatable {
    /// The shape of one part.
    public struct Part: Sendable, Equatable {
        /// The rank.
        public var rank: Int
        /// What the low-rank product is multiplied with.
        public var scale: Float

        /// A shape.
        public init(rank: Int, scale: Float) {
            self.rank = rank
            self.scale = scale
        }
    }

    /// Layer by layer, the parts there are.
    public var layers: [[Projection: Part]]
    /// Whether parts are DoRA's.
    public var usesDoRA: Bool

    /// A shape of parts given layer by layer.
    public init(layers: [[Projection: Part]], usesDoRA: Bool = false) {
        self.layers = layers
        self.usesDoRA = usesDoRA
    }

    /// The full name of a module, as Hugging Face has it.
    public static func module(_ layer: Int, _ projection: Projection) -> String {
        "model.layers.\(layer).\(projection.part).\(projection.name)"
    }
}

extension Decoder {
    /// A new adapter as PEFT begins one: A uniform within ±1/√inputs (Kaiming's
    /// rule with a = √5), B zero, and DoRA's magnitudes the lengths of the rows.
    ///
    /// Every number is a function of the seed and its place.
    public func newAdapter(_ shape: AdapterShape, seed: UInt64) -> Adapter {
        precondition(shape.layers.count == config.layerCount)
        return Adapter(
            parts: shape.layers.enumerated().map { layer, parts in
                parts.reduce(into: [:]) { made, entry in
                    let (projection, part) = entry
                    let (outputs, inputs) = config.shape(of: projection)
                    let a = Matrix(part.rank, inputs)
                    let place = UInt64(layer * Projection.allCases.count + projection.rawValue)
                    let keys = (0..<part.rank).map {
                        CounterRandom.mix(CounterRandom.mix(seed, place), UInt64($0))
                    }
                    let reach = 1 / Float(inputs).squareRoot()
                    Dropout.addNoise(
                        to: a, keys: keys, reach: Array(repeating: reach, count: part.rank), workers)
                    let b = Matrix(outputs, part.rank)
                    let magnitude =
                        shape.usesDoRA
                        ? LowRank.magnitude(
                            a: a, b: b, scale: part.scale, over: weights.layers[layer][projection].weight,
                            pass)
                        : nil
                    made[projection] = LowRank(a: a, b: b, scale: part.scale, magnitude: magnitude)
                }
            })
    }
}
