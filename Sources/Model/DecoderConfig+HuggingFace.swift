import Checkpoint
import Kernels

extension DecoderConfig {
    /// Reads a Hugging Face `config.json`, in its older and newer spelling.
    ///
    /// A key whose value would change the result in a way that is not computed
    /// here is an error: a model is run right or not at all.
    public static func huggingFace(_ json: JSON, generation: JSON?, path: String) throws -> DecoderConfig {
        func value(_ key: String) -> JSON? { json[key].flatMap { $0.isNull ? nil : $0 } }
        let reader = ConfigReader(
            path: path, int: { value($0)?.int }, double: { value($0)?.double }, has: { value($0) != nil })
        let family = try family(json, reader)
        try refuseUnsupported(value, reader)

        let hidden = try reader.size("hidden_size")
        let heads = try reader.size("num_attention_heads", in: 1...4096)
        let layers = try reader.size("num_hidden_layers", in: 1...1024)
        let width = try headDimension(family, hidden: hidden, heads: heads, reader)
        let isGemma = family == .gemma3
        let standardBase: Double = isGemma ? 1_000_000 : 10_000
        let slides =
            isGemma ? try slidingLayers(value, layers, reader) : Array(repeating: false, count: layers)
        let rotation = try rotation(value, "full_attention", standardBase, reader)
        let preScalar = try reader.number("query_pre_attn_scalar", default: 256, in: 1e-6...1e9)
        return try DecoderConfig(
            family: family,
            vocabularySize: reader.size("vocab_size", in: 1...16_777_216),
            hiddenSize: hidden,
            intermediateSize: reader.size("intermediate_size"),
            layerCount: layers,
            headCount: heads,
            keyValueHeadCount: reader.optionalSize("num_key_value_heads", in: 1...4096) ?? heads,
            headDimension: width,
            contextLength: reader.optionalSize("max_position_embeddings", in: 1...16_777_216) ?? 2048,
            normEpsilon: Float(reader.number("rms_norm_eps", default: 1e-6, in: ConfigReader.epsilons)),
            activation: activation(value, isGemma: isGemma, reader),
            embeddingScale: isGemma ? Float(hidden).squareRoot() : 1,
            attentionScale: isGemma
                ? Float(1 / preScalar.squareRoot()) : Float(1 / Double(width).squareRoot()),
            slidingWindow: isGemma ? reader.optionalSize("sliding_window", in: 1...16_777_216) ?? 4096 : nil,
            slides: slides,
            rotation: rotation,
            slidingRotation: isGemma
                ? slidingRotation(value, reader) : rotation,
            normalisesQueriesAndKeys: family == .gemma3 || family == .qwen3,
            normalisesOutputs: isGemma,
            hasAttentionBias: family == .qwen2 || value("attention_bias")?.bool == true,
            hasOutputBias: family != .qwen2 && value("attention_bias")?.bool == true,
            hasFeedForwardBias: value("mlp_bias")?.bool == true,
            tiesHead: value("tie_word_embeddings")?.bool ?? isGemma,
            endTokens: endTokens(generation?["eos_token_id"] ?? json["eos_token_id"], reader)
        ).checked(reader)
    }

    private static func family(_ json: JSON, _ reader: ConfigReader) throws -> Family {
        switch json["model_type"]?.string {
        case "gemma3_text": return .gemma3
        case "llama": return .llama
        case "qwen2": return .qwen2
        case "qwen3": return .qwen3
        case let other?: throw reader.error(.unknownArchitecture(other))
        case nil: throw reader.error(.missingKey("model_type"))
        }
    }

    private static func refuseUnsupported(
        _ value: (String) -> JSON?, _ reader: ConfigReader
    ) throws {
        for key in ["attn_logit_softcapping", "final_logit_softcapping", "quantization_config"] {
            if value(key) != nil { throw reader.error(.unsupported(key: key, value: "set")) }
        }
        for key in ["use_bidirectional_attention", "use_sliding_window"] {
            if value(key)?.bool == true { throw reader.error(.unsupported(key: key, value: "true")) }
        }
    }

