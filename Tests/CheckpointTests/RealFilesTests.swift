import Foundation
import TestSupport
import Testing

@testable import Checkpoint

@Suite struct RealFilesTests {
    /// What a downloaded model's architecture, pieces and embedding are; each model may be missing.
    @Test(
        .enabled(if: !fetched.isEmpty, "needs downloaded models"), arguments: fetched)
    func realGGUFModelsOpen(_ model: (name: String, family: String, embedding: [Int])) throws {
        let file = try GGUFFile.open(try #require(Shared.models) + "/\(model.name).gguf")
        #expect(file.metadata.string("general.architecture") == model.family)
        #expect(file.metadata.strings("tokenizer.ggml.tokens")?.count == model.embedding[0])
        #expect(file.tensors["token_embd.weight"]?.shape == model.embedding)
    }

    private static let fetched = [
        (name: "gemma-3-270m", family: "gemma3", embedding: [262_144, 640]),
        (name: "smollm2-135m-instruct", family: "llama", embedding: [49_152, 576]),
    ].filter { model in
        Shared.models.map { FileManager.default.fileExists(atPath: $0 + "/\(model.name).gguf") } ?? false
    }

    @Test(.enabled(if: Shared.file("data/tokenizers") != nil, "needs ../shared"))
    func vocabularyOnlyGGUFsOpenAndEachStringIsTheIterators() throws {
        let folder = try #require(Shared.file("data/tokenizers"))
        let files = try ["gemma3", "llama_cpp_vocab", "smollm2"].flatMap {
            try ggufFiles(in: folder + "/" + $0)
        }
        #expect(files.count >= 6)
        for file in files {
            let strings = try #require(try GGUFFile.open(file).metadata.strings("tokenizer.ggml.tokens"))
            for (index, bytes) in strings.enumerated() where index % 997 == 0 || index < 70 {
                #expect(strings[index] == bytes)
            }
            #expect(Array(strings).count == strings.count)
        }
    }

    @Test(.enabled(if: Shared.file("data/models") != nil, "needs ../shared"))
    func aHuggingFaceFolderOpens() throws {
        let path = try #require(Shared.file("data/models/tinystories_260k/hf_derived"))
        guard case .directory(let model) = try ModelFiles.open(path) else {
            Issue.record("not a folder")
            return
        }
        #expect(model.config["model_type"]?.string == "llama")
        #expect(model.tensors["model.embed_tokens.weight"]?.shape == [512, 64])
        #expect(model.tokenizerJSON == nil)
    }
}
