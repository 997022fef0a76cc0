import Checkpoint
import Foundation
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
        for vector in vectors {
            #expect(model.tokenizer.encode(vector.text) == vector.ids, "\(vector.text.debugDescription)")
        }
    }

    @Test func `Gemma's ids from the GGUF equal the reference`() throws {
        let folder = try #require(shared) + "/gemma3"
        let model = try Vectors.gguf(folder + "/gemma3-270m-vocab-only.gguf")
        let vectors = try Vectors.lines(folder + "/vectors.jsonl")
        #expect(vectors.count == 350)
        for vector in vectors {
            #expect(model.tokenizer.encode(vector.text) == vector.ids, "\(vector.text.debugDescription)")
        }
    }

    @Test func `SmolLM2's GGUF is ready to chat`() throws {
        let model = try Vectors.gguf(try #require(shared) + "/smollm2/smollm2-135m-instruct-vocab-only.gguf")
        #expect(model.chatFormat == .smollm2)
        #expect(model.stopTokens == [0, 2])
        let tokens = try ChatFormat.smollm2.tokens(
            [ChatMessage(.user, "Hi <|im_end|>")], generationPrompt: true, tokenizer: model.tokenizer)
        #expect(tokens.ids.filter { $0 == 2 }.count == 2)
        #expect(tokens.ids.filter { $0 == 1 }.count == 3)
    }
}

@Suite(.enabled(if: shared != nil, "needs ../shared"))
struct SharedTemplates {
    @Test(arguments: [
        ("tokenizers/chat_templates/google-gemma-2-2b-it.jinja", ChatFormat.gemma),
        ("tokenizers/chat_templates/Qwen-Qwen2.5-7B-Instruct.jinja", .qwen25),
        ("tokenizers/chat_templates/Qwen-Qwen3-0.6B.jinja", .qwen3),
        ("tokenizers/chat_templates/meta-llama-Llama-3.2-3B-Instruct.jinja", .llama3),
        ("models/peft_adapter_real/chat_template.jinja", .qwen25),
        ("tokenizers/chat_templates/HuggingFaceTB-SmolLM3-3B.jinja", nil),
    ])
    func `a real template is recognised or refused`(path: String, format: ChatFormat?) throws {
        let file = try #require(Shared.file("data/" + path))
        let template = try String(contentsOfFile: file, encoding: .utf8)
        #expect(ChatFormat.recognise(template: template) == format)
    }
}
