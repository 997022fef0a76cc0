import Checkpoint

extension AdapterFault {
    /// What follows the colon in the sentence.
    var words: String {
        switch self {
        case .configMissing: "it has no adapter_config.json; name the folder of a LoRA adapter"
        case .weightsMissing: "it has no adapter_model.safetensors"
        case .weightsPickled(let file):
            "its weights are only there as \(file), a pickled Python object, which Hearth never opens; "
                + "convert it to safetensors"
        case .kindUnsupported(let kind): "its peft_type is \(quoted(kind)), and only LORA is computed"
        case .valueInvalid(let key): "the value of \(quoted(key)) in adapter_config.json makes no sense"
        case .featureUnsupported(let key):
            "adapter_config.json switches on \(quoted(key)), which Hearth does not compute"
        case .patternUnsupported(let key, let pattern):
            "the pattern \(quoted(pattern)) in \(quoted(key)) is a regular expression; "
                + "read are ends of module names, such as q_proj or layers.0.mlp.up_proj"
        case .empty: "adapter_model.safetensors has no tensors"
        case .nameUnknown(let tensor): "the tensor \(quoted(tensor)) is no part of a LoRA adapter"
        case .typeUnsupported(let tensor, let type):
            "the tensor \(quoted(tensor)) is of type \(type.rawValue); f32, f16 and bf16 are read"
        case .partMissing(let module, let part): "the module \(quoted(module)) has no \(part.rawValue)"
        case .shapeWrong(let tensor, let shape):
            "the tensor \(quoted(tensor)) has the shape \(shape), which its part cannot have"
        case .rankDiffers(let module, let expected, let found):
            "the module \(quoted(module)) is of rank \(found), and adapter_config.json says \(expected)"
        case .magnitudeUnexpected(let module):
            "the module \(quoted(module)) has DoRA magnitudes, and adapter_config.json does not say use_dora"
        }
    }
}
