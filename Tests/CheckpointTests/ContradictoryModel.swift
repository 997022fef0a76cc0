import Foundation
import Testing

@testable import Checkpoint

/// A model whose parts are each sound and do not go together, and what the program
/// must say about it.
struct ContradictoryModel: CustomTestStringConvertible, Sendable {
    let name: String
    /// The part that the sentence must name.
    let part: String
    let change: @Sendable (inout ModelParts) throws -> Void

    init(_ name: String, _ part: String, _ change: @escaping @Sendable (inout ModelParts) throws -> Void) {
        self.name = name
        self.part = part
        self.change = change
    }

    /// A key of `config.json` with another value, or none.
    static func config(_ key: String, _ value: JSON?, says part: String? = nil) -> Self {
        let words = value.map { String(decoding: $0.serialised(), as: UTF8.self) } ?? "missing"
        return Self("\(key) \(words)", part ?? key) { $0.config[key] = value }
    }

    /// `tokenizer.json` with something of its text replaced.
    static func tokenizer(_ name: String, _ part: String, _ old: String, _ new: String) -> Self {
        Self(name, part) { parts in
            let text = String(decoding: try #require(parts.files["tokenizer.json"]), as: UTF8.self)
            try #require(text.contains(old))
            parts.files["tokenizer.json"] = Array(text.replacingOccurrences(of: old, with: new).utf8)
        }
    }

    /// A key of a GGUF's metadata with another value, or none.
    static func key(_ key: String, _ entry: GGUFEntry?, says part: String? = nil) -> Self {
        Self("\(key) \(entry.map { "\($0)" } ?? "missing")", part ?? key) { parts in
            parts.metadata.removeAll { $0.0 == key }
            if let entry { parts.metadata.append((key, entry)) }
        }
    }

    var testDescription: String { name }
}

/// A model taken apart, to be put together wrongly.
struct ModelParts {
    var config: JSONObject = [:]
    var files: [String: [UInt8]] = [:]
    var metadata: [(String, GGUFEntry)] = []
    var tensors: [TensorSource] = []
    /// Whether the weights go into `model.safetensors`.
    var hasWeights = true

    /// A model's folder taken apart.
    init(folder: String) throws {
        let directory = try ModelDirectory.open(folder)
        config = try #require(directory.config.object)
        for name in ["tokenizer.json", "tokenizer_config.json"] {
            files[name] = try readAll(folder + "/" + name)
        }
        tensors = directory.tensors.tensors.map { TensorSource($0) }
    }

    /// A GGUF taken apart.
    init(gguf path: String) throws {
        let file = try GGUFFile.open(path)
        metadata = file.metadata.keys.compactMap { key in
            file.metadata.encoded(key).map { (key, GGUFEntry.encoded($0)) }
        }
        tensors = file.tensors.tensors.map { TensorSource($0) }
    }

    /// A tensor with another name, type or shape, full of zeros; a new one is added.
    mutating func tensor(_ name: String, _ shape: [Int], _ type: ElementType = .f32) {
        tensors.removeAll { $0.name == name }
        let bytes = [UInt8](repeating: 0, count: shape.reduce(type.blockBytes, *))
        tensors.append(TensorSource(name: name, type: type, shape: shape, bytes: bytes))
    }

    func write(folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, bytes) in files { try put(bytes, folder + "/" + name) }
        if files["config.json"] == nil { try put(JSON.object(config).serialised(), folder + "/config.json") }
        if hasWeights { try SafetensorsWriter.write(tensors, to: folder + "/model.safetensors") }
    }

    func write(gguf path: String) throws { try GGUFWriter.write(tensors, metadata: metadata, to: path) }
}
