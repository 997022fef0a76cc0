/// The ways in which a path is not a model we can open.
public enum ModelFault: Error, Sendable, Equatable {
    /// Nothing is there.
    case notThere
    /// A file that is neither GGUF nor a folder.
    case notAModel
    /// A single safetensors file: its folder is the model.
    case safetensorsAlone
    /// A folder without `config.json`.
    case configMissing
    /// A folder that holds an adapter, not a model.
    case isAdapter
    /// A file that must hold a JSON object and holds something else.
    case notObject(file: String, JSONKind)
    /// A folder without weights.
    case weightsMissing
    /// Weights only as pickled Python objects, which are never opened.
    case weightsPickled(file: String)
    /// `chat_template` in `tokenizer_config.json` is neither text nor a list of named texts.
    case chatTemplateWrongKind(JSONKind)
}
