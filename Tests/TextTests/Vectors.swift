import Checkpoint
import Foundation
import TestSupport

@testable import Text

/// Texts with the ids that another program gives them.
enum Vectors {
    /// The tokenizer of a GGUF file below the shared folder.
    static func gguf(_ path: String) throws -> TextModel {
        try TextModel(gguf: GGUFFile.open(path).metadata)
    }

    /// llama.cpp's pairs of files: texts between separators, ids line by line.
    static func llamaCPP(_ base: String) throws -> [(text: String, ids: [Int32])] {
        let texts = try String(contentsOfFile: base + ".inp", encoding: .utf8)
            .components(separatedBy: "\n__ggml_vocab_test__\n")
        let ids = try String(contentsOfFile: base + ".out", encoding: .utf8)
            .components(separatedBy: "\n").map { $0.split(separator: " ").compactMap { Int32($0) } }
        // Both files end with their separator.
        guard texts.count == ids.count, texts.last == "", ids.last == [] else { throw Mismatch() }
        return Array(zip(texts, ids).dropLast())
    }

    struct Mismatch: Error {}

    /// Lines of JSON with `text` and `ids`.
    static func lines(_ path: String) throws -> [(text: String, ids: [Int32])] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return try data.split(separator: UInt8(ascii: "\n")).map { line in
            let value = try JSON.parse(Array(line))
            let ids = value["ids"]?.array?.compactMap { $0.int.map(Int32.init) } ?? []
            return (value["text"]?.string ?? "", ids)
        }
    }
}
