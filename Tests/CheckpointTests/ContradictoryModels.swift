@testable import Checkpoint

private let huge = JSON.integer(1 << 40)

/// Folders that contradict themselves, made from a Qwen 2.5 of 320 tokens, 3 layers,
/// hidden 32, 4 heads and 2 key-value heads of 8.
let contradictoryFolders: [ContradictoryModel] = sizes + kinds + tokenizers + weights

private let sizes: [ContradictoryModel] = [
    .config("vocab_size", huge), .config("vocab_size", .integer(319), says: "vocabulary size"),
    .config("vocab_size", .integer(321), says: "model.embed_tokens.weight"), .config("vocab_size", nil),
    .config("hidden_size", huge), .config("hidden_size", .integer(-32)),
    .config("hidden_size", .string("32")),
    .config("hidden_size", .integer(33), says: "model.embed_tokens.weight"),
    .config("intermediate_size", huge), .config("intermediate_size", .integer(45), says: "gate_proj"),
    .config("num_hidden_layers", huge), .config("num_hidden_layers", .integer(0)),
    .config("num_hidden_layers", .number(2.5)), .config("num_hidden_layers", .integer(4), says: "layers.3"),
    .config("num_attention_heads", .integer(0)), .config("num_attention_heads", huge),
    .config("num_attention_heads", .integer(3), says: "heads"),
    .config("num_key_value_heads", .integer(3), says: "key-value heads"),
    .config("num_key_value_heads", .integer(1), says: "k_proj"),
    .config("head_dim", .integer(7), says: "head dimension"), .config("head_dim", huge),
    .config("head_dim", .integer(16), says: "q_proj"), .config("max_position_embeddings", huge),
    .config("max_position_embeddings", .integer(0)), .config("rms_norm_eps", .number(1e300)),
    .config("rms_norm_eps", .integer(-1)), .config("rope_theta", .integer(-1)),
    .config("rope_theta", .string("10000")), .config("rope_theta", .number(1e300)),
]

