extension DestinationError: Explained {
    var sentence: String {
        switch self {
        case .exists(let path):
            "\(path) is there already; name another --output, or add --force to replace it."
        case .isSource(let path):
            "\(path) is the model or adapter itself, or lies in it or around it; name another --output."
        case .noFolder(let folder):
            "The folder \(folder), in which the output should go, is not there; make it."
        case .fileInPlaceOfFolder(let path):
            "\(path) is a file, and --format safetensors writes a folder; name another --output."
        case .folderInPlaceOfFile(let path):
            "\(path) is a folder, and --format gguf writes a file; name a file in it."
        }
    }
}
