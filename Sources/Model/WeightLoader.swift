import Checkpoint
import Kernels

/// Takes a decoder's tensors out of a checkpoint.
///
/// Everything that must be there is looked up and its shape compared before the
/// first number is read, so that a wrong file costs no memory.
struct WeightLoader {
    let config: DecoderConfig
    let names: WeightNames
    let tensors: TensorTable
    let path: String
    let precision: Precision
    let form: WeightForm
    let memory = WeightMemory()
    let workers: Workers

    func load() throws -> DecoderWeights {
        try check()
        let embedding = try frozen(
            names.embedding, config.vocabularySize, config.hiddenSize, isHead: config.tiesHead)
        let head =
            config.tiesHead
            ? embedding : try frozen(names.head, config.vocabularySize, config.hiddenSize, isHead: true)
        var layers: [LayerWeights] = []
        for layer in 0..<config.layerCount { layers.append(try self.layer(layer)) }
        return DecoderWeights(
            config: config, precision: precision, form: form, embedding: embedding, head: head,
            finalNorm: try norm(names.finalNorm, config.hiddenSize), layers: layers)
    }

    private func layer(_ index: Int) throws -> LayerWeights {
        let hidden = config.hiddenSize
        let head = config.headDimension
        var projections: [FrozenLinear] = []
        for projection in Projection.allCases {
            let (outputs, inputs) = config.shape(of: projection)
            projections.append(
                FrozenLinear(
                    weight: try frozen(
                        names.projection(projection, index), outputs, inputs, order: rowOrder(projection)),
                    bias: config.hasBias(projection)
                        ? try bias(names.projection(projection, index, "bias"), outputs, rowOrder(projection))
                        : nil))
        }
        let normsHeads = config.normalisesQueriesAndKeys
        let normsOutputs = config.normalisesOutputs
        return LayerWeights(
            inputNorm: try norm(names.inputNorm(index), hidden),
            queryNorm: normsHeads ? try norm(names.queryNorm(index), head) : nil,
            keyNorm: normsHeads ? try norm(names.keyNorm(index), head) : nil,
            attentionOutputNorm: normsOutputs ? try norm(names.attentionOutputNorm(index), hidden) : nil,
            feedForwardNorm: try norm(names.feedForwardNorm(index), hidden),
            feedForwardOutputNorm: normsOutputs ? try norm(names.feedForwardOutputNorm(index), hidden) : nil,
            projections: projections)
    }

    /// llama.cpp stores a Llama's q and k with the halves of each head
    /// interleaved; this is the order of its rows that undoes it.
    private func rowOrder(_ projection: Projection) -> [Int]? {
        guard names.isGGUF, config.family == .llama else { return nil }
        let heads =
            switch projection {
            case .query: config.headCount
            case .key: config.keyValueHeadCount
            default: 0
            }
        if heads == 0 { return nil }
        let width = config.headDimension
        return (0..<heads).flatMap { head in
            (0..<width).map { head * width + 2 * ($0 % (width / 2)) + $0 / (width / 2) }
        }
    }

    private func frozen(
        _ name: String, _ outputs: Int, _ inputs: Int, order: [Int]? = nil, isHead: Bool = false
    ) throws -> FrozenWeight {
        let (tensor, format) = try tensor(name, [outputs, inputs])
        defer { tensor.bytes.letGo() }
        return tensor.bytes.withUnsafeBytes {
            switch form {
            case .expanded:
                FrozenWeight(
                    outputs: outputs, inputs: inputs, format: format, bytes: $0, order: order,
                    precision: precision, workers)
            case .packed:
                FrozenWeight(
                    packing: $0, outputs: outputs, inputs: inputs, format: format, order: order,
                    isHead: isHead, memory: memory, workers)
            }
        }
    }

    private func norm(_ name: String, _ width: Int) throws -> [Float] {
        let values = try vector(name, width)
        // Gemma's checkpoints keep w of (1 + w); a GGUF has the one added.
        return config.family == .gemma3 && !names.isGGUF ? values.map { 1 + $0 } : values
    }

    private func bias(_ name: String, _ width: Int, _ order: [Int]?) throws -> [Float] {
        let values = try vector(name, width)
        return order?.map { values[$0] } ?? values
    }

    private func vector(_ name: String, _ width: Int) throws -> [Float] {
        let (tensor, format) = try tensor(name, [width])
        let values = Matrix(1, width)
        tensor.bytes.withUnsafeBytes { format.decode($0, into: values, workers) }
        return values.row(0)
    }
}

extension Matrix {
    /// The numbers of a tensor of plain floats, one row for a vector; nothing for
    /// any other kind of tensor.
    public init?(_ tensor: Tensor, _ workers: Workers) {
        guard (1...2).contains(tensor.shape.count), let format = WeightFormat(tensor.type),
            format.blockElements == 1
        else { return nil }
        self.init(tensor.shape.count == 1 ? 1 : tensor.shape[0], tensor.shape[tensor.shape.count - 1])
        tensor.bytes.withUnsafeBytes { format.decode($0, into: self, workers) }
    }
}
