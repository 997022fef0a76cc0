import Foundation
import Kernels

/// A language model: rows of tokens in, hidden rows out.
///
/// It belongs to one thread; its arena holds the results of the latest forward
/// pass and nothing older. The head is not part of `forward`: whoever wants
/// logits asks for them, and only for the rows that need them, because for the
/// small models that Hearth is made for the head costs more than the body.
public final class Decoder {
    /// The frozen numbers.
    public let weights: DecoderWeights
    /// The threads it runs on.
    public let workers: Workers
    /// The memory of a pass.
    public let arena: Arena
    /// What a forward pass keeps for the backward pass.
    private let store: Arena
    /// The most bytes that a pass had in use, of what backward needs and of everything else.
    public var peakBytes: Int { arena.peakBytes + store.peakBytes }
    private var blocks: [Block] = []
    /// All layers at once, for new tokens; nothing where weights were expanded.
    private(set) var tokenStep: TokenStep?
    private var positions = 0
    /// How many bytes of the head were read where the largest logits were asked for.
    public private(set) var headBytes = 0
    /// How often they were asked for.
    public private(set) var headReads = 0

    /// The configuration of the weights.
    public var config: DecoderConfig { weights.config }

    /// A decoder over some weights.
    public init(_ weights: DecoderWeights, workers: Workers) {
        self.weights = weights
        self.workers = workers
        arena = Arena()
        store = Arena(blockBytes: 64 << 20)
        prepare(positions: 512)
    }

    var pass: Pass { pass(saves: false) }

    private func pass(saves: Bool) -> Pass {
        Pass(
            config: config, precision: weights.precision, arena: arena, store: saves ? store : arena,
            workers: workers)
    }

    /// The pass of a batch: dropout reads operands in f32, and so does DoRA's way back.
    func pass(for batch: RowBatch, saves: Bool) -> Pass {
        var pass = pass(saves: saves)
        let isDirected = batch.segments.contains { $0.adapter?.isDirected ?? false }
        pass.roundsOnly =
            weights.form == .expanded && weights.precision == .block16 && batch.noise?.dropout ?? 0 == 0
            && !isDirected
        return pass
    }

    /// Runs a batch through the layers and gives the final rows asked for.
    ///
    /// Keys and values of all rows are left in the cache. The result lives until
    /// the next forward pass.
    public func forward(_ batch: RowBatch, cache: KeyValueCache, wanted: [Int]) -> Matrix {
        if let hidden = forwardTokens(batch, cache: cache, wanted: wanted) { return hidden }
        return run(batch, cache: cache, wanted: wanted, saves: false).hidden
    }

    /// The same pass, keeping what `backward` needs.
    public func forwardSaving(
        _ batch: RowBatch, cache: KeyValueCache, wanted: [Int]
    ) -> (hidden: Matrix, saved: Activations) {
        run(batch, cache: cache, wanted: wanted, saves: true)
    }

    /// Frees what the latest pass left and makes ready for so many positions.
    func begin(positions: Int) {
        prepare(positions: positions)
        arena.reset()
        store.reset()
    }

    func run(
        _ batch: RowBatch, cache: KeyValueCache, wanted: [Int], saves: Bool, begins: Bool = true
    ) -> (hidden: Matrix, saved: Activations) {
        precondition(zip(wanted, wanted.dropFirst()).allSatisfy { $0 < $1 })
        let all = Rows(batch)
        if begins { begin(positions: Int(all.positions.max() ?? 0) + 1) }
        let pass = pass(for: batch, saves: saves)
        let keepsAll = wanted.count == all.count
        let kept = keepsAll ? all : Rows(batch, wanted: wanted)
        // Two matrices in turn carry the rows from layer to layer.
        let carriers = saves ? [] : (0..<2).map { _ in arena.matrix(all.count, config.hiddenSize) }
        var x = pass.kept(all.count, config.hiddenSize)
        weights.embedding.gather(batch.tokens, scale: config.embeddingScale, into: x, workers)
        if let noise = batch.noise, let reach = noise.embeddingReach {
            Dropout.addNoise(to: x, keys: noise.keys, reach: reach, workers)
        }
        var layers: [LayerActivations] = []
        for block in blocks {
            let isLast = block.index == blocks.count - 1
            let mark = arena.mark
            let (y, saved) = block.forward(
                x, all, kept: isLast ? kept : all, wanted: isLast && !keepsAll ? wanted : nil,
                segments: batch.segments, cache: cache, pass)
            if saves {
                layers.append(saved)
                x = y
            } else {
                x = carriers[block.index % 2][rows: 0..<y.rows]
                x.copy(from: y)
            }
            arena.release(to: mark)
        }
        let (hidden, last) = pass.norm(x, weights.finalNorm)
        return (
            hidden,
            Activations(
                batch: batch, all: all, kept: kept, wanted: wanted, keepsAll: keepsAll, cache: cache,
                layers: layers, last: last)
        )
    }