private let kinds: [ContradictoryModel] = [
    .config("model_type", .string("mamba"), says: "mamba"), .config("model_type", nil),
    .config("model_type", .integer(2)), .config("hidden_act", .string("relu")),
    .config(
        "rope_scaling", .object(["rope_type": .string("yarn"), "factor": .integer(4)]), says: "rope_type"),
    .config(
        "rope_scaling", .object(["rope_type": .string("linear"), "factor": .integer(0)]), says: "factor"),
    .config("quantization_config", .object(["bits": .integer(4)])),
    .config("use_sliding_window", .bool(true)), .config("final_logit_softcapping", .integer(30)),
    .config("tie_word_embeddings", .bool(false), says: "lm_head.weight"),
    .config("eos_token_id", .integer(320), says: "end tokens"),
    .config("eos_token_id", .integer(-1), says: "end tokens"),
    .config("eos_token_id", .string("x")), .config("eos_token_id", .array([.number(1.5)])),
    .init("config.json is no JSON", "config.json") { $0.files["config.json"] = Array("{".utf8) },
    .init("config.json is a list", "config.json") { $0.files["config.json"] = Array("[]".utf8) },
    .init("a key twice", "config.json") {
        $0.files["config.json"] = Array(#"{"model_type":"qwen2","model_type":"llama"}"#.utf8)
    },
]

private let tokenizers: [ContradictoryModel] = [
    .init("no tokenizer", "tokenizer.json") { $0.files["tokenizer.json"] = nil },
    .init("an empty tokenizer", "tokenizer.json") { $0.files["tokenizer.json"] = [] },
    .init("a tokenizer that is a list", "tokenizer.json") { $0.files["tokenizer.json"] = Array("[]".utf8) },
    .init("a tokenizer without a model", "tokenizer.json") { $0.files["tokenizer.json"] = Array("{}".utf8) },
    .init("a tokenizer.model that is none", "tokenizer.model") {
        $0.files["tokenizer.json"] = nil
        $0.files["tokenizer.model"] = Array("not a model".utf8)
    },
    .init("a tokenizer_config that is a list", "tokenizer_config.json") {
        $0.files["tokenizer_config.json"] = Array("[]".utf8)
    },
    .init("a chat template that is a number", "chat_template") {
        $0.files["tokenizer_config.json"] = Array(#"{"chat_template":1}"#.utf8)
    },
    .tokenizer("another kind of model", "model.type", #""type":"BPE""#, #""type":"WordPiece""#),
    .tokenizer("an unknown pattern", "pre_tokenizer", #"(?i:'s|"#, #"(a+)+$|(?i:'s|"#),
    .tokenizer(
        "an unknown normaliser", "normalizer", #""normalizer":null"#, #""normalizer":{"type":"Lowercase"}"#),
    .tokenizer(
        "an unknown decoder", "decoder", #""decoder":{"type":"ByteLevel""#, #""decoder":{"type":"CTC""#),
    .tokenizer(
        "an unknown post-processor", "post_processor", #""post_processor":null"#,
        #""post_processor":{"type":"RobertaProcessing"}"#),
    .tokenizer("a merge of a piece that is not there", "Merge 0", #""merges":["#, #""merges":[["☃","a"],"#),
    .tokenizer("a merge of three pieces", "Merge 0", #""merges":["#, #""merges":[["a","b","c"],"#),
    .tokenizer("an id of 2⁴⁰", "model.vocab", #""vocab":{"#, #""vocab":{"☃":1099511627776,"#),
    .tokenizer("an id below zero", "model.vocab", #""vocab":{"#, #""vocab":{"☃":-1,"#),
    .tokenizer("an id twice", "model.vocab", #""vocab":{"#, #""vocab":{"☃":5,"#),
    .tokenizer("more tokens than rows", "330", #""vocab":{"#, #""vocab":{"☃":329,"#),
    .tokenizer("an added token that strips", "added_tokens", #""lstrip":false"#, #""lstrip":true"#),
]

private let weights: [ContradictoryModel] = [
    .init("no weights", "weights") { $0.hasWeights = false },
    .init("pickled weights only", "pytorch_model.bin") {
        $0.hasWeights = false
        $0.files["pytorch_model.bin"] = [0x80, 2]
    },
    .init("no embedding", "model.embed_tokens.weight") { $0.tensors.removeAll { $0.name.contains("embed") } },
    .init("no bias", "q_proj.bias") { $0.tensors.removeAll { $0.name.hasSuffix("1.self_attn.q_proj.bias") } },
    .init("a norm too long", "model.norm.weight") { $0.tensor("model.norm.weight", [33]) },
    .init("a matrix turned", "down_proj") { $0.tensor("model.layers.0.mlp.down_proj.weight", [44, 32]) },
    .init("a matrix flat", "up_proj") { $0.tensor("model.layers.2.mlp.up_proj.weight", [44 * 32]) },
    .init("whole numbers", "i64") { $0.tensor("model.norm.weight", [32], .i64) },
    .init("a bias too many", "up_proj.bias") { $0.tensor("model.layers.0.mlp.up_proj.bias", [44]) },
    index("a shard that is not there", #""a.safetensors""#, "a.safetensors"),
    index("a shard in another folder", #""../model.safetensors""#, "../model.safetensors"),
    index("a shard by its full path", #""/etc/passwd""#, "/etc/passwd"),
    index("a shard that is a number", "7", "weight_map", part: "number"),
]

private func index(_ name: String, _ shard: String, _ key: String, part: String? = nil) -> ContradictoryModel
{
    .init(name, part ?? key) {
        $0.hasWeights = false
        $0.files["model.safetensors.index.json"] = Array(
            #"{"weight_map":{"model.norm.weight":\#(shard)}}"#.utf8)
    }
}

/// GGUFs that contradict themselves, made from the same model.
let contradictoryGGUFs: [ContradictoryModel] = [
    .key("general.architecture", nil), .key("general.architecture", .string("mamba"), says: "mamba"),
    .key("general.architecture", .string("llama"), says: "llama."), .key("general.architecture", .u32(1)),
    .key("qwen2.block_count", nil), .key("qwen2.block_count", .u64(1 << 40)),
    .key("qwen2.block_count", .u32(0)),
    .key("qwen2.block_count", .u32(4), says: "blk.3"), .key("qwen2.embedding_length", .u64(.max)),
    .key("qwen2.embedding_length", .u32(64), says: "token_embd.weight"),
    .key("qwen2.feed_forward_length", .f32(44)), .key("qwen2.feed_forward_length", .u32(1 << 31)),
    .key("qwen2.attention.head_count", .u32(0)), .key("qwen2.attention.head_count", .i32(-4)),
    .key("qwen2.attention.head_count_kv", .u32(3), says: "key-value heads"),
    .key("qwen2.attention.key_length", .u32(7)), .key("qwen2.attention.value_length", .u32(16)),
    .key("qwen2.attention.layer_norm_rms_epsilon", .f32(.nan)),
    .key("qwen2.attention.layer_norm_rms_epsilon", .string("x")),
    .key("qwen2.rope.freq_base", .f32(.infinity)),
    .key("qwen2.rope.freq_base", .f32(0)), .key("qwen2.rope.scaling.type", .string("yarn")),
    .key("qwen2.context_length", .u64(1 << 40)), .key("tokenizer.ggml.model", nil),
    .key("tokenizer.ggml.model", .string("bert")), .key("tokenizer.ggml.pre", .string("dbrx")),
    .key("tokenizer.ggml.pre", nil), .key("tokenizer.ggml.tokens", nil),
    .key("tokenizer.ggml.tokens", .strings([[97]]), says: "token_type"),
    .key("tokenizer.ggml.tokens", .u32(320)), .key("tokenizer.ggml.token_type", .i32s([1])),
    .key("tokenizer.ggml.token_type", .i32s(Array(repeating: 99, count: 320)), says: "Token 0"),
    .key("tokenizer.ggml.merges", nil),
    .key("tokenizer.ggml.merges", .strings([Array("xx yy".utf8)]), says: "Merge 0"),
    .key("tokenizer.ggml.eos_token_id", .u32(320), says: "end tokens"),
    .key("tokenizer.ggml.bos_token_id", .u32(99_999)), .key("tokenizer.ggml.eos_token_id", .string("x")),
    .init("no embedding", "token_embd.weight") { $0.tensors.removeAll { $0.name == "token_embd.weight" } },
    .init("no norm", "output_norm.weight") { $0.tensors.removeAll { $0.name == "output_norm.weight" } },
    .init("an embedding too short", "vocabulary size") { $0.tensor("token_embd.weight", [300, 32]) },
    .init("an embedding of one dimension", "token_embd.weight") {
        $0.tensor("token_embd.weight", [320 * 32])
    },
    .init("a matrix turned", "ffn_down") { $0.tensor("blk.0.ffn_down.weight", [44, 32]) },
    .init("a norm of whole numbers", "i32") { $0.tensor("output_norm.weight", [32], .i32) },
    .init("frequencies of another length", "rope_freqs.weight") { $0.tensor("rope_freqs.weight", [5]) },
]