    private static func headDimension(
        _ family: Family, hidden: Int, heads: Int, _ reader: ConfigReader
    ) throws -> Int {
        if let given = try reader.optionalSize("head_dim", in: 2...8192) { return given }
        // What transformers' own configuration classes take where the key is absent.
        switch family {
        case .gemma3: return 256
        case .qwen3: return 128
        case .llama, .qwen2:
            guard hidden % heads == 0 else {
                throw reader.error(.contradiction("hidden_size", "num_attention_heads"))
            }
            return hidden / heads
        }
    }

    private static func activation(
        _ value: (String) -> JSON?, isGemma: Bool, _ reader: ConfigReader
    ) throws -> GatedUnit {
        let key = isGemma && value("hidden_activation") != nil ? "hidden_activation" : "hidden_act"
        switch value(key)?.string ?? (isGemma ? "gelu_pytorch_tanh" : "silu") {
        case "silu", "swish": return .silu
        case "gelu_pytorch_tanh", "gelu_new": return .geluTanh
        case let other: throw reader.error(.unsupported(key: key, value: other))
        }
    }

    private static func slidingLayers(
        _ value: (String) -> JSON?, _ layers: Int, _ reader: ConfigReader
    ) throws -> [Bool] {
        if let list = value("layer_types") {
            guard let types = list.array?.map(\.string),
                types.allSatisfy({ $0 == "sliding_attention" || $0 == "full_attention" })
            else {
                throw reader.error(
                    .badValue(key: "layer_types", allowed: "a list of sliding_attention and full_attention"))
            }
            return types.map { $0 == "sliding_attention" }
        }
        let key =
            value("sliding_window_pattern") != nil ? "sliding_window_pattern" : "_sliding_window_pattern"
        let pattern = try reader.optionalSize(key, in: 1...1024) ?? 6
        return (0..<layers).map { ($0 + 1) % pattern != 0 }
    }

    private static func slidingRotation(
        _ value: (String) -> JSON?, _ reader: ConfigReader
    ) throws -> Rotation {
        if value("rope_parameters")?["sliding_attention"] != nil {
            return try rotation(value, "sliding_attention", 10_000, reader)
        }
        let base = try reader.number("rope_local_base_freq", default: 10_000, in: ConfigReader.bases)
        return Rotation(base: base, scaling: .none)
    }

    private static func rotation(
        _ value: (String) -> JSON?, _ layerType: String, _ standardBase: Double, _ reader: ConfigReader
    ) throws -> Rotation {
        let parameters = value("rope_parameters")
        let block = parameters?[layerType] ?? parameters ?? value("rope_scaling")
        func member(_ key: String) -> JSON? { block?[key].flatMap { $0.isNull ? nil : $0 } }
        let inner = ConfigReader(
            path: reader.path, int: { member($0)?.int }, double: { member($0)?.double },
            has: { member($0) != nil })
        let outer = try reader.number("rope_theta", default: standardBase, in: ConfigReader.bases)
        let base = try inner.number("rope_theta", default: outer, in: ConfigReader.bases)
        switch member("rope_type")?.string ?? member("type")?.string ?? "default" {
        case "default": return Rotation(base: base, scaling: .none)
        case "linear":
            return Rotation(
                base: base, scaling: .linear(factor: try inner.number("factor", in: ConfigReader.factors)))
        case "llama3":
            let factor = try inner.number("factor", in: ConfigReader.factors)
            let low = try inner.number("low_freq_factor", in: ConfigReader.factors)
            let high = try inner.number("high_freq_factor", in: ConfigReader.factors)
            let original = try inner.number("original_max_position_embeddings", in: 1...1e9)
            guard low < high else {
                throw reader.error(.contradiction("low_freq_factor", "high_freq_factor"))
            }
            return Rotation(
                base: base, scaling: .llama3(factor: factor, low: low, high: high, original: original))
        case let other: throw reader.error(.unsupported(key: "rope_type", value: other))
        }
    }

    private static func endTokens(_ json: JSON?, _ reader: ConfigReader) throws -> [Int32] {
        guard let json, !json.isNull else { return [] }
        let list = json.array ?? [json]
        let tokens = list.compactMap { $0.int.flatMap(Int32.init(exactly:)) }
        guard tokens.count == list.count else {
            throw reader.error(.badValue(key: "eos_token_id", allowed: "a token or a list of tokens"))
        }
        return tokens
    }
}
