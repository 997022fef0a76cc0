import Checkpoint
import Foundation
import Testing

@testable import Text

/// A model folder with a tiny tokenizer, made for a test and removed with it.
private final class Folder {
    let path = NSTemporaryDirectory() + "hearth-text-" + UUID().uuidString

    init(_ files: [String: [UInt8]]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, bytes) in files { try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name)) }
        // Weights of one number: the folder is a model's, and nothing here reads them.
        let header = Array(#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  "#.utf8)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        try Data(length + header + [0, 0, 0, 0]).write(to: URL(fileURLWithPath: path + "/model.safetensors"))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func load() throws -> TextModel { try TextModel.load(ModelFiles.open(path)) }
}

struct DirectoryTests {
    private func json() throws -> [UInt8] { JSON.object(try SmallGolden.variant("gpt2").file).serialised() }

    private func config(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `tokenizer.json with begin and end from the configuration`() throws {
        let folder = try Folder([
            "config.json": config(#"{"vocab_size":1000,"eos_token_id":7}"#),
            "generation_config.json": config(#"{"eos_token_id":[1,9]}"#),
            "tokenizer_config.json": config(
                #"{"bos_token":{"content":"<s>"},"eos_token":"</s>","add_bos_token":true}"#),
            "tokenizer.json": try json(),
            "chat_template.jinja": config("{{ 7 * 7 }}"),
        ])
        let model = try folder.load()
        #expect(model.tokenizer.bos == 0 && model.tokenizer.eos == 1 && model.tokenizer.addsBOS)
        #expect(model.stopTokens == [1, 7, 9])
        #expect(model.chatFormat == nil && model.unknownTemplate == "{{ 7 * 7 }}")
    }

    @Test func `tokenizer.model alone`() throws {
        let folder = try Folder([
            "config.json": config(#"{"vocab_size":300}"#),
            "tokenizer.model": SentencePieceTests.file(SentencePieceTests.model(prefix: true)),
        ])
        let model = try folder.load()
        #expect(model.tokenizer.encode("ab").map { model.tokenizer.piece($0) } == ["▁ab"])
        #expect(model.tokenizer.bos == 1 && model.tokenizer.addsBOS)
        #expect(model.stopTokens == [2])
    }

    @Test func `tokens that only tokenizer_config.json adds to a tokenizer.model are refused`() throws {
        let folder = try Folder([
            "config.json": config(#"{"vocab_size":300}"#),
            "tokenizer_config.json": config(#"{"added_tokens_decoder":{"280":{"content":"<|im_start|>"}}}"#),
            "tokenizer.model": SentencePieceTests.file(SentencePieceTests.model()),
        ])
        let error = TextError.unknown(
            part: .tokenizerConfig, field: "added_tokens_decoder", value: "<|im_start|>")
        #expect(throws: error) { try folder.load() }
    }

    @Test func `a vocabulary larger than the embedding is refused`() throws {
        let count = try SmallGolden.variant("gpt2").tokenizer().vocabularySize
        let folder = try Folder([
            "config.json": config(#"{"vocab_size":100}"#), "tokenizer.json": try json(),
        ])
        // The two added tokens without a row do not count: they are left out.
        #expect(throws: TextError.vocabularyLargerThanModel(tokens: count - 2, rows: 100)) {
            try folder.load()
        }
    }

    @Test func `a folder without a tokenizer is refused`() throws {
        let folder = try Folder(["config.json": config("{}")])
        #expect(throws: TextError.noTokenizer) { try folder.load() }
    }
}