    /// logits = hidden · headᵀ; the first `prompt` rows are a prompt's.
    public func logits(_ hidden: Matrix, prompt: Int, into logits: Matrix) {
        let mark = arena.mark
        weights.head.forward(pass.operand(hidden), into: logits, prompt: prompt, workers)
        arena.release(to: mark)
    }

    /// Of new tokens' logits at least those that may be among each row's so many largest; the
    /// others may be -∞.
    ///
    /// What is told is what `logits(_:prompt:into:)` gives, bit for bit.
    public func logits(_ hidden: Matrix, largest counts: [Int], into logits: Matrix) {
        headBytes += weights.head.forward(hidden, largest: counts, into: logits, workers)
        headReads += 1
    }

    /// Of one row's logits those whose number divided by 64 is listed; the others hold anything.
    ///
    /// For packed weights: where few tokens are allowed, few rows of the head are read.
    public func logits(_ hidden: Matrix, blocks: [Int], isPrompt: Bool, into logits: Matrix) {
        weights.head.forward(hidden, blocks: blocks, into: logits, isPrompt: isPrompt, workers)
    }

    /// dhidden = dlogits · head: the way back through `logits`.
    public func logitsBackward(_ dlogits: Matrix, into dhidden: Matrix) {
        let mark = arena.mark
        weights.head.backward(pass.operand(dlogits), into: dhidden, workers)
        arena.release(to: mark)
    }

    func block(_ layer: Int) -> Block { blocks[layer] }

    private func makeTokenStep() -> TokenStep? {
        if weights.form == .expanded { return nil }
        let layers = blocks.map { block in
            let weights = block.weights
            return TokenStep.Layer(
                norms: [
                    weights.inputNorm, weights.queryNorm, weights.keyNorm, weights.attentionOutputNorm,
                    weights.feedForwardNorm, weights.feedForwardOutputNorm,
                ], weights: weights.projections.map(\.weight), biases: weights.projections.map(\.bias),
                rotary: block.rotary, attention: block.attention)
        }
        return TokenStep(layers, activation: config.activation, epsilon: config.normEpsilon)
    }

    /// Makes the tables of angles reach at least so many positions.
    private func prepare(positions wanted: Int) {
        if wanted <= positions { return }
        positions = max(wanted, min(2 * positions, max(config.contextLength, wanted)))
        func table(_ rotation: DecoderConfig.Rotation) -> Rotary {
            Rotary(positions: positions, frequencies: rotation.frequencies(dimension: config.headDimension))
        }
        let full = table(config.rotation)
        let sliding = config.slidingRotation == config.rotation ? full : table(config.slidingRotation)
        blocks = (0..<config.layerCount).map {
            Block(
                index: $0, weights: weights.layers[$0], attention: config.attention(layer: $0),
                rotary: config.slides[$0] ? sliding : full)
        }
        tokenStep = makeTokenStep()
    }
}

extension DecoderConfig.Rotation {
    /// The inverse frequencies, scaled as the model was trained.
    func frequencies(dimension: Int) -> [Float] {
        let plain = Rotary.frequencies(base: base, dimension: dimension)
        switch scaling {
        case .none: return plain
        case .linear(let factor): return plain.map { $0 / Float(factor) }
        case .divided(let divisors): return zip(plain, divisors).map { $0 / $1 }
        case .llama3(let factor, let low, let high, let original):
            return plain.map { frequency in
                let wavelength = 2 * Double.pi / Double(frequency)
                if wavelength < original / high { return frequency }
                if wavelength > original / low { return frequency / Float(factor) }
                let smooth = (original / wavelength - low) / (high - low)
                return Float((1 - smooth) * Double(frequency) / factor + smooth * Double(frequency))
            }
        }
    }
}
