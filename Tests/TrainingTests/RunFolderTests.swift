import Checkpoint
import Foundation
import Recipes
import Registry
import TestSupport
import Testing

@testable import Training

/// What a run leaves in its folder, and in the registry.
@Suite struct RunFolderTests {
    private static let evaluated = ["eval_dataset=\(Shared.golden("tiny/eval.jsonl"))", "eval_steps=2"]

    @Test func theFolderIsAnAdapterAndItsHistory() throws {
        let tiny = try TinyRun()
        let result = try #require(try tiny.train(Self.evaluated).result)
        #expect(
            try tiny.files("out").filter { !$0.hasPrefix("checkpoint-") } == [
                ".lock", "README.md", "adapter_config.json", "adapter_model.safetensors",
                "chat_template.jinja",
                "events", "loss.svg", "recipe.yaml", "trainer_log.jsonl", "trainer_state.json",
            ])
        let state = try tiny.json("out/trainer_state.json")
        #expect(state["global_step"]?.int == 12 && state["max_steps"]?.int == 12)
        let log = state["log_history"]?.array ?? []
        #expect(log.count { $0["loss"] != nil } == 12)
        #expect(log.count { $0["eval_loss"] != nil } == 6)
        #expect(log.first?["learning_rate"]?.double == 0)
        let lines = try String(decoding: tiny.bytes("out/trainer_log.jsonl"), as: UTF8.self).split(
            separator: "\n")
        #expect(lines.count == 18)
        for line in lines { #expect(try JSON.parse(Array(line.utf8))["total_steps"]?.int == 12) }
        let files = try AdapterFiles.open(tiny.path("out"))
        #expect(files.config.rank == 4 && files.modules.count == 14)
        #expect(files.chatTemplate != nil)
        #expect(SHA256.hex(of: Array(try tiny.bytes("out/adapter_model.safetensors"))) == result.digest)
        let card = String(decoding: try tiny.bytes("out/README.md"), as: UTF8.self)
        #expect(card.hasPrefix("---\nbase_model: \"tiny\"\n") && card.contains(result.digest))
        let svg = String(decoding: try tiny.bytes("out/loss.svg"), as: UTF8.self)
        #expect(svg.contains("<polyline") && svg.contains("<circle") && svg.hasSuffix("</svg>\n"))
    }

    @Test func theWrittenRecipeIsTheRecipe() throws {
        let tiny = try TinyRun()
        _ = try tiny.train(["system=Antworte kurz."])
        let again = try Recipe.load(tiny.path("out/recipe.yaml")).recipe
        #expect(again.digestInput == (try tiny.recipe(["system=Antworte kurz."])).digestInput)
        #expect(FileManager.default.fileExists(atPath: again.data.training[0].path))
    }

    @Test func theBestCheckpointIsKeptAndBecomesTheResult() throws {
        let tiny = try TinyRun()
        // A rate that first learns and then destroys.
        let told = try tiny.train(
            Self.evaluated + [
                "learning_rate=0.3", "lr_scheduler=constant", "warmup_steps=0", "max_steps=24",
                "load_best_model_at_end=true", "save_total_limit=1", "save_steps=0",
            ])
        let best = try #require(told.events.evaluations.min { $0.loss < $1.loss })
        let result = try #require(told.result)
        #expect(result.resultStep == best.step && best.step < 24)
        #expect(result.best == best.loss)
        let kept = try tiny.files("out").filter { $0.hasPrefix("checkpoint-") }
        #expect(Set(kept) == ["checkpoint-\(best.step)", "checkpoint-24"])
        let weights = "adapter_model.safetensors"
        #expect(try tiny.bytes("out/\(weights)") == tiny.bytes("out/checkpoint-\(best.step)/\(weights)"))
        #expect(try tiny.json("out/trainer_state.json")["best_global_step"]?.int == best.step)
    }

    @Test func trainingStopsWhenNothingGetsBetter() throws {
        let tiny = try TinyRun()
        let settings =
            Self.evaluated + [
                "learning_rate=0.3", "lr_scheduler=constant", "warmup_steps=0", "max_steps=60",
                "early_stopping_patience=3",
            ]
        let told = try tiny.train(settings)
        let result = try #require(told.result)
        let best = try #require(told.events.evaluations.min { $0.loss < $1.loss })
        #expect(result.steps == best.step + 6 && result.steps < 60)
        let again = try tiny.train(settings, resumes: true)
        #expect(again.events.steps.isEmpty && again.result?.digest == result.digest)
    }

    @Test func onlySoManyCheckpointsStay() throws {
        let tiny = try TinyRun()
        _ = try tiny.train(["save_steps=3", "save_total_limit=2"])
        #expect(AtomicDirectory(tiny.path("out")).numbers == [9, 12])
    }

    @Test func aFolderWithARunIsLeftAlone() throws {
        let tiny = try TinyRun()
        _ = try tiny.train()
        let before = try tiny.bytes("out/trainer_state.json")
        #expect(throws: TrainingError.runExists(path: tiny.path("out"), step: 12)) { try tiny.train() }
        #expect(try tiny.bytes("out/trainer_state.json") == before)
    }

    @Test func oneProcessAtATimeTrainsIntoAFolder() throws {
        let tiny = try TinyRun()
        let folder = try RunFolder(tiny.path("out"))
        #expect(throws: TrainingError.folderBusy(path: tiny.path("out"))) { try tiny.train() }
        withExtendedLifetime(folder) {}
    }

    @Test func theRegistryKnowsTheRun() throws {
        let tiny = try TinyRun()
        let registry = try Registry(path: tiny.path("registry.sqlite"))
        let recipe = try tiny.recipe(Self.evaluated)
        let first = try TrainingRun(try tiny.setting(recipe), resumes: false, registry: registry) { _ in }
        var steps = 0
        #expect(throws: TrainingInterruption.self) {
            try first.run {
                steps += 1
                return steps == 5
            }
        }
        let stopped = try #require(try registry.runs().first)
        #expect(stopped.state == .stopped && stopped.lastStep == 5)
        withExtendedLifetime(first) {}
    }

    @Test func aRunGoneOnWithIsOneRowOfTheRegistry() throws {
        let tiny = try TinyRun()
        let registry = try Registry(path: tiny.path("registry.sqlite"))
        let recipe = try tiny.recipe(Self.evaluated)
        for stop in [5, 99] {
            let run = try TrainingRun(try tiny.setting(recipe), resumes: true, registry: registry) { _ in }
            var steps = 0
            _ = try? run.run {
                steps += 1
                return steps == stop
            }
        }
        let runs = try registry.runs()
        #expect(runs.count == 1 && runs[0].state == .finished && runs[0].lastStep == 12)
        let rows = try registry.steps(of: runs[0].id)
        #expect(rows.map(\.step) == Array(1...12))
        #expect(rows.count { $0.evalLoss != nil } == 6)
        let adapter = try #require(try registry.adapters().first)
        #expect(adapter.facts.run == runs[0].id && adapter.facts.step == 12)
        #expect(adapter.facts.chatFormat == "chatml")
    }
}
