import Foundation
import TestSupport
import Testing

/// The scripts behind docs/results.md, with `hearth` played by a small program that notes how it was called.
@Suite(.enabled(if: Python.isThere, "needs python3")) struct CampaignTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A program that trains and evaluates at once, with scores that depend on the seed.
    private func play() throws {
        try folder.write(
            #"""
            #!/usr/bin/env python3
            import json, os, sys
            words = sys.argv[1:]
            open(os.path.join(os.path.dirname(__file__), "calls"), "a").write(" ".join(words) + "\n")
            if words[0] == "train":
                keys = dict(word.split("=", 1) for word in words if "=" in word)
                os.makedirs(keys["output_dir"])
                log = [{"loss": 4.0}, {"loss": 1.0}]
                json.dump({"log_history": log}, open(keys["output_dir"] + "/trainer_state.json", "w"))
            else:
                out = words[words.index("--output") + 1]
                score = 0.3 + (0.2 if "seed-7" in out else 0) if "--adapter" in words else 0.1
                task = {name + ",none": score for name in ("f1", "exact_match", "abstention")}
                found = {"results": {"german_qa_test": task}, "intervals": {"german_qa_test": {"f1": [0.0, 0.6]}}}
                os.makedirs(out, exist_ok=True)
                json.dump(found, open(out + "/results_1.json", "w"))
            """#, to: "hearth", mode: 0o755)
    }

    private func learns(_ words: [String]) throws -> Call {
        try Call(
            words + ["--program", folder.path + "/hearth", "--keep", folder.path + "/keep"],
            of: Shared.repository + "/Scripts/learns")
    }

    private func calls() throws -> [Substring] {
        try String(contentsOfFile: folder.path + "/calls", encoding: .utf8).split(separator: "\n")
    }

    @Test func aRowIsTrainedAndAskedOnceForEachSeed() throws {
        try play()
        let call = try learns(["quick", "--seeds", "3407,7", "--timed"])
        #expect(call.status == 0, "\(call.notices)")
        #expect(try calls().count == 5)
        #expect(
            call.output.contains(
                "| `quick` | german_qa_test | f1 | 10.0 [0.0, 60.0] | 30.0 [0.0, 60.0] | 40.0 (30.0 to 50.0, 2 seeds) |"
            ))
        // What is there is shown again and not made again.
        let again = try learns(["quick", "--seeds", "3407,7"])
        #expect(again.output == call.output)
        #expect(try calls().count == 5)
    }

    @Test func showingMakesNothing() throws {
        try play()
        let call = try learns(["quick", "--stage", "show"])
        #expect(call.status == 0)
        #expect(call.output.contains("| `quick` | german_qa_test | f1 | – | – | – | – | – |"))
        #expect(throws: (any Error).self) { try calls() }
    }

    @Test func aRowThatIsNotThereIsNamed() throws {
        let call = try learns(["slow"])
        #expect(call.status == 2)
        #expect(call.notices.contains("there is no row 'slow': write one of xquad-smollm2"))
    }

    /// Four questions: answered rightly, refused wrongly, refused rightly, answered although there is nothing.
    @Test func refusalsAreCountedByWhatTheTextSays() throws {
        let rows = [("Köln", 1, 1, 0.9), ("Bonn", 0, 0, 0.8), ("[]", 1, 1, 0.7), ("[]", 0, 0, 0.6)]
        let lines = rows.map { target, exact, abstention, sure in
            #"{"target": "\#(target)", "exact_match": \#(exact), "abstention": \#(abstention), "confidence": \#(sure)}"#
        }
        try folder.write(lines.joined(separator: "\n"), to: "run/samples_1.jsonl")
        let plot = folder.path + "/curves.svg"
        let call = try Call(
            ["a=\(folder.path)/run", "--plot", plot], of: Shared.repository + "/Scripts/refusals")
        #expect(call.status == 0, "\(call.notices)")
        // Half of all questions are answered, the less sure half of these wrongly; refused ones cannot be told apart.
        #expect(
            call.output.contains(
                "| a | 50 % (1 of 2) | 50 % (1 of 2) | 50 % (1 of 2) | 0.50 | 0.50 | 0.50 | – | – | 0.50 | 0.00 |"
            ))
        #expect(try String(contentsOfFile: plot, encoding: .utf8).contains("<polyline"))
    }

    @Test func aFolderWithoutAnEvaluationIsNamed() throws {
        let call = try Call(["a=\(folder.path)"], of: Shared.repository + "/Scripts/refusals")
        #expect(call.status == 2)
        #expect(call.notices.contains("names no evaluation: write NAME=FOLDER"))
    }
}
