import Model

extension AdapterError: Explained {
    var sentence: String { "\(path): \(words)." }

    private var words: String {
        switch problem {
        case .moduleUnknown(let module):
            "the adapter changes \(quoted(module)), which is none of the seven projections of a layer; "
                + "train one without it"
        case .layerBeyond(let module, let layers):
            "the adapter changes \(quoted(module)), and the model has only \(layers) layers; "
                + "name the base model it was trained for"
        case .shapeDiffers(let tensor, let expected, let found):
            "the tensor \(quoted(tensor)) has the shape \(found), and the model asks for \(expected); "
                + "name the base model it was trained for"
        case .notFinite(let tensor):
            "the tensor \(quoted(tensor)) has numbers that are not finite; the adapter is damaged"
        }
    }
}
