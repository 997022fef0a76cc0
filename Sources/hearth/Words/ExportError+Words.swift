import Model

extension ExportError: Explained {
    var sentence: String {
        switch self {
        case .notExpressible(let what, .gguf):
            "The model has \(what), which no GGUF can say; export it with --format safetensors."
        case .notExpressible(let what, .safetensors):
            "The model has \(what), which no configuration of transformers can say; export it with --format gguf."
        case .typeNotInFormat(let type, .safetensors):
            "A safetensors folder holds no \(type); write --type f32, f16 or bf16, or --format gguf."
        case .typeNotInFormat(let type, .gguf):
            "A GGUF adapter holds no \(type); write --type f32, f16 or bf16."
        case .magnitudesInAdapter:
            "The adapter is a DoRA, which has no form as a GGUF adapter; leave out --adapter-only to merge it."
        case .adapterEmpty: "The adapter changes nothing; name one with matrices."
        }
    }
}
