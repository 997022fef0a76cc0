import Kernels

/// One projection: a frozen matrix and perhaps a bias.
public struct FrozenLinear: Sendable {
    let weight: FrozenWeight
    let bias: [Float]?
}

/// The frozen numbers of one layer.
public struct LayerWeights: Sendable {
    let inputNorm: [Float]
    let queryNorm: [Float]?
    let keyNorm: [Float]?
    let attentionOutputNorm: [Float]?
    let feedForwardNorm: [Float]
    let feedForwardOutputNorm: [Float]?
    let projections: [FrozenLinear]

    subscript(projection: Projection) -> FrozenLinear { projections[projection.rawValue] }
}

/// How frozen weights are held in memory.
public enum WeightForm: Sendable {
    /// As the numbers they stand for, in a precision's type: for training.
    case expanded
    /// In the file's own blocks: for inference.
    case packed
}

/// The frozen numbers of a decoder.
public struct DecoderWeights: Sendable {
    /// What they are the weights of.
    public let config: DecoderConfig
    /// In what numbers they are kept and multiplied.
    public let precision: Precision
    /// Whether they were expanded.
    public var form = WeightForm.expanded
    /// One row a token.
    public let embedding: FrozenWeight
    /// The matrix that turns hidden rows into logits; the embedding where tied.
    public let head: FrozenWeight
    let finalNorm: [Float]
    let layers: [LayerWeights]
}
