import Foundation
import TestSupport
import Testing

/// `hearth train` and `hearth runs` as a person calls them, on a model of two layers.
@Suite struct TrainTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try makeModel("llama-tied", "model")
    }

    private func makeModel(
        _ name: String, _ place: String, files: [String] = ["tokenizer.json", "tokenizer_config.json"]
    )
        throws
    {
        let golden = Shared.golden("models/" + name)
        try FileManager.default.createDirectory(
            atPath: path(place), withIntermediateDirectories: true)
        for file in try FileManager.default.contentsOfDirectory(atPath: golden) {
            try FileManager.default.createSymbolicLink(
                atPath: path("\(place)/\(file)"), withDestinationPath: "\(golden)/\(file)")
        }
        for file in files {
            try FileManager.default.createSymbolicLink(
                atPath: path("\(place)/\(file)"), withDestinationPath: Shared.golden("tiny/" + file))
        }
    }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    private func words(_ words: [String], output: String = "out") -> [String] {
        [
            "train", Shared.golden("tiny/recipe.yaml"), "base_model=\(path("model"))",
            "output_dir=\(path(output))",
        ]
            + words
    }

    private func call(_ words: [String]) throws -> Call {
        try Call(words, environment: ["HEARTH_HOME": path("home")])
    }

    private func train(_ settings: [String] = [], output: String = "out") throws -> Call {
        try call(words(settings, output: output))
    }

    private func weights(_ output: String = "out") -> Data? {
        FileManager.default.contents(atPath: path("\(output)/adapter_model.safetensors"))
    }

    @Test func aRunIsToldInLinesAndListed() throws {
        let call = try train([
            "max_steps=4", "eval_dataset=\(Shared.golden("tiny/eval.jsonl"))", "eval_steps=2",
        ])
        #expect(call.status == 0 && call.output.isEmpty)
        let lines = call.notices.split(separator: "\n")
        #expect(lines.contains("examples = 18 | evaluated on 6 | epochs = 0.80 | steps = 4"))
        #expect(lines.contains("trainable parameters = 3,840 of 31,956 (12.02% trained)"))
        #expect(lines.count { $0.hasPrefix("step ") && $0.contains(" left") } == 4)
        #expect(lines.count { $0.contains("eval loss") && $0.hasPrefix("step ") } == 2)
        let list = try self.call(["runs"])
        #expect(list.status == 0 && list.output.contains("finished  4/4") && list.notices.isEmpty)
        let page = try self.call(["runs", "show", "1"])
        #expect(page.output.hasPrefix("run 1: out\n") && page.output.contains("lora_r: 4"))
        let json =
            try JSONSerialization.jsonObject(
                with: Data(try self.call(["runs", "show", "1", "--json"]).output.utf8)) as? [String: Any]
        #expect((json?["steps"] as? [Any])?.count == 4)
        #expect(try self.call(["runs", "show"]).status == 2)
        #expect(try self.call(["runs", "show", "7"]).status == 2)
    }

    @Test func aDryRunShowsExamplesAndTrainsNothing() throws {
        let call = try train(["shared_context=true", "--dry-run", "--dump-batches", path("dump.jsonl")])
        #expect(call.status == 0)
        #expect(call.output.components(separatedBy: "⟦").count == 4)
        #expect(call.output.contains("<|im_start|>assistant\n⟦"))
        #expect(call.output.contains("times fewer than the"))
        #expect(call.output.contains("\ntime      about ") && call.output.contains("\nmemory    about "))
        #expect(!FileManager.default.fileExists(atPath: path("out")))
        let dump = String(
            decoding: FileManager.default.contents(atPath: path("dump.jsonl")) ?? Data(), as: UTF8.self)
        #expect(dump.split(separator: "\n").count == 44)
        #expect(dump.hasPrefix("{\"step\":1,\"ids\":["))
    }

    @Test func anInterruptedRunEndsWith130AndGoesOn() throws {
        #expect(try train(["max_steps=40"], output: "whole").status == 0)
        for name in ["INT", "TERM"] {
            let output = "cut-\(name)"
            let line = words(["max_steps=40"], output: output).map { "'\($0)'" }.joined(separator: " ")
            let script = """
                '\(Call.hearth)' \(line) & child=$!
                while [ ! -d '\(path(output))/checkpoint-4' ]; do sleep 0.01; done
                kill -\(name) $child; wait $child
                """
            let call = try Call(["-c", script], of: "/bin/bash", environment: ["HEARTH_HOME": path("home")])
            #expect(call.status == 130)
            #expect(call.notices.hasSuffix("the same call with --resume goes on from it.\n"))
            #expect(try train(["max_steps=40", "--resume"], output: output).status == 0)
            #expect(weights(output) == weights("whole"))
        }
    }

    @Test func aFullDiskIsOneSentenceAndLosesNothing() throws {
        #expect(try train(["max_steps=12"], output: "whole").status == 0)
        #expect(try train(["max_steps=12"]).status == 0)
        for later in [8, 10, 12] {
            try FileManager.default.removeItem(atPath: path("out/checkpoint-\(later)"))
        }
        let line = words(["max_steps=12", "--resume"]).map { "'\($0)'" }.joined(separator: " ")
        // No file may grow beyond eight kilobytes: the adapter does not fit.
        let full = try Call(
            ["-c", "trap '' XFSZ; ulimit -f 8; exec '\(Call.hearth)' \(line)"], of: "/bin/bash",
            environment: ["HEARTH_HOME": path("home")])
        #expect(full.status == 1)
        #expect(full.notices.split(separator: "\n").count { $0.hasPrefix("hearth: ") } == 1)
        #expect(full.notices.hasSuffix("File too large.\n"))
        let left = try FileManager.default.contentsOfDirectory(atPath: path("out"))
        #expect(
            left.filter { $0.hasPrefix("checkpoint-") }.sorted() == [
                "checkpoint-2", "checkpoint-4", "checkpoint-6",
            ])
        #expect(try train(["max_steps=12", "--resume"]).status == 0)
        #expect(weights() == weights("whole"))
    }

    @Test func killedRunsEndInTheSameBytes() throws {
        let call = try Call(["3", Call.hearth, "max_steps=60"], of: "\(Shared.repository)/Scripts/kill-test")
        #expect(call.status == 0, "\(call.notices)")
        #expect(call.notices.contains("3 kills in "))
    }

    @Test func anAdapterAnswersInItsOwnFormat() throws {
        #expect(try train(["max_steps=12", "learning_rate=0.02"]).status == 0)
        try makeModel("llama-tied", "plain", files: ["tokenizer.json"])
        let request = #"{"context": "Wo liegt die Stadt?", "continuation": "an der Saale"}"#
        try folder.write(request + "\n", to: "requests.jsonl")
        func score(_ words: [String]) throws -> String {
            let call = try call(["score", path("model"), "--requests", path("requests.jsonl")] + words)
            #expect(call.status == 0, "\(call.notices)")
            return call.output
        }
        #expect(try score([]) != score(["--adapter", path("out")]))
        let message = ["generate", path("plain"), "--message", "Wo?", "--max-tokens", "3"]
        #expect(try call(message).status == 2)
        #expect(try call(message + ["--adapter", path("out")]).status == 0)
        let other = try call([
            "score", path("model"), "--requests", path("requests.jsonl"), "--adapter", path("model"),
        ])
        #expect(other.status == 2 && other.notices.contains("adapter_config.json"))
    }

    @Test(arguments: [["output_dir=taken"], ["--dump-batches", "none/f.jsonl", "--dry-run"]])
    func whatCannotBeWrittenIsOneSentence(_ settings: [String]) throws {
        try folder.write("\n", to: "taken")
        let line = words(settings).map { "'\($0)'" }.joined(separator: " ")
        let call = try Call(
            ["-c", "cd '\(folder.path)' && exec '\(Call.hearth)' \(line)"], of: "/bin/bash",
            environment: ["HEARTH_HOME": path("home")])
        let sentences = call.notices.split(separator: "\n").filter { $0.hasPrefix("hearth: ") }
        #expect(call.status != 0)
        #expect(sentences.count == 1 && sentences.last == call.notices.split(separator: "\n").last)
    }
}
