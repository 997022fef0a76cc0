import Foundation
import Testing

@testable import Registry

/// A folder that is gone when the test is.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "hearth-registry-\(UUID().uuidString)"
    var file: String { path + "/deep/registry.sqlite" }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension Registry {
    func someModel(_ digest: String = "abc") throws -> RowID<ModelRow> {
        try register(
            model: "smollm2", path: "/m", digest: digest, family: "llama", parameters: 134_515_008, at: 1)
    }

    func someRun(_ folder: String = "runs/x", model: RowID<ModelRow>? = nil) throws -> RowID<RunRow> {
        try begin(
            RunStart(
                name: "x", model: try model ?? someModel(), recipe: "seed: 1\n", recipeDigest: "r",
                dataDigest: "d", outputDirectory: folder, plannedSteps: 100, started: 1000.5))
    }
}

@Suite struct RegistryTests {
    let folder = TemporaryFolder()

    @Test func aRunKeepsItsFactsAcrossOpenings() throws {
        let id = try Registry(path: folder.file).someRun()
        let registry = try Registry(path: folder.file)
        let run = try registry.run(id)
        #expect(run.start.recipe == "seed: 1\n" && run.start.started == 1000.5)
        #expect(run.state == .running && run.ended == nil && run.lastStep == 0 && run.lastLoss == nil)
        #expect(try registry.runs() == [run])
        try registry.end(id, .finished, at: 2000)
        #expect(try registry.run(id).state == .finished)
        #expect(try registry.run(id).ended == 2000)
    }

    @Test func aModelIsKnownByItsDigest() throws {
        let registry = try Registry(path: folder.file)
        let first = try registry.someModel()
        let moved = try registry.register(
            model: "new name", path: "/n", digest: "abc", family: "llama", parameters: 1, at: 2)
        #expect(moved == first)
        #expect(try registry.model(first).path == "/n")
        #expect(try registry.someModel("other") != first)
        #expect(try registry.models().count == 2)
    }

    @Test func stepsComeBackInOrderAndMerge() throws {
        let registry = try Registry(path: folder.file)
        let run = try registry.someRun()
        var second = StepRow(step: 2, epoch: 0.2)
        (second.loss, second.learningRate, second.gradientNorm) = (1.5, 5e-5, 0.25)
        (second.tokens, second.seconds) = (2000, 1.25)
        try registry.record(second, of: run)
        var first = StepRow(step: 1, epoch: 0.1)
        first.loss = .nan
        try registry.record(first, of: run)
        first.loss = nil
        var evaluated = StepRow(step: 2, epoch: 0.2)
        evaluated.evalLoss = 1.25
        try registry.record(evaluated, of: run)
        second.evalLoss = 1.25
        #expect(try registry.steps(of: run) == [first, second])
        #expect(try registry.run(run).lastStep == 2)
        #expect(try registry.run(run).lastLoss == 1.5)
    }

    @Test func resumingForgetsWhatTheCheckpointDoesNotHave() throws {
        let registry = try Registry(path: folder.file)
        let run = try registry.someRun()
        for step in 1...5 { try registry.record(StepRow(step: step, epoch: 0), of: run) }
        try registry.end(run, .stopped, at: 1)
        try registry.resume(run, after: 3)
        #expect(try registry.steps(of: run).map(\.step) == [1, 2, 3])
        #expect(try registry.run(run).state == .running)
        #expect(try registry.run(run).ended == nil)
    }

    @Test func theLatestRunOfAFolderIsFound() throws {
        let registry = try Registry(path: folder.file)
        _ = try registry.someRun("a")
        let later = try registry.someRun("a")
        _ = try registry.someRun("b")
        #expect(try registry.latestRun(outputDirectory: "a")?.id == later)
        #expect(try registry.latestRun(outputDirectory: "c") == nil)
    }

    @Test func adaptersEvaluationsAndPromotionsHangTogether() throws {
        let registry = try Registry(path: folder.file)
        let model = try registry.someModel()
        let run = try registry.someRun(model: model)
        var facts = AdapterFacts(
            name: "a", run: run, model: model, path: "/a", digest: "1", step: 100, chatFormat: "gemma",
            created: 5)
        let old = try registry.register(facts)
        facts.digest = "2"
        let new = try registry.register(facts)
        #expect(try registry.adapters(of: run).map(\.id) == [new, old])
        #expect(try registry.adapter(new).facts == facts)
        let measured = EvaluationFacts(
            model: model, adapter: new, suite: "german-qa", suiteDigest: "s", metric: "f1", value: 0.5,
            interval: 0.4...0.6, items: 199, report: "/r", created: 6)
        let evaluation = try registry.record(measured)
        #expect(try registry.evaluations(of: new).map(\.facts) == [measured])
        #expect(try registry.evaluations(of: old).isEmpty)
        #expect(try registry.promoted("qa") == nil)
        for (adapter, promoted) in [(old, true), (new, true), (old, false)] {
            _ = try registry.record(
                PromotionFacts(
                    name: "qa", adapter: adapter, incumbent: nil, evaluation: evaluation,
                    promoted: promoted, reason: "p < 0.05", created: 7))
        }
        #expect(try registry.promoted("qa")?.id == new)
        #expect(try registry.promotions(of: "qa").map(\.facts.promoted) == [false, true, true])
    }

    @Test func theSameAdapterIsOneRow() throws {
        let registry = try Registry(path: folder.file)
        var facts = AdapterFacts(
            name: "a", run: nil, model: try registry.someModel(), path: "/a", digest: "1", step: nil,
            chatFormat: nil, created: 5)
        let id = try registry.register(facts)
        facts.path = "/b"
        #expect(try registry.register(facts) == id)
        #expect(try registry.adapter(digest: "1")?.facts.path == "/b")
        #expect(try registry.adapter(digest: "3") == nil)
    }

    @Test func textIsBoundNeverSpliced() throws {
        let registry = try Registry(path: folder.file)
        let text = "x'); DROP TABLE runs; --\u{0}\u{1F4A5}e\u{301}"
        let id = try registry.someRun(text)
        #expect(try registry.run(id).start.outputDirectory.utf8.elementsEqual(text.utf8))
    }

    @Test func aRowThatIsNotThereIsAnError() throws {
        let registry = try Registry(path: folder.file)
        #expect(throws: RegistryError(.noSuch(table: "runs", id: 7), path: folder.file)) {
            try registry.run(RowID(7))
        }
        #expect(throws: RegistryError(.noSuch(table: "runs", id: 7), path: folder.file)) {
            try registry.end(RowID(7), .failed, at: 0)
        }
        #expect(throws: RegistryError(.refused, path: folder.file)) {
            try registry.someRun(model: RowID(7))
        }
        #expect(throws: RegistryError(.refused, path: folder.file)) {
            try registry.record(StepRow(step: 1, epoch: 0), of: RowID(7))
        }
    }

    @Test func aTransactionIsAllOrNothing() throws {
        let registry = try Registry(path: folder.file)
        let run = try registry.someRun()
        #expect(throws: RegistryError.self) {
            try registry.transaction { connection throws(RegistryError) in
                try connection.change("DELETE FROM runs WHERE id = ?", [.integer(run.number)])
                try connection.execute("SELECT nonsense")
            }
        }
        #expect(try registry.runs().count == 1)
    }
}
