import Foundation
import TestSupport
import Testing

/// Wrong recipes, datasets and adapters through the built program: one sentence each, and nothing written.
@Suite struct BadTrainingTests {
    @Test func thereAreManyAndEachHasAName() {
        #expect(BadTraining.all.count >= 60)
        #expect(Set(BadTraining.all.map(\.name)).count == BadTraining.all.count)
    }

    @Test(arguments: BadTraining.all)
    func oneSentenceAndNothingWritten(_ bad: BadTraining) throws {
        let folder = try TemporaryFolder()
        try Self.furnish(folder, bad)
        let recipe = bad.recipe == nil ? Shared.golden("tiny/recipe.yaml") : "recipe.yaml"
        let model = bad.recipe == nil ? ["base_model=./model"] : []
        let words = ["train", recipe, "output_dir=out"] + model + bad.settings
        let line = words.map { "'\($0)'" }.joined(separator: " ")
        let before = try Self.everything(in: folder.path)
        let call = try Call(
            ["-c", "cd '\(folder.path)' && exec '\(Call.hearth)' \(line)"], of: "/bin/bash",
            environment: ["HEARTH_HOME": folder.path + "/home"])
        #expect(call.status == 2 && call.output.isEmpty, "\(call.notices)")
        let lines = call.notices.split(separator: "\n")
        let sentences = lines.filter { $0.hasPrefix("hearth: ") }
        #expect(sentences.count == 1 && sentences.last == lines.last, "\(call.notices)")
        #expect(sentences.first?.contains(bad.says) == true, "\(call.notices)")
        #expect(sentences.first?.last.map { ".?".contains($0) } == true, "\(call.notices)")
        #expect(try Self.everything(in: folder.path) == before)
        if ProcessInfo.processInfo.environment["HEARTH_SHOW"] != nil {
            print("\(bad.name): \(sentences.first ?? "")")
        }
    }

    /// Four models, good data, a good adapter, and what the case says is wrong with them.
    private static func furnish(_ folder: TemporaryFolder, _ bad: BadTraining) throws {
        let tokenizer = ["tokenizer.json", "tokenizer_config.json"]
        let models = [
            ("model", "llama-tied", tokenizer), ("plain", "llama-tied", [tokenizer[0]]),
            ("bare", "llama-tied", []), ("other", "gemma3-newer", tokenizer),
        ]
        for (place, name, files) in models {
            let model = Shared.golden("models/" + name)
            let target = "\(folder.path)/\(place)"
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            let links =
                try FileManager.default.contentsOfDirectory(atPath: model).map { "\(model)/\($0)" }
                + files.map { Shared.golden("tiny/" + $0) }
            for link in links {
                try FileManager.default.createSymbolicLink(
                    atPath: target + "/" + URL(fileURLWithPath: link).lastPathComponent,
                    withDestinationPath: link)
            }
        }
        try FileManager.default.copyItem(
            atPath: Shared.golden("tiny/train.jsonl"), toPath: folder.path + "/good.jsonl")
        if let recipe = bad.recipe { try folder.write(recipe, to: "recipe.yaml") }
        if let data = bad.data { try folder.write(data + "\n", to: "data.jsonl") }
        let adapter = folder.path + "/adapter"
        try FileManager.default.copyItem(
            atPath: Shared.golden("training/llama-tied/adapter-plain"), toPath: adapter)
        for edit in bad.edits {
            let url = URL(fileURLWithPath: "\(adapter)/\(edit.file)")
            var bytes = try Data(contentsOf: url)
            let range = try #require(bytes.range(of: Data(edit.from.utf8)), "\(edit.from)")
            try #require(edit.from.utf8.count == edit.to.utf8.count)
            bytes.replaceSubrange(range, with: Data(edit.to.utf8))
            try bytes.write(to: url)
        }
        for name in bad.missing { try FileManager.default.removeItem(atPath: "\(adapter)/\(name)") }
        for name in bad.halved {
            let url = URL(fileURLWithPath: "\(adapter)/\(name)")
            let bytes = try Data(contentsOf: url)
            try bytes.prefix(bytes.count / 2).write(to: url)
        }
    }

    /// Every path below a folder.
    private static func everything(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    }
}
