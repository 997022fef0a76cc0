import Checkpoint
import Text

extension Inspection {
    /// What is in an adapter's folder.
    static func adapter(_ files: AdapterFiles) -> [Finding] {
        let config = files.config
        let matrices = files.modules.flatMap { [$0.a, $0.b] + [$0.magnitude].compactMap { $0 } }
        let kind =
            (config.usesDoRA ? "DoRA" : "LoRA")
            + (config.usesRSLoRA ? ", scaled by the root of the rank" : "")
        return [
            Finding("kind", .string("adapter"), "adapter: " + kind), Finding("format", "safetensors"),
            Finding("base", optional: config.baseModel), Finding("rank", config.rank),
            Finding("alpha", .number(config.alpha), "\(config.alpha)"),
            Finding("dropout", .number(config.dropout), nil),
            Finding("rslora", .bool(config.usesRSLoRA), nil), Finding("dora", .bool(config.usesDoRA), nil),
            targets(files.modules.map(\.name)),
            Finding("parameters", matrices.reduce(0) { $0 + $1.elementCount }), tensors(matrices),
            chatFormat(
                files.chatTemplate.flatMap { ChatFormat.recognise(template: $0) },
                hasTemplate: files.chatTemplate != nil),
            Finding("file_bytes", bytes: fileBytes(files.path)),
        ]
    }

    /// What is in an adapter as llama.cpp loads it.
    static func adapter(_ file: GGUFFile, path: String) -> [Finding] {
        let tensors = file.tensors.tensors
        let pairs = tensors.filter { $0.name.hasSuffix(".lora_a") }
        let alpha = file.metadata.double("adapter.lora.alpha")
        return [
            Finding("kind", .string("adapter"), "adapter: LoRA"), Finding("format", "gguf"),
            Finding("family", optional: file.metadata.string("general.architecture")),
            Finding("name", optional: file.metadata.string("general.name")),
            Finding("rank", pairs.first?.shape.first ?? 0),
            Finding("alpha", alpha.map { .number($0) } ?? .null, alpha.map { "\($0)" }),
            Finding("modules", pairs.count),
            Finding("parameters", tensors.reduce(0) { $0 + $1.elementCount }), Self.tensors(tensors),
            Finding("file_bytes", bytes: fileBytes(path)),
        ]
    }

    /// The kinds of modules that are adapted, by the last part of their names.
    private static func targets(_ modules: [String]) -> Finding {
        let names = Set(modules.map { String($0.split(separator: ".").last ?? "") }).sorted()
        return Finding(
            "targets", .array(names.map { .string($0) }),
            names.joined(separator: ", ") + " in \(modules.count) modules")
    }
}
