import Kernels
import Testing

@testable import Model

/// Models small enough to be computed in Double too, with weights at random.
enum TinyModel {
    /// One configuration a family, with everything that tells families apart.
    static func config(_ family: DecoderConfig.Family) -> DecoderConfig {
        let isGemma = family == .gemma3
        let llama3 = DecoderConfig.Rotation.Scaling.llama3(factor: 4, low: 1, high: 4, original: 16)
        let rotation = DecoderConfig.Rotation(base: 500, scaling: family == .llama ? llama3 : .none)
        let layers = isGemma ? 4 : 3
        return DecoderConfig(
            family: family, vocabularySize: 61, hiddenSize: 24, intermediateSize: 37, layerCount: layers,
            headCount: 4, keyValueHeadCount: family == .llama ? 1 : 2,
            headDimension: family == .qwen3 ? 10 : 6,
            contextLength: 64, normEpsilon: 1e-5, activation: isGemma ? .geluTanh : .silu,
            embeddingScale: isGemma ? Float(24).squareRoot() : 1, attentionScale: 0.4,
            slidingWindow: isGemma ? 5 : nil, slides: (0..<layers).map { isGemma && $0 != 2 },
            rotation: rotation,
            slidingRotation: isGemma ? DecoderConfig.Rotation(base: 50, scaling: .none) : rotation,
            normalisesQueriesAndKeys: isGemma || family == .qwen3, normalisesOutputs: isGemma,
            hasAttentionBias: family == .qwen2, hasOutputBias: false, hasFeedForwardBias: false,
            tiesHead: family != .qwen3, endTokens: [])
    }

    static func weights(
        _ config: DecoderConfig, seed: UInt64 = 1, precision: Precision = .float32,
        form: WeightForm = .expanded
    ) -> DecoderWeights {
        var numbers = Numbers(seed: seed)
        func frozen(_ outputs: Int, _ inputs: Int, within width: Float) -> FrozenWeight {
            numbers.list(outputs * inputs, within: width).withUnsafeBytes {
                form == .packed
                    ? FrozenWeight(
                        packing: $0, outputs: outputs, inputs: inputs, format: .float32, Workers(count: 1))
                    : FrozenWeight(
                        outputs: outputs, inputs: inputs, format: .float32, bytes: $0, precision: precision,
                        Workers(count: 1))
            }
        }
        let embedding = frozen(config.vocabularySize, config.hiddenSize, within: 1)
        func norm(_ width: Int) -> [Float] { numbers.list(width, around: 1, within: 0.5) }
        let layers = (0..<config.layerCount).map { _ in
            LayerWeights(
                inputNorm: norm(config.hiddenSize),
                queryNorm: config.normalisesQueriesAndKeys ? norm(config.headDimension) : nil,
                keyNorm: config.normalisesQueriesAndKeys ? norm(config.headDimension) : nil,
                attentionOutputNorm: config.normalisesOutputs ? norm(config.hiddenSize) : nil,
                feedForwardNorm: norm(config.hiddenSize),
                feedForwardOutputNorm: config.normalisesOutputs ? norm(config.hiddenSize) : nil,
                projections: Projection.allCases.map {
                    let (outputs, inputs) = config.shape(of: $0)
                    return FrozenLinear(
                        weight: frozen(outputs, inputs, within: 0.4),
                        bias: config.hasBias($0) ? numbers.list(outputs, within: 0.5) : nil)
                })
        }
        let head =
            config.tiesHead
            ? embedding : frozen(config.vocabularySize, config.hiddenSize, within: 1)
        return DecoderWeights(
            config: config, precision: precision, form: form, embedding: embedding, head: head,
            finalNorm: norm(config.hiddenSize), layers: layers)
    }

    static func decoder(
        _ family: DecoderConfig.Family, threads: Int = 2, seed: UInt64 = 1, precision: Precision = .float32
    ) -> Decoder {
        Decoder(weights(config(family), seed: seed, precision: precision), workers: Workers(count: threads))
    }

    /// The same adapter as DoRA's, with magnitudes that are not the rows' lengths.
    static func directed(_ adapter: Adapter, _ decoder: Decoder) -> Adapter {
        var numbers = Numbers(seed: 8)
        return Adapter(
            parts: adapter.parts.enumerated().map { layer, parts in
                Projection.allCases.reduce(into: [:]) { all, projection in
                    guard let part = parts[projection] else { return }
                    let length = LowRank.magnitude(
                        a: part.a, b: part.b, scale: part.scale,
                        over: decoder.weights.layers[layer][projection].weight, decoder.pass)
                    length.scaleColumns(by: numbers.list(length.columns, around: 1, within: 0.3))
                    all[projection] = LowRank(a: part.a, b: part.b, scale: part.scale, magnitude: length)
                }
            })
    }

    /// An adapter neither of whose sides is zero.
    static func adapter(
        _ config: DecoderConfig, rank: Int = 3, seed: UInt64 = 5, layers: Set<Int>? = nil,
        projections: [Projection] = Projection.allCases
    ) -> Adapter {
        var numbers = Numbers(seed: seed)
        return Adapter(
            parts: (0..<config.layerCount).map { layer in
                var parts: [Projection: LowRank] = [:]
                for projection in projections where layers?.contains(layer) ?? true {
                    let (outputs, inputs) = config.shape(of: projection)
                    parts[projection] = LowRank(
                        a: numbers.matrix(rank, inputs, within: 0.4),
                        b: numbers.matrix(outputs, rank, within: 0.4),
                        scale: 0.7)
                }
                return parts
            })
    }

    static func tokens(_ count: Int, seed: UInt64 = 9) -> [Int32] {
        (0..<count).map { Int32(CounterRandom.bits(seed: seed, position: UInt64($0)) % 61) }
    }
}

/// A row of numbers that look random and are the same in every run.
struct Numbers {
    let seed: UInt64
    private var next: UInt64 = 0

    init(seed: UInt64) { self.seed = seed }

    mutating func list(_ count: Int, around centre: Float = 0, within width: Float) -> [Float] {
        (0..<count).map { _ in
            next += 1
            return centre + width * Float(2 * CounterRandom.uniform(seed: seed, position: next) - 1)
        }
    }

    mutating func matrix(_ rows: Int, _ columns: Int, within width: Float) -> Matrix {
        Matrix(rows, columns, list(rows * columns, within: width))
    }
}

extension [Float] {
    var bits: [UInt32] { map(\.bitPattern) }
    var doubles: [Double] { map(Double.init) }
}

/// ‖got - want‖ / ‖want‖.
func relativeError(_ got: [Double], _ want: [Double]) -> Double {
    if got.count != want.count { return .nan }
    let off = zip(got, want).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let size = want.reduce(0) { $0 + $1 * $1 }
    return off == 0 ? 0 : (off / max(size, 1e-20)).squareRoot()
}

func relativeError(_ got: [Float], _ want: [Float]) -> Double { relativeError(got.doubles, want.doubles) }

/// Expects the same bits, and says how far apart the numbers are where not.
func expectSame(
    _ got: [Float], _ want: [Float], _ place: @autoclosure () -> String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    if got.bits == want.bits { return }
    let count = zip(got, want).count { $0.bitPattern != $1.bitPattern }
    Issue.record(
        "\(count) of \(want.count) numbers differ, by \(relativeError(got, want)): \(place())",
        sourceLocation: sourceLocation)
}
