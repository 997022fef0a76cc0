import Foundation

/// A model as it lies on the disk: a Hugging Face folder or one GGUF file.
public enum ModelFiles: Sendable {
    /// A folder with `config.json`, weights and a tokenizer.
    case directory(ModelDirectory)
    /// One file with everything.
    case gguf(GGUFFile, path: String)

    /// Opens a model by its path; what it is, is seen from its contents.
    public static func open(_ path: String) throws(CheckpointError) -> ModelFiles {
        guard !path.utf8.contains(0) else { throw CheckpointError(path, .file(.nameHasNUL)) }
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            throw CheckpointError(path, errno == ENOENT ? .model(.notThere) : .file(.cannotOpen(errno)))
        }
        if facts.st_mode & S_IFMT == S_IFDIR { return .directory(try ModelDirectory.open(path)) }
        let file = try MappedFile(path: path)
        if GGUFFile.hasMagic(file.bytes) { return .gguf(try GGUFFile.open(path), path: path) }
        throw CheckpointError(
            path, .model(path.hasSuffix(".safetensors") ? .safetensorsAlone : .notAModel))
    }
}
