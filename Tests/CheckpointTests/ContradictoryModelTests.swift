import Foundation
import TestSupport
import Testing

@testable import Checkpoint

@Suite(.enabled(if: FileManager.default.fileExists(atPath: ProgramRun.hearth), "needs the built hearth"))
struct ContradictoryModelTests {
    /// The sound GGUF, and the folder that `hearth export` makes of it.
    private static let gguf = Shared.golden("gguf/qwen2-tied.gguf")

    private func sound(_ folder: String) throws -> String {
        let path = folder + "/sound"
        let words = ["export", "--model", Self.gguf, "--format", "safetensors", "--output", path]
        try #require(try ProgramRun(words, folder: folder).status == 0)
        return path
    }

    /// The verbs that read models, each with a request that a sound model answers.
    private func calls(_ model: String, _ folder: String) throws -> [[String]] {
        let score = try put(
            Array(#"{"context_ids":[1],"continuation_ids":[2]}"#.utf8), folder + "/score.jsonl")
        let prompt = try put(Array(#"{"prompt_ids":[1],"max_tokens":1}"#.utf8), folder + "/prompt.jsonl")
        return [
            ["inspect", model], ["score", model, "--requests", score],
            ["generate", model, "--requests", prompt],
        ]
    }

    /// Every verb refuses: status 2, one sentence that names the model and the part,
    /// and hardly more memory than a call without a model takes.
    private func refuse(_ hostile: ContradictoryModel, _ model: String, _ folder: String) throws {
        // Measured each time: a new process's peak begins with what its parent has.
        let idle = try ProgramRun(["--version"], folder: folder).peak
        // Ids need no tokenizer: a model without one is refused to whoever has a text.
        let calls =
            hostile.name == "no tokenizer"
            ? [
                ["inspect", model], ["tokenize", model, "--text", "x"], ["generate", model, "--prompt", "x"],
            ]
            : try calls(model, folder)
        for call in calls {
            let run = try ProgramRun(call, folder: folder)
            let words = "\(call[0]), \(hostile.name): \(run.notices)"
            #expect(run.status == 2, "\(words)")
            #expect(run.notices.hasPrefix("hearth: ") && run.notices.hasSuffix(".\n"), "\(words)")
            #expect(run.notices.split(separator: "\n").count == 1, "\(words)")
            #expect(run.notices.contains(model) && run.notices.contains(hostile.part), "\(words)")
            #expect(run.peak - idle < 64 << 20, "\(words)\(run.peak - idle) bytes")
        }
    }

    @Test func soundModelsAreTaken() throws {
        try withFolder { folder in
            for model in [Self.gguf, try sound(folder)] {
                for call in try calls(model, folder) {
                    let run = try ProgramRun(call, folder: folder)
                    #expect(run.status == 0, "\(call): \(run.notices)")
                }
            }
        }
    }

    @Test func foldersThatContradictThemselvesAreRefused() throws {
        try withFolder { folder in
            let sound = try sound(folder)
            for (number, hostile) in contradictoryFolders.enumerated() {
                var parts = try ModelParts(folder: sound)
                try hostile.change(&parts)
                let model = folder + "/model-\(number)"
                try parts.write(folder: model)
                try refuse(hostile, model, folder)
            }
        }
    }

    @Test func ggufsThatContradictThemselvesAreRefused() throws {
        try withFolder { folder in
            for (number, hostile) in contradictoryGGUFs.enumerated() {
                var parts = try ModelParts(gguf: Self.gguf)
                try hostile.change(&parts)
                let model = folder + "/model-\(number).gguf"
                try parts.write(gguf: model)
                try refuse(hostile, model, folder)
            }
        }
    }

    @Test func anUnknownTemplateIsRefusedOnlyByWhoChats() throws {
        try withFolder { folder in
            var parts = try ModelParts(folder: try sound(folder))
            let model = folder + "/model"
            parts.files["chat_template.jinja"] = Array("{{ messages | shout }}".utf8)
            try parts.write(folder: model)
            for call in try calls(model, folder) {
                #expect(try ProgramRun(call, folder: folder).status == 0)
            }
            let chat = try ProgramRun(["generate", model, "--message", "x"], folder: folder)
            #expect(chat.status == 2 && chat.notices.contains("--chat-format"))
            #expect(chat.notices.contains(model) && chat.notices.contains("template"))
        }
    }

    @Test func thereAreManyOfThem() {
        for list in [contradictoryFolders, contradictoryGGUFs] {
            #expect(list.count >= 40)
            #expect(Set(list.map(\.name)).count == list.count)
        }
    }
}
