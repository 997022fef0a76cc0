import Checkpoint
import Kernels

extension DecoderConfig {
    /// Reads the metadata of a GGUF file.
    ///
    /// What GGUF does not say (the pattern of sliding layers, their base) is
    /// what llama.cpp assumes for the architecture.
    public static func gguf(_ file: GGUFFile, path: String) throws -> DecoderConfig {
        let metadata = file.metadata
        let reader = ConfigReader(
            path: path, int: { metadata.int($0) }, double: { metadata.double($0) },
            has: { metadata[$0] != nil })
        guard let architecture = metadata.string("general.architecture") else {
            throw reader.error(.missingKey("general.architecture"))
        }
        guard let family = Family(rawValue: architecture) else {
            throw reader.error(.unknownArchitecture(architecture))
        }
        func key(_ name: String) -> String { "\(architecture).\(name)" }

        let hidden = try reader.size(key("embedding_length"))
        let heads = try reader.size(key("attention.head_count"), in: 1...4096)
        let layers = try reader.size(key("block_count"), in: 1...1024)
        let width = try headDimension(key, hidden: hidden, heads: heads, reader)
        let isGemma = family == .gemma3
        var rotation = try rotation(key, standardBase: isGemma ? 1_000_000 : 10_000, reader, metadata)
        if let divisors = try divisors(file.tensors, width: width, reader) {
            rotation.scaling = .divided(by: divisors)
        }
        let pattern = try reader.optionalSize(key("attention.sliding_window_pattern"), in: 1...1024) ?? 6
        let localBase = try reader.number(key("rope.freq_base_swa"), default: 10_000, in: ConfigReader.bases)
        let vocabulary = file.tensors["token_embd.weight"]?.shape.first
        guard let vocabulary, vocabulary > 0 else { throw reader.error(.missingTensor("token_embd.weight")) }
        let hasBias = file.tensors["blk.0.attn_q.bias"] != nil
        return try DecoderConfig(
            family: family,
            vocabularySize: vocabulary,
            hiddenSize: hidden,
            intermediateSize: reader.size(key("feed_forward_length")),
            layerCount: layers,
            headCount: heads,
            keyValueHeadCount: reader.optionalSize(key("attention.head_count_kv"), in: 1...4096) ?? heads,
            headDimension: width,
            contextLength: reader.optionalSize(key("context_length"), in: 1...16_777_216) ?? 2048,
            normEpsilon: Float(
                reader.number(
                    key("attention.layer_norm_rms_epsilon"), default: 1e-6, in: ConfigReader.epsilons)),
            activation: isGemma ? .geluTanh : .silu,
            embeddingScale: isGemma ? Float(hidden).squareRoot() : 1,
            attentionScale: Float(1 / Double(width).squareRoot()),
            slidingWindow: isGemma ? reader.size(key("attention.sliding_window"), in: 1...16_777_216) : nil,
            slides: (0..<layers).map { isGemma && ($0 + 1) % pattern != 0 },
            rotation: rotation,
            slidingRotation: isGemma ? Rotation(base: localBase, scaling: .none) : rotation,
            normalisesQueriesAndKeys: family == .gemma3 || family == .qwen3,
            normalisesOutputs: isGemma,
            hasAttentionBias: family == .qwen2 || hasBias,
            hasOutputBias: file.tensors["blk.0.attn_output.bias"] != nil,
            hasFeedForwardBias: file.tensors["blk.0.ffn_gate.bias"] != nil,
            tiesHead: file.tensors["output.weight"] == nil,
            endTokens: endTokens(metadata, reader)
        ).checked(reader)
    }

    private static func headDimension(
        _ key: (String) -> String, hidden: Int, heads: Int, _ reader: ConfigReader
    ) throws -> Int {
        let allowed = 2...8192
        if let given = try reader.optionalSize(key("attention.key_length"), in: allowed) {
            if try reader.optionalSize(key("attention.value_length"), in: allowed) ?? given != given {
                throw reader.error(.contradiction(key("attention.key_length"), key("attention.value_length")))
            }
            return given
        }
        guard hidden % heads == 0 else {
            throw reader.error(.contradiction(key("embedding_length"), key("attention.head_count")))
        }
        return hidden / heads
    }

    private static func rotation(
        _ key: (String) -> String, standardBase: Double, _ reader: ConfigReader, _ metadata: GGUFMetadata
    ) throws -> Rotation {
        let base = try reader.number(key("rope.freq_base"), default: standardBase, in: ConfigReader.bases)
        switch metadata.string(key("rope.scaling.type")) ?? "none" {
        case "none": return Rotation(base: base, scaling: .none)
        case "linear":
            let factor = try reader.number(key("rope.scaling.factor"), default: 1, in: ConfigReader.factors)
            return Rotation(base: base, scaling: .linear(factor: factor))
        case let other: throw reader.error(.unsupported(key: key("rope.scaling.type"), value: other))
        }
    }

    /// Llama 3's scaling of frequencies, which a GGUF keeps as a tensor.
    private static func divisors(
        _ tensors: TensorTable, width: Int, _ reader: ConfigReader
    ) throws -> [Float]? {
        let name = "rope_freqs.weight"
        guard let tensor = tensors[name] else { return nil }
        guard tensor.shape == [width / 2] else {
            throw reader.error(.wrongShape(tensor: name, expected: [width / 2], found: tensor.shape))
        }
        guard tensor.type == .f32 else {
            throw reader.error(.wrongType(tensor: name, type: tensor.type.rawValue))
        }
        let values = (0..<width / 2).map {
            Float(bitPattern: UInt32(littleEndian: tensor.bytes.integer(at: 4 * $0)))
        }
        guard values.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw reader.error(.badValue(key: name, allowed: "positive numbers"))
        }
        return values
    }

    private static func endTokens(
        _ metadata: GGUFMetadata, _ reader: ConfigReader
    ) throws -> [Int32] {
        var tokens: [Int32] = []
        for key in ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"] {
            if let token = try reader.optionalSize(key, in: 0...16_777_216) { tokens.append(Int32(token)) }
        }
        return tokens
    }
}
