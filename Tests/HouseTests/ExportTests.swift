import Foundation
import TestSupport
import Testing

/// `hearth export` and `hearth inspect` as they are called.
@Suite struct ExportTests {
    private let gguf = Shared.golden("gguf/qwen3-tied.gguf")
    private let adapters = Shared.golden("training/qwen3-tied")

    private func export(_ words: [String]) throws -> Call { try Call(["export", "--model", gguf] + words) }

    private func inspect(_ path: String) throws -> [String: Any] {
        let call = try Call(["inspect", path, "--json"])
        #expect(call.status == 0, "\(call.notices)")
        return try #require(try JSONSerialization.jsonObject(with: Data(call.output.utf8)) as? [String: Any])
    }

    private func names(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func whatIsWrittenCanBeInspected() throws {
        let folder = try TemporaryFolder()
        let adapter = ["--adapter", adapters + "/adapter-plain"]
        let made = [
            ("merged", ["--format", "safetensors", "--type", "bf16"], "bf16"),
            ("merged.gguf", ["--format", "gguf", "--type", "f16"], "f16"),
        ]
        for (name, words, type) in made {
            let path = "\(folder.path)/\(name)"
            let call = try export(adapter + words + ["--output", path])
            #expect(call.status == 0 && call.output.isEmpty && call.notices == "Wrote \(path).\n")
            let found = try inspect(path)
            #expect(found["family"] as? String == "qwen3" && found["kind"] as? String == "model")
            let types = (found["tensors"] as? [[String: Any]])?.compactMap { $0["type"] as? String }
            #expect(types?.first == type)
            #expect((found["tokenizer"] as? [String: Any])?["tokens"] as? Int == found["vocabulary"] as? Int)
        }
        let lora = folder.path + "/lora.gguf"
        let words = ["--format", "gguf", "--adapter-only", "--output", lora]
        #expect(try export(adapter + words).status == 0)
        #expect(try inspect(lora)["rank"] as? Int == 4)
        #expect(try inspect(adapters + "/adapter-dora")["dora"] as? Bool == true)
        #expect(try names(folder) == ["lora.gguf", "merged", "merged.gguf"], "nothing else is left behind")
    }

    @Test func whatIsThereIsKeptUnlessForced() throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", to: "out/notes")
        let words = ["--format", "safetensors", "--output", folder.path + "/out"]
        let refused = try export(words)
        #expect(refused.status == 2 && refused.notices.contains("--force"))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/out/notes"))
        #expect(try export(words + ["--force"]).status == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/out/notes"))
        #expect(try names(folder) == ["out"])
        let itself = try Call(
            ["export", "--model", folder.path + "/out", "--force"] + words)
        #expect(itself.status == 2 && itself.notices.contains("model or adapter itself"))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/out/model.safetensors"))
    }

    @Test func whatCannotBeWrittenIsRefusedBeforeAnythingIsWritten() throws {
        let folder = try TemporaryFolder()
        let out = ["--output", folder.path + "/x"]
        let cases: [([String], String)] = [
            (["--format", "safetensors", "--type", "q8_0"] + out, "q8_0"),
            (["--format", "gguf", "--adapter-only"] + out, "--adapter"),
            (
                ["--format", "safetensors", "--adapter-only", "--adapter", adapters + "/adapter-plain"] + out,
                "gguf"
            ),
            (["--format", "gguf", "--adapter-only", "--adapter", adapters + "/adapter-dora"] + out, "DoRA"),
            (
                ["--format", "gguf", "--adapter", Shared.golden("training/qwen2-tied/adapter-plain")] + out,
                "shape"
            ),
            (["--format", "gguf", "--adapter", folder.path + "/none"] + out, "none"),
            (["--format", "gguf", "--output", folder.path + "/no/x"], "/no"),
            (["--format", "gguf", "--output", folder.path, "--force"], "folder"),
            (["--format", "onnx"] + out, "onnx"), (["--format", "gguf"], "--output"),
        ]
        for (words, part) in cases {
            let call = try export(words)
            #expect(call.status == 2, "\(words): \(call.notices)")
            #expect(
                call.notices.split(separator: "\n").count == 1 && call.notices.contains(part),
                "\(call.notices)")
        }
        #expect(try names(folder).isEmpty)
    }
}
