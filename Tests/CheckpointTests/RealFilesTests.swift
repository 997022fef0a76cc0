import TestSupport
import Testing

@testable import Checkpoint

@Suite struct RealFilesTests {
    @Test(.enabled(if: Shared.models != nil, "needs downloaded models"))
    func realGGUFModelsOpen() throws {
        let models = try #require(Shared.models)
        let gemma = try GGUFFile.open(models + "/gemma-3-270m.gguf")
        #expect(gemma.metadata.string("general.architecture") == "gemma3")
        #expect(gemma.metadata.strings("tokenizer.ggml.tokens")?.count == 262_144)
        #expect(gemma.tensors["token_embd.weight"]?.shape == [262_144, 640])
        let smol = try GGUFFile.open(models + "/smollm2-135m-instruct.gguf")
        #expect(smol.metadata.string("general.architecture") == "llama")
        #expect(smol.tensors["token_embd.weight"]?.shape == [49_152, 576])
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
