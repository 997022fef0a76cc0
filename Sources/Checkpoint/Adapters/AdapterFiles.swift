/// One module of the base model and the matrices that adapt it.
public struct AdaptedModule<Part> {
    /// The module's name in the base model, such as `model.layers.0.self_attn.q_proj`.
    public var name: String
    /// The matrix that goes down to the rank: rank × inputs.
    public var a: Part
    /// The matrix that comes up again: outputs × rank.
    public var b: Part
    /// DoRA's magnitudes, one an output.
    public var magnitude: Part?

    /// A module with its matrices.
    public init(name: String, a: Part, b: Part, magnitude: Part? = nil) {
        self.name = name
        self.a = a
        self.b = b
        self.magnitude = magnitude
    }
}

extension AdaptedModule: Sendable where Part: Sendable {}

/// A LoRA adapter in a folder, as PEFT lays it out.
public struct AdapterFiles: Sendable {
    static let configName = "adapter_config.json"
    static let weightsName = "adapter_model.safetensors"
    static let templateName = "chat_template.jinja"

    /// The folder.
    public let path: String
    /// Its configuration.
    public let config: AdapterConfig
    /// Its modules, sorted by name; every pair is whole and of the configured rank.
    public let modules: [AdaptedModule<Tensor>]
    /// The chat template it was trained with, where it says one.
    public let chatTemplate: String?

    /// Opens a folder.
    public static func open(_ path: String) throws(CheckpointError) -> AdapterFiles {
        let folder = Folder(path: path)
        guard let value = try folder.object(configName) else {
            throw CheckpointError(path, .adapter(.configMissing))
        }
        guard folder.has(weightsName) else {
            let pickle = "adapter_model.bin"
            throw CheckpointError(
                path, .adapter(folder.has(pickle) ? .weightsPickled(file: pickle) : .weightsMissing))
        }
        let tensors = try SafetensorsFile.open(path + "/" + weightsName).tensors
        let template = try folder.chatTemplate(try folder.object("tokenizer_config.json"))
        do throws(AdapterFault) {
            let config = try AdapterConfig(value)
            let modules = try AdapterModules.pair(tensors, config)
            return AdapterFiles(path: path, config: config, modules: modules, chatTemplate: template)
        } catch {
            throw CheckpointError(path, .adapter(error))
        }
    }

    /// Writes an adapter into a folder or a checkpoint.
    ///
    /// - Parameter chatTemplate: the template it was trained with, which every use
    ///   of the adapter then takes.
    public static func write(
        _ config: AdapterConfig, modules: [AdaptedModule<TensorSource>], chatTemplate: String?,
        to receiver: inout some FileReceiver
    ) throws(CheckpointError) {
        var tensors: [TensorSource] = []
        for module in modules {
            tensors.append(module.a.renamed(AdapterModules.tensorName(module.name, .a)))
            tensors.append(module.b.renamed(AdapterModules.tensorName(module.name, .b)))
            if let magnitude = module.magnitude {
                tensors.append(magnitude.renamed(AdapterModules.tensorName(module.name, .magnitude)))
            }
        }
        try SafetensorsWriter.write(tensors, metadata: [("format", "pt")], to: &receiver, name: weightsName)
        if let chatTemplate { try receiver.add(templateName, bytes: Array(chatTemplate.utf8)) }
        // Last, because a folder with it is taken for an adapter.
        try receiver.add(configName, bytes: config.json.serialised(pretty: true))
    }
}
