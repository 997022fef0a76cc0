import Checkpoint
import Foundation
import TestSupport

@testable import Text

/// Texts with the ids that another program gives them.
struct Vector: Sendable {
    let text: String
    let ids: [Int32]

    /// llama.cpp's pairs of files: texts between separators, ids line by line.
    static func llamaCPP(_ base: String) throws -> [Vector] {
        let texts = try String(contentsOfFile: base + ".inp", encoding: .utf8)
            .components(separatedBy: "\n__ggml_vocab_test__\n")
        let ids = try String(contentsOfFile: base + ".out", encoding: .utf8)
            .components(separatedBy: "\n").map { $0.split(separator: " ").compactMap { Int32($0) } }
        // Both files end with their separator.
        guard texts.count == ids.count, texts.last == "", ids.last == [] else { throw Mismatch() }
        return zip(texts, ids).dropLast().map { Vector(text: $0, ids: $1) }
    }

    struct Mismatch: Error {}

    /// Lines of JSON with `text` and `ids`.
    static func lines(_ path: String) throws -> [Vector] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return try data.split(separator: UInt8(ascii: "\n")).map { line in
            let value = try JSON.parse(Array(line))
            let ids = value["ids"]?.array?.compactMap { $0.int.map(Int32.init) } ?? []
            return Vector(text: value["text"]?.string ?? "?", ids: ids)
        }
    }

    /// The vectors whose ids a tokenizer does not give, for people to read.
    static func differences(_ vectors: [Vector], _ tokenizer: any Tokenizer) -> [String] {
        vectors.compactMap { vector in
            let ids = tokenizer.encode(vector.text)
            return ids == vector.ids ? nil : "\(vector.text.debugDescription): \(ids), expected \(vector.ids)"
        }
    }
}

/// Tokenizers over the vocabularies in ../shared; the large ones are read once.
enum SharedTokenizers {
    static let folder = Shared.file("data/tokenizers")

    static let smollm2 = "smollm2/smollm2-135m-instruct-vocab-only.gguf"
    static let gemma3 = "gemma3/gemma3-270m-vocab-only.gguf"
    static let llama3 = "llama_cpp_vocab/ggml-vocab-llama-bpe.gguf"
    static let gemma3Model = "gemma3/gemma3_rebuilt.spiece.model"

    private static let kept = [smollm2, gemma3, llama3].reduce(into: [:]) { kept, path in
        kept[path] = Result { try read(path) }
    }
    private static let keptQwen3 = Result { try json((folder ?? "") + "/qwen3/tokenizer.json") }

    static func gguf(_ path: String) throws -> TextModel { try kept[path]?.get() ?? read(path) }

    static func qwen3() throws -> BytePairTokenizer { try keptQwen3.get() }

    private static func read(_ path: String) throws -> TextModel {
        try TextModel(gguf: GGUFFile.open((folder ?? "") + "/" + path).metadata)
    }

    static func json(_ path: String) throws -> BytePairTokenizer {
        try BytePairTokenizer(TokenizerFile(MappedFile(path: path).bytes))
    }

    static func sentencePiece(_ path: String) throws -> SentencePieceTokenizer {
        try SentencePieceTokenizer(SentencePieceModel(MappedFile(path: (folder ?? "") + "/" + path).bytes))
    }
}
