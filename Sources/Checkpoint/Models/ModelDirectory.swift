/// A model in a folder, as Hugging Face lays it out.
///
/// Everything is opened and checked at once; what may be missing is optional here,
/// and whoever needs it says so.
public struct ModelDirectory: Sendable {
    /// A configuration file longer than this is none.
    static let configBytes = 1 << 24
    /// A chat template longer than this is none.
    static let templateBytes = 1 << 20

    /// The folder.
    public let path: String
    /// `config.json`, an object.
    public let config: JSON
    /// `generation_config.json`.
    public let generationConfig: JSON?
    /// `tokenizer_config.json`.
    public let tokenizerConfig: JSON?
    /// `tokenizer.json`.
    public let tokenizerJSON: MappedFile?
    /// `tokenizer.model`, a SentencePiece model.
    public let sentencePiece: MappedFile?
    /// `chat_template.jinja`, or what `tokenizer_config.json` has in its place.
    public let chatTemplate: String?
    /// The weights, from one file or from shards.
    public let tensors: TensorTable

    /// Opens a folder.
    public static func open(_ path: String) throws(CheckpointError) -> ModelDirectory {
        let folder = Folder(path: path)
        guard let config = try folder.object("config.json") else {
            let isAdapter = folder.has("adapter_config.json")
            throw CheckpointError(path, .model(isAdapter ? .isAdapter : .configMissing))
        }
        let tokenizerConfig = try folder.object("tokenizer_config.json")
        return ModelDirectory(
            path: path, config: config,
            generationConfig: try folder.object("generation_config.json"),
            tokenizerConfig: tokenizerConfig,
            tokenizerJSON: try folder.file("tokenizer.json"),
            sentencePiece: try folder.file("tokenizer.model"),
            chatTemplate: try folder.chatTemplate(tokenizerConfig),
            tensors: try weights(folder))
    }

    private static func weights(_ folder: Folder) throws(CheckpointError) -> TensorTable {
        if folder.has("model.safetensors") {
            return try SafetensorsFile.open(folder.path + "/model.safetensors").tensors
        }
        let index = "model.safetensors.index.json"
        if folder.has(index) { return try SafetensorsFile.open(index: folder.path + "/" + index).tensors }
        for pickle in ["pytorch_model.bin", "pytorch_model.bin.index.json"] where folder.has(pickle) {
            throw CheckpointError(folder.path, .model(.weightsPickled(file: pickle)))
        }
        throw CheckpointError(folder.path, .model(.weightsMissing))
    }
}

/// Files of a folder that may or may not be there.
struct Folder {
    let path: String

    /// Whether there is something of that name.
    func has(_ name: String) -> Bool {
        do throws(CheckpointError) {
            return try file(name) != nil
        } catch {
            return true
        }
    }

    /// A file, or nothing where there is none of that name.
    func file(_ name: String) throws(CheckpointError) -> MappedFile? {
        do throws(CheckpointError) {
            return try MappedFile(path: path + "/" + name)
        } catch  where error.problem.isAbsence {
            return nil
        }
    }

    /// A file's JSON object, or nothing where there is no such file.
    func object(_ name: String) throws(CheckpointError) -> JSON? {
        guard let file = try file(name) else { return nil }
        let value: JSON
        do throws(JSONError) {
            value = try JSON.parse(file.bytes, limits: JSONLimits(bytes: ModelDirectory.configBytes))
        } catch {
            throw CheckpointError(path + "/" + name, .json(error))
        }
        guard value.kind == .object else {
            throw CheckpointError(path + "/" + name, .model(.notObject(file: name, value.kind)))
        }
        return value
    }

    /// A file's text, or nothing where there is no such file.
    func text(_ name: String, limit: Int) throws(CheckpointError) -> String? {
        guard let file = try file(name) else { return nil }
        guard file.count <= limit else {
            throw CheckpointError(path + "/" + name, .file(.tooLarge(bytes: file.count, limit: limit)))
        }
        guard let text = file.bytes.text else { throw CheckpointError(path + "/" + name, .file(.notUTF8)) }
        return text
    }

    /// The chat template: a file of its own, or in the tokenizer's configuration,
    /// where there may be several, of which the one named `default` counts.
    func chatTemplate(_ tokenizerConfig: JSON?) throws(CheckpointError) -> String? {
        if let text = try text("chat_template.jinja", limit: ModelDirectory.templateBytes) { return text }
        switch tokenizerConfig?["chat_template"] {
        case nil, .null: return nil
        case .string(let template): return template
        case .array(let named):
            let chosen = named.first { $0["name"]?.string == "default" } ?? named.first
            return chosen?["template"]?.string
        case let other?:
            throw CheckpointError(
                path + "/tokenizer_config.json", .model(.chatTemplateWrongKind(other.kind)))
        }
    }
}
