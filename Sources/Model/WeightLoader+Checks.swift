import Checkpoint
import Kernels

extension WeightLoader {
    /// Throws where a tensor is absent, of another shape or of a type that
    /// cannot be loaded.
    func check() throws {
        let hidden = config.hiddenSize
        _ = try tensor(names.embedding, [config.vocabularySize, hidden])
        if !config.tiesHead { _ = try tensor(names.head, [config.vocabularySize, hidden]) }
        _ = try tensor(names.finalNorm, [hidden])
        for layer in 0..<config.layerCount {
            for projection in Projection.allCases {
                let (outputs, inputs) = config.shape(of: projection)
                _ = try tensor(names.projection(projection, layer), [outputs, inputs])
                if config.hasBias(projection) {
                    _ = try tensor(names.projection(projection, layer, "bias"), [outputs])
                }
            }
            _ = try tensor(names.inputNorm(layer), [hidden])
            _ = try tensor(names.feedForwardNorm(layer), [hidden])
            if config.normalisesQueriesAndKeys {
                _ = try tensor(names.queryNorm(layer), [config.headDimension])
                _ = try tensor(names.keyNorm(layer), [config.headDimension])
            }
            if config.normalisesOutputs {
                _ = try tensor(names.attentionOutputNorm(layer), [hidden])
                _ = try tensor(names.feedForwardOutputNorm(layer), [hidden])
            }
        }
        try refuseUnknown()
    }

    /// A tensor of exactly this shape, and its format.
    func tensor(_ name: String, _ shape: [Int]) throws -> (Tensor, WeightFormat) {
        guard let tensor = tensors[name] else { throw ModelError(path: path, .missingTensor(name)) }
        guard tensor.shape == shape else {
            throw ModelError(path: path, .wrongShape(tensor: name, expected: shape, found: tensor.shape))
        }
        guard let format = WeightFormat(tensor.type), (shape.last ?? 0) % format.blockElements == 0 else {
            throw ModelError(path: path, .wrongType(tensor: name, type: tensor.type.rawValue))
        }
        return (tensor, format)
    }

    /// A tensor that changes the result and is not read would be a wrong model.
    private func refuseUnknown() throws {
        for layer in 0..<config.layerCount {
            for projection in Projection.allCases where !config.hasBias(projection) {
                let name = names.projection(projection, layer, "bias")
                if tensors[name] != nil {
                    throw ModelError(path: path, .unsupported(key: name, value: "present"))
                }
            }
        }
    }
}

extension WeightFormat {
    /// The format of a checkpoint's type, where its numbers can be weights.
    init?(_ type: ElementType) {
        switch type {
        case .f32: self = .float32
        case .f16: self = .float16
        case .bf16: self = .bfloat16
        case .q4_0: self = .q4_0
        case .q4_1: self = .q4_1
        case .q5_0: self = .q5_0
        case .q5_1: self = .q5_1
        case .q8_0: self = .q8_0
        case .q4_K: self = .q4_K
        case .q5_K: self = .q5_K
        case .q6_K: self = .q6_K
        default: return nil
        }
    }
}
