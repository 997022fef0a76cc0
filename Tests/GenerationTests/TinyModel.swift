import Kernels

@testable import Generation
@testable import Model

/// A model of a few thousand numbers.
enum TinyModel {
    static let vocabulary = 53

    static let config = DecoderConfig(
        family: .gemma3, vocabularySize: vocabulary, hiddenSize: 16, intermediateSize: 20, layerCount: 3,
        headCount: 2, keyValueHeadCount: 1, headDimension: 8, contextLength: 64, normEpsilon: 1e-5,
        activation: .geluTanh, embeddingScale: 4, attentionScale: 0.4, slidingWindow: 6,
        slides: [true, false, true],
        rotation: DecoderConfig.Rotation(base: 500, scaling: .none),
        slidingRotation: DecoderConfig.Rotation(base: 50, scaling: .none), normalisesQueriesAndKeys: true,
        normalisesOutputs: true, hasAttentionBias: false, hasOutputBias: false, hasFeedForwardBias: false,
        tiesHead: true, endTokens: [])

    private static func list(_ count: Int, seed: UInt64, around centre: Float = 0) -> [Float] {
        (0..<count).map { centre + Float(CounterRandom.uniform(seed: seed, position: UInt64($0))) - 0.5 }
    }

    private static func matrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
        Matrix(rows, columns, list(rows * columns, seed: seed))
    }

    static func decoder(
        threads: Int = 2, form: WeightForm = .expanded, vocabulary: Int = vocabulary
    ) -> Decoder {
        var config = Self.config
        config.vocabularySize = vocabulary
        let workers = Workers(count: threads)
        func frozen(_ numbers: Matrix) -> FrozenWeight {
            form == .packed ? FrozenWeight(packing: numbers, workers) : FrozenWeight(numbers)
        }
        let layers = (0..<UInt64(config.layerCount)).map { layer in
            func norm(_ width: Int, _ seed: UInt64) -> [Float] {
                list(width, seed: 100 * layer + seed, around: 1)
            }
            return LayerWeights(
                inputNorm: norm(16, 1), queryNorm: norm(8, 2), keyNorm: norm(8, 3),
                attentionOutputNorm: norm(16, 4),
                feedForwardNorm: norm(16, 5), feedForwardOutputNorm: norm(16, 6),
                projections: Projection.allCases.map {
                    let (outputs, inputs) = config.shape(of: $0)
                    let seed = 100 * layer + 10 + UInt64($0.rawValue)
                    return FrozenLinear(weight: frozen(matrix(outputs, inputs, seed: seed)), bias: nil)
                })
        }
        let embedding = frozen(matrix(vocabulary, 16, seed: 999))
        let weights = DecoderWeights(
            config: config, precision: .float32, form: form, embedding: embedding, head: embedding,
            finalNorm: list(16, seed: 998, around: 1.5), layers: layers)
        return Decoder(weights, workers: workers)
    }

    static func adapter() -> Adapter {
        let (outputs, inputs) = config.shape(of: .down)
        return Adapter(
            parts: (0..<UInt64(config.layerCount)).map { layer in
                [
                    .down: LowRank(
                        a: matrix(2, inputs, seed: 500 + layer), b: matrix(outputs, 2, seed: 550 + layer),
                        scale: 1.5)
                ]
            })
    }

    static func tokens(_ count: Int, seed: UInt64) -> [Int32] {
        (0..<count).map { Int32(CounterRandom.bits(seed: seed, position: UInt64($0)) % UInt64(vocabulary)) }
    }
}
