/// The one place where checkpoint names meet ours.
///
/// Hugging Face names a norm by where it stands in its own code, so a Gemma's
/// `post_attention_layernorm` is not a Llama's.
struct WeightNames {
    let isGGUF: Bool
    let family: DecoderConfig.Family

    var embedding: String { isGGUF ? "token_embd.weight" : "model.embed_tokens.weight" }
    var finalNorm: String { isGGUF ? "output_norm.weight" : "model.norm.weight" }
    var head: String { isGGUF ? "output.weight" : "lm_head.weight" }

    func inputNorm(_ layer: Int) -> String { norm(layer, "attn_norm", "input_layernorm") }
    func queryNorm(_ layer: Int) -> String { norm(layer, "attn_q_norm", "self_attn.q_norm") }
    func keyNorm(_ layer: Int) -> String { norm(layer, "attn_k_norm", "self_attn.k_norm") }
    func attentionOutputNorm(_ layer: Int) -> String {
        norm(layer, "post_attention_norm", "post_attention_layernorm")
    }
    func feedForwardNorm(_ layer: Int) -> String {
        norm(layer, "ffn_norm", family == .gemma3 ? "pre_feedforward_layernorm" : "post_attention_layernorm")
    }
    func feedForwardOutputNorm(_ layer: Int) -> String {
        norm(layer, "post_ffw_norm", "post_feedforward_layernorm")
    }

    func projection(_ projection: Projection, _ layer: Int, _ kind: String = "weight") -> String {
        if !isGGUF { return "model.layers.\(layer).\(projection.part).\(projection.name).\(kind)" }
        let name =
            switch projection {
            case .query: "attn_q"
            case .key: "attn_k"
            case .value: "attn_v"
            case .output: "attn_output"
            case .gate: "ffn_gate"
            case .up: "ffn_up"
            case .down: "ffn_down"
            }
        return "blk.\(layer).\(name).\(kind)"
    }

    private func norm(_ layer: Int, _ gguf: String, _ huggingFace: String) -> String {
        isGGUF ? "blk.\(layer).\(gguf).weight" : "model.layers.\(layer).\(huggingFace).weight"
    }
}
