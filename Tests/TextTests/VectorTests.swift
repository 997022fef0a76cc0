import Foundation
import TestSupport
import Testing

@testable import Text

@Suite(.enabled(if: SharedTokenizers.folder != nil, "needs ../shared"))
struct VectorTests {
    @Test(arguments: ["gpt-2", "qwen2", "llama-bpe", "llama-spm"])
    func `ids equal llama.cpp's`(name: String) throws {
        let base = "llama_cpp_vocab/ggml-vocab-\(name).gguf"
        let vectors = try Vector.llamaCPP(try #require(SharedTokenizers.folder) + "/" + base)
        #expect(vectors.count == 46)
        #expect(Vector.differences(vectors, try SharedTokenizers.gguf(base).tokenizer) == [])
    }

    @Test func `Gemma's ids equal the reference from both kinds of file`() throws {
        let vectors = try Vector.lines(try #require(Shared.file("data/tokenizers/gemma3/vectors.jsonl")))
        #expect(vectors.count == 350)
        let gguf = try SharedTokenizers.gguf(SharedTokenizers.gemma3).tokenizer
        #expect(Vector.differences(vectors, gguf) == [])
        let model = try SharedTokenizers.sentencePiece(SharedTokenizers.gemma3Model)
        #expect(Vector.differences(vectors, model) == [])
    }

    @Test func `SmolLM2's ids equal Hugging Face's`() throws {
        let vectors = try Vector.lines(Shared.golden("text/tokens_smollm2.jsonl"))
        #expect(vectors.count > 250)
        let tokenizer = try SharedTokenizers.gguf(SharedTokenizers.smollm2).tokenizer
        #expect(Vector.differences(vectors, tokenizer) == [])
    }

    @Test func `Qwen 3's ids equal Hugging Face's`() throws {
        let vectors = try Vector.lines(Shared.golden("text/tokens_qwen3.jsonl"))
        #expect(vectors.count > 250)
        #expect(Vector.differences(vectors, try SharedTokenizers.qwen3()) == [])
    }
}

/// A larger comparison that `make_token_goldens.py --random` prepares.
private let differential = ProcessInfo.processInfo.environment["HEARTH_TEXT_DIFFERENTIAL"]

@Suite(.enabled(if: differential != nil, "needs HEARTH_TEXT_DIFFERENTIAL"))
struct DifferentialTests {
    @Test(arguments: [
        "gpt-2", "qwen2", "llama-bpe", "smollm2", "qwen3", "gemma3.model", "gemma3.json", "gemma3.gguf",
    ])
    func `random texts have the reference's ids`(name: String) throws {
        let folder = try #require(differential)
        let tokenizer: any Tokenizer =
            switch name {
            case "smollm2": try SharedTokenizers.gguf(SharedTokenizers.smollm2).tokenizer
            case "qwen3": try SharedTokenizers.qwen3()
            case "gemma3.model": try SharedTokenizers.sentencePiece(SharedTokenizers.gemma3Model)
            case "gemma3.gguf": try SharedTokenizers.gguf(SharedTokenizers.gemma3).tokenizer
            case "gemma3.json": try SharedTokenizers.json(folder + "/gemma3-tokenizer.json")
            default: try SharedTokenizers.gguf("llama_cpp_vocab/ggml-vocab-\(name).gguf").tokenizer
            }
        let reference = name == "gemma3.gguf" ? "gemma3.model" : name
        let vectors = try Vector.lines(folder + "/\(reference).jsonl")
        let differences = Vector.differences(vectors, tokenizer)
        #expect(differences.isEmpty, "\(differences.count) of \(vectors.count), \(differences.prefix(5))")
    }
}
