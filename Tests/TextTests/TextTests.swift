import Checkpoint
import TestSupport
import Testing

@testable import Text

private let shared = Shared.file("data/tokenizers")

@Suite(.enabled(if: shared != nil, "needs ../shared"))
struct SharedVectors {
    @Test(arguments: [("gpt-2", 46), ("qwen2", 46), ("llama-bpe", 46), ("llama-spm", 46)])
    func `ids equal llama.cpp's`(name: String, expected: Int) throws {
        let base = try #require(shared) + "/llama_cpp_vocab/ggml-vocab-\(name).gguf"
        let model = try Vectors.gguf(base)
        let vectors = try Vectors.llamaCPP(base)
        #expect(vectors.count == expected)
        for vector in vectors { #expect(model.tokenizer.encode(vector.text) == vector.ids, "\(vector.text.debugDescription)") }
    }

    @Test func `Gemma's ids from the GGUF equal the reference`() throws {
        let folder = try #require(shared) + "/gemma3"
        let model = try Vectors.gguf(folder + "/gemma3-270m-vocab-only.gguf")
        let vectors = try Vectors.lines(folder + "/vectors.jsonl")
        #expect(vectors.count == 350)
        for vector in vectors { #expect(model.tokenizer.encode(vector.text) == vector.ids, "\(vector.text.debugDescription)") }
    }

    @Test func `SmolLM2 splits digits and speaks English`() throws {
        let model = try Vectors.gguf(try #require(shared) + "/smollm2/smollm2-135m-instruct-vocab-only.gguf")
        let text = "Hello, it's  2024!"
        let ids = model.tokenizer.encode(text)
        #expect(model.tokenizer.decode(ids) == text)
        print(ids)
    }
}
