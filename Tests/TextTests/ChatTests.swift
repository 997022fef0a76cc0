import TestSupport
import Testing

@testable import Text

struct ChatTests {
    @Test(arguments: ChatFormat.allCases)
    func `a conversation is written as Hugging Face writes it`(format: ChatFormat) throws {
        let goldens = try ChatGolden.load().filter { $0.format == format }
        #expect(Set(goldens.map(\.name)).count >= 20)
        for golden in goldens {
            let text = try? format.render(
                golden.messages, generationPrompt: golden.prompt, options: golden.options
            ).map(\.text).joined()
            #expect(text.map { Array($0.utf8) } == golden.text.map { Array($0.utf8) }, "\(golden.name)")
        }
    }

    @Test(.enabled(if: SharedTokenizers.folder != nil, "needs ../shared"), arguments: ChatFormat.allCases)
    func `a conversation has Hugging Face's tokens`(format: ChatFormat) throws {
        let tokenizer: any Tokenizer =
            switch format {
            case .gemma: try SharedTokenizers.gguf(SharedTokenizers.gemma3).tokenizer
            case .smollm2: try SharedTokenizers.gguf(SharedTokenizers.smollm2).tokenizer
            case .llama3: try SharedTokenizers.gguf("llama_cpp_vocab/ggml-vocab-llama-bpe.gguf").tokenizer
            case .chatml, .qwen25, .qwen25Plain, .qwen3: try SharedTokenizers.qwen3()
            }
        var compared = 0
        for golden in try ChatGolden.load() where golden.format == format {
            guard let ids = golden.ids, let text = golden.text else { continue }
            let tokens = try format.tokens(
                golden.messages, generationPrompt: golden.prompt, tokenizer: tokenizer,
                options: golden.options)
            #expect(tokens.ids == ids, "\(golden.name)")
            #expect(tokens.tags.count == tokens.ids.count)
            #expect(tokenizer.encode(parsing: text) == ids, "\(golden.name), parsed")
            compared += 1
        }
        #expect(compared >= 20)
    }
}
