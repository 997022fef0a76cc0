import Checkpoint
import Foundation
import Kernels
import Model
import Text

/// One export: a model, perhaps an adapter, and where they go.
struct ExportJob {
    let model: String
    let adapter: String?
    let type: WeightFormat?
    let output: Destination
    let workers: Workers

    /// Everything that was read before the first byte is written.
    private struct Sources {
        let files: ModelFiles
        let export: ModelExport
        let vocabulary: PortableVocabulary
        let stops: [Int32]
        /// The adapter's template, which wins over the model's.
        let template: String?
    }

    private func open() throws -> Sources {
        let files = try ModelFiles.open(model)
        let config = try DecoderConfig.read(files)
        let opened = try adapter.map { try AdapterFiles.open($0) }
        let loaded = try opened.map { try Adapter.load($0, config, workers) }
        let export = try ModelExport(files, adapter: loaded, workers: workers)
        let text = try TextModel.open(files, path: model)
        var vocabulary = try PortableVocabulary(files, rows: config.vocabularySize)
        if let template = opened?.chatTemplate { vocabulary.chatTemplate = template }
        return Sources(
            files: files, export: export, vocabulary: vocabulary,
            stops: Set(text.stopTokens).union(config.endTokens).sorted(), template: opened?.chatTemplate)
    }

    /// Writes one GGUF with everything.
    func writeGGUF() throws {
        let sources = try open()
        let type = type ?? sources.export.plainType
        let tensors = try sources.export.tensors(.gguf, type: type)
        let metadata =
            switch sources.files {
            case .gguf(let file, _): Self.metadata(file.metadata, type, template: sources.template)
            case .directory(let directory):
                sources.export.metadata(name: directory.path.lastName) + ModelExport.fileType(type)
                    + sources.vocabulary.metadata
            }
        try output.writeFile { path throws(CheckpointError) in
            try GGUFWriter.write(tensors, metadata: metadata, to: path)
        }
    }

    /// A GGUF's own metadata, but for what the export changes.
    private static func metadata(
        _ old: GGUFMetadata, _ type: WeightFormat, template: String?
    ) -> [(String, GGUFEntry)] {
        let templateKey = "tokenizer.chat_template"
        var changed = ["general.file_type", "general.quantization_version", "general.alignment"]
        if template != nil { changed.append(templateKey) }
        let kept = old.keys.filter { !changed.contains($0) && !$0.hasPrefix("split.") }
        return kept.compactMap { key in old.encoded(key).map { (key, .encoded($0)) } }
            + ModelExport.fileType(type) + (template.map { [(templateKey, .string($0))] } ?? [])
    }

    /// Writes the adapter alone, as a GGUF.
    func writeAdapter(_ adapter: String) throws {
        let config = try DecoderConfig.read(try ModelFiles.open(model))
        let export = try AdapterExport(
            try Adapter.load(try AdapterFiles.open(adapter), config, workers), for: config,
            type: type ?? .float32, workers: workers)
        try output.writeFile { path throws(CheckpointError) in
            try GGUFWriter.write(
                export.tensors, metadata: export.metadata(name: adapter.lastName), to: path)
        }
    }

    /// Writes a Hugging Face folder.
    func writeFolder() throws {
        let sources = try open()
        let type = type ?? sources.export.plainType
        let tensors = try sources.export.tensors(.safetensors, type: type)
        let texts =
            switch sources.files {
            case .directory(let directory): try copied(directory, type, template: sources.template)
            case .gguf: try made(sources, type)
            }
        try output.writeFolder { folder throws(CheckpointError) in
            for (name, bytes) in texts {
                try folder.add(name) { (sink) throws(CheckpointError) in try sink.append(bytes) }
            }
            try SafetensorsWriter.write(
                tensors, metadata: [("format", "pt")], to: &folder, name: "model.safetensors")
        }
    }

    /// The files about tokens and generation beside a folder's weights.
    private static let companions = [
        "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json",
        "added_tokens.json", "vocab.json", "merges.txt", "generation_config.json", "chat_template.json",
        "chat_template.jinja", "LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE",
    ]

    /// The files of a folder as they are, with the new type and template.
    private func copied(
        _ directory: ModelDirectory, _ type: WeightFormat, template: String?
    ) throws -> [(String, MappedBytes)] {
        var config = directory.config.object ?? JSONObject()
        let key = config["dtype"] != nil ? "dtype" : "torch_dtype"
        config[key] = .string(type.torchName)
        var texts = [("config.json", MappedBytes(JSON.object(config).serialised(pretty: true)))]
        for name in Self.companions {
            let path = directory.path + "/" + name
            if name == "chat_template.jinja", let template {
                texts.append((name, MappedBytes(Array(template.utf8))))
            } else if FileManager.default.fileExists(atPath: path) {
                texts.append((name, try MappedFile(path: path).bytes))
            }
        }
        return texts
    }

    /// The files that a GGUF's metadata becomes.
    private func made(_ sources: Sources, _ type: WeightFormat) throws -> [(String, MappedBytes)] {
        let vocabulary = sources.vocabulary
        let config = try sources.export.huggingFaceConfig(type: type, others: vocabulary.configuration)
        var generation = vocabulary.configuration
        generation["eos_token_id"] = .array(sources.stops.map { .integer(Int64($0)) })
        var texts: [(String, [UInt8])] = [
            ("config.json", config.serialised(pretty: true)),
            ("generation_config.json", JSON.object(generation).serialised(pretty: true)),
            ("tokenizer.json", vocabulary.tokenizerJSON.serialised()),
            (
                "tokenizer_config.json",
                vocabulary.tokenizerConfiguration(contextLength: sources.export.config.contextLength)
                    .serialised(pretty: true)
            ),
        ]
        if let model = vocabulary.sentencePieceModel { texts.append(("tokenizer.model", model)) }
        return texts.map { ($0.0, MappedBytes($0.1)) }
    }
}

extension String {
    /// The last name of a path, without the ending of a GGUF.
    fileprivate var lastName: String {
        let name = URL(fileURLWithPath: self).lastPathComponent
        return name.hasSuffix(".gguf") ? String(name.dropLast(5)) : name
    }
}
