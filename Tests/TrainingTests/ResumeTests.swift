import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Training

/// A run that ends and goes on is the run that did not.
@Suite struct ResumeTests {
    /// Everything that has state: dropout, noise, accumulation, moments in bytes, evaluation, rare logging.
    static let everything = [
        "save_steps=1", "lora_r=32", "lora_dropout=0.1", "neftune_noise_alpha=5", "optimizer=adamw_8bit",
        "gradient_accumulation_steps=2", "batch_size=2", "logging_steps=5", "loraplus_lr_ratio=4",
        "eval_dataset=\(Shared.golden("tiny/eval.jsonl"))", "eval_steps=3",
    ]

    @Test func goingOnFromEveryStepGivesTheSameBytes() throws {
        let tiny = try TinyRun()
        let whole = try #require(try tiny.train(Self.everything).result)
        #expect(whole.steps == 12)
        let state = try tiny.json("out/trainer_state.json")
        for step in 1...12 {
            let output = "from-\(step)"
            try tiny.folder.copy("out", to: output)
            for later in 12 - (12 - step)...12 where later > step {
                try FileManager.default.removeItem(atPath: tiny.path("\(output)/checkpoint-\(later)"))
            }
            let again = try tiny.train(Self.everything, output: output, threads: step % 2 + 1, resumes: true)
            #expect(again.result?.digest == whole.digest, "after step \(step)")
            #expect(again.events.steps.count == 12 - step)
            #expect(
                Self.timeless(try tiny.json("\(output)/trainer_state.json")) == Self.timeless(state),
                "after step \(step)")
            let moments = "checkpoint-12/optimizer.safetensors"
            #expect(try tiny.bytes("\(output)/\(moments)") == tiny.bytes("out/\(moments)"))
        }
    }

    @Test(arguments: ["gemma3-newer", "llama-odd-f16", "qwen2-untied", "qwen3-tied"])
    func anotherRunAndAnotherNumberOfThreadsGiveTheSameFiles(_ model: String) throws {
        let tiny = try TinyRun(model)
        let one = try tiny.train(output: "one", threads: 1).result
        let two = try tiny.train(output: "two", threads: 2).result
        #expect(one?.digest == two?.digest)
        let names = try tiny.files("one").filter {
            !["events", "trainer_log.jsonl", "recipe.yaml"].contains($0)
        }
        for name in names where !name.hasPrefix("checkpoint-") {
            #expect(try tiny.bytes("one/\(name)") == tiny.bytes("two/\(name)"), "\(name)")
        }
        for name in try tiny.files("one/checkpoint-12") {
            #expect(
                try tiny.bytes("one/checkpoint-12/\(name)") == tiny.bytes("two/checkpoint-12/\(name)"),
                "\(name)")
        }
    }

    @Test func aStoppedRunSaysWhereItIsAndGoesOn() throws {
        let tiny = try TinyRun()
        let whole = try tiny.train(output: "whole").result
        let stopped = try tiny.train { $0 == 5 }
        #expect(stopped.result == nil)
        #expect(stopped.events.steps.count == 5)
        #expect(try tiny.files("out").contains("checkpoint-5"))
        let rest = try tiny.train(resumes: true)
        #expect(rest.events.steps.map(\.step) == Array(6...12))
        #expect(rest.result?.digest == whole?.digest)
    }

    @Test func withoutACheckpointResumingBegins() throws {
        let tiny = try TinyRun()
        #expect(try tiny.train(resumes: true).events.steps.count == 12)
        let again = try tiny.train(resumes: true)
        #expect(again.events.steps.isEmpty)
        #expect(again.result?.steps == 12)
    }

    /// Bits all over the files of the newest checkpoint: each flip is seen, and the one before is used.
    @Test func aFlippedBitIsSeenAndTheCheckpointBeforeIsUsed() throws {
        let tiny = try TinyRun()
        let whole = try tiny.train(["save_steps=4", "max_steps=8"], output: "whole").result
        _ = try tiny.train(["save_steps=4", "max_steps=8"])
        let newest = "out/checkpoint-8"
        var flips = 0
        for file in try tiny.files(newest) {
            let sound = try tiny.bytes("\(newest)/\(file)")
            for sample in 0..<12 {
                let bit = (sound.count * 8 - 1) * sample / 11
                var damaged = sound
                damaged[bit / 8] ^= 1 << (bit % 8)
                try damaged.write(to: URL(fileURLWithPath: tiny.path("\(newest)/\(file)")))
                var seen = 0
                let found = AtomicDirectory(tiny.path("out")).newest { _ in seen += 1 }
                #expect(found?.number == 4 && seen == 1, "\(file), bit \(bit)")
                flips += 1
            }
            try sound.write(to: URL(fileURLWithPath: tiny.path("\(newest)/\(file)")))
        }
        #expect(flips == 72)
        var damaged = try tiny.bytes("\(newest)/optimizer.safetensors")
        damaged[damaged.count / 2] ^= 4
        try damaged.write(to: URL(fileURLWithPath: tiny.path("\(newest)/optimizer.safetensors")))
        let again = try tiny.train(["save_steps=4", "max_steps=8"], resumes: true)
        #expect(again.events.damaged.count == 1)
        #expect(again.events.steps.map(\.step) == [5, 6, 7, 8])
        #expect(again.result?.digest == whole?.digest)
    }

    @Test(arguments: [
        (["learning_rate=1e-3"], TrainingError.Change.recipe(keys: ["learning_rate"])),
        (["max_steps=20", "seed=8"], .recipe(keys: ["max_steps", "seed"])),
        (["max_samples=17"], .recipe(keys: ["max_samples"])),
    ])
    func aChangedRecipeIsRefused(_ change: [String], _ told: TrainingError.Change) throws {
        let tiny = try TinyRun()
        _ = try tiny.train { $0 == 4 }
        #expect(throws: TrainingError.resumeDiffers(path: tiny.path("out/checkpoint-4"), told)) {
            try tiny.train(change, resumes: true)
        }
    }

    @Test func whatDecidesNothingMayChange() throws {
        let tiny = try TinyRun()
        let whole = try tiny.train(output: "whole").result
        _ = try tiny.train { $0 == 4 }
        let rest = try tiny.train(
            ["logging_steps=4", "save_steps=5", "save_total_limit=1"], resumes: true)
        #expect(rest.result?.digest == whole?.digest)
        #expect(try tiny.files("out").filter { $0.hasPrefix("checkpoint-") } == ["checkpoint-12"])
    }

    @Test func changedDataAndAChangedBaseAreRefused() throws {
        let tiny = try TinyRun()
        let data = tiny.path("data.jsonl")
        try FileManager.default.copyItem(atPath: Shared.golden("tiny/train.jsonl"), toPath: data)
        _ = try tiny.train(["dataset.path=\(data)"]) { $0 == 4 }
        let lines = try String(contentsOfFile: data, encoding: .utf8)
        try lines.replacingOccurrences(of: "Ulm", with: "Alm").write(
            toFile: data, atomically: true, encoding: .utf8)
        let checkpoint = tiny.path("out/checkpoint-4")
        #expect(throws: TrainingError.resumeDiffers(path: checkpoint, .data)) {
            try tiny.train(["dataset.path=\(data)"], resumes: true)
        }
        try lines.write(toFile: data, atomically: true, encoding: .utf8)
        let weights = tiny.model + "/model.safetensors"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: weights))
        bytes[bytes.count - 3] ^= 1
        try FileManager.default.removeItem(atPath: weights)
        try bytes.write(to: URL(fileURLWithPath: weights))
        #expect(throws: TrainingError.resumeDiffers(path: checkpoint, .base)) {
            try tiny.train(["dataset.path=\(data)"], resumes: true)
        }
    }

    /// The state without what a clock wrote.
    private static func timeless(_ value: JSON) -> JSON {
        switch value {
        case .array(let elements): .array(elements.map(timeless))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.filter { !["eval_runtime", "eval_samples_per_second"].contains($0.key) }
                        .map { ($0.key, timeless($0.value)) }))
        default: value
        }
    }
}
