import Checkpoint
import Foundation
import Kernels

extension ModelExport {
    /// The `config.json` of a model that comes from a GGUF, in the keys that
    /// transformers reads.
    ///
    /// - Parameter others: keys about tokens, which the vocabulary knows.
    public func huggingFaceConfig(type: WeightFormat, others: JSONObject) throws(ExportError) -> JSON {
        let isGemma = config.family == .gemma3
        var json: JSONObject = [
            "architectures": .array([.string(config.family.className)]),
            "model_type": .string(isGemma ? "gemma3_text" : config.family.rawValue),
            "vocab_size": .integer(Int64(config.vocabularySize)),
            "hidden_size": .integer(Int64(config.hiddenSize)),
            "intermediate_size": .integer(Int64(config.intermediateSize)),
            "num_hidden_layers": .integer(Int64(config.layerCount)),
            "num_attention_heads": .integer(Int64(config.headCount)),
            "num_key_value_heads": .integer(Int64(config.keyValueHeadCount)),
            "head_dim": .integer(Int64(config.headDimension)),
            "max_position_embeddings": .integer(Int64(config.contextLength)),
            "rms_norm_eps": .number(config.normEpsilon.plain),
            "rope_theta": .number(config.rotation.base),
            "tie_word_embeddings": .bool(config.tiesHead),
            "torch_dtype": .string(type.torchName),
        ]
        if config.family != .qwen2 { json["attention_bias"] = .bool(config.hasAttentionBias) }
        if config.family == .llama { json["mlp_bias"] = .bool(config.hasFeedForwardBias) }
        if isGemma {
            let types = config.slides.map { JSON.string($0 ? "sliding_attention" : "full_attention") }
            json["hidden_activation"] = .string("gelu_pytorch_tanh")
            // A GGUF's Gemma always scales by its head dimension.
            json["query_pre_attn_scalar"] = .integer(Int64(config.headDimension))
            json["sliding_window"] = .integer(Int64(config.slidingWindow ?? 0))
            json["layer_types"] = .array(types)
            json["rope_local_base_freq"] = .number(config.slidingRotation.base)
        } else {
            json["hidden_act"] = .string("silu")
        }
        if let scaling = try config.ropeScaling() { json["rope_scaling"] = scaling }
        for (key, value) in others.members { json[key] = value }
        return .object(json)
    }
}

extension DecoderConfig {
    func checkHuggingFace() throws(ExportError) {
        if family == .qwen2 {
            if hasOutputBias || hasFeedForwardBias {
                throw .notExpressible("a bias beside q, k and v", .safetensors)
            }
        } else if hasAttentionBias != hasOutputBias {
            throw .notExpressible("a bias in some of q, k, v and o only", .safetensors)
        }
        if family != .llama, hasFeedForwardBias {
            throw .notExpressible("a bias in the feed-forward part", .safetensors)
        }
        _ = try ropeScaling()
    }

    /// `rope_scaling` as transformers reads it.
    fileprivate func ropeScaling() throws(ExportError) -> JSON? {
        switch rotation.scaling {
        case .none: return nil
        case .linear(let factor):
            return .object(["rope_type": .string("linear"), "factor": .number(factor)])
        case .llama3(let factor, let low, let high, let original):
            return Self.llama3(factor, low, high, original)
        case .divided(let divisors):
            if divisors.allSatisfy({ $0 == 1 }) { return nil }
            guard
                case .llama3(let factor, let low, let high, let original) = rotation.llama3Rule(
                    divisors, dimension: headDimension)
            else { throw .notExpressible("rotary frequencies that follow no known rule", .safetensors) }
            return Self.llama3(factor, low, high, original)
        }
    }

    private static func llama3(_ factor: Double, _ low: Double, _ high: Double, _ original: Double) -> JSON {
        .object([
            "rope_type": .string("llama3"), "factor": .number(factor), "low_freq_factor": .number(low),
            "high_freq_factor": .number(high),
            "original_max_position_embeddings": Int64(exactly: original).map { .integer($0) }
                ?? .number(original),
        ])
    }
}

extension DecoderConfig.Family {
    /// The class transformers runs it with.
    fileprivate var className: String {
        switch self {
        case .gemma3: "Gemma3ForCausalLM"
        case .llama: "LlamaForCausalLM"
        case .qwen2: "Qwen2ForCausalLM"
        case .qwen3: "Qwen3ForCausalLM"
        }
    }
}

extension WeightFormat {
    /// PyTorch's word for a plain format.
    public var torchName: String {
        switch self {
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        default: "float32"
        }
    }
}

extension Float {
    /// The number of the fewest digits that is this one in f32: 1e-6, not what
    /// stands behind it in double.
    fileprivate var plain: Double { Double("\(self)") ?? Double(self) }
}
