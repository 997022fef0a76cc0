import Model

extension ModelError: Explained {
    var sentence: String { "\(path): \(words)." }

    private var words: String {
        switch problem {
        case .unknownArchitecture(let name):
            return
                "the architecture \"\(name)\" is not one Hearth runs; it runs gemma3, llama, qwen2 and qwen3"
        case .missingKey(let key):
            return "the configuration has no \"\(key)\", which the model cannot do without"
        case .badValue(let key, let allowed): return "\"\(key)\" must be \(allowed)"
        case .contradiction(let a, let b): return "\(a) and \(b) contradict each other"
        case .unsupported(let key, let value):
            return "\"\(key)\" is \(value), which Hearth does not compute; use a model without it"
        case .missingTensor(let name):
            return "the tensor \(name) is missing, so the file is not a whole model"
        case .wrongShape(let name, let expected, let found):
            return "the tensor \(name) has the shape \(found), but the configuration says \(expected)"
        case .wrongType(let name, let type):
            return
                "the tensor \(name) is stored as \(type), which cannot be loaded as weights; convert it to f32, "
                + "f16, bf16, q8_0 or another GGUF block type"
        case .vocabulary(let tokenizer, let model):
            return "the tokenizer has \(tokenizer) tokens but the model only \(model) rows for them; "
                + "the two do not belong together"
        }
    }
}
