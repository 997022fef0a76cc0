import Checkpoint
import Corpus
import Foundation
import Kernels
import Model
import Recipes
import TestSupport
import Testing

@testable import Training

/// The steps: what they compute does not depend on how they are laid out.
@Suite struct TrainerTests {
    /// Loss and every gradient of a batch, from passes of at most so many rows.
    private func gradients(
        _ setting: RunSetting, _ numbers: [Int], shared: Bool, rows: Int
    ) throws -> (loss: Double, gradients: [[Float]], rows: Int) {
        let adapter = setting.decoder.newAdapter(
            try setting.recipe.adapter.shape(on: setting.decoder.config), seed: 3)
        // B is zero at first, and then A's gradients are too.
        for (index, place) in adapter.places.enumerated() {
            for row in 0..<place.part.b.rows {
                for column in 0..<place.part.b.columns {
                    place.part.b[row, column] = 0.02 * sin(Float(index + 7 * row + 3 * column))
                }
            }
        }
        let sum = Gradients(of: adapter)
        let pass = LossPass(setting.decoder)
        let examples = setting.data.training.examples
        let targets = numbers.reduce(0) { $0 + examples[$1].trainedCount }
        var loss = 0.0
        var computed = 0
        for (plan, _) in RowPlan.passes(numbers.map { ($0, examples[$0]) }, shared: shared, rows: rows) {
            loss += pass.run(plan, adapter: adapter, scale: 1 / Float(targets), into: sum)
                .reduce(0) { $0 + Double($1) }
            computed += plan.tokens.count
        }
        return (loss / Double(targets), sum.sum.places.flatMap { $0.part.matrices.map(\.values) }, computed)
    }

    @Test(arguments: ["gemma3-newer", "gemma3-older", "llama-tied", "qwen2-tied", "qwen3-untied"])
    func packedAndSharedAndOneByOneAreTheSame(_ model: String) throws {
        let tiny = try TinyRun(model)
        let setting = try tiny.setting(try tiny.recipe())
        let numbers = Array(0..<9)
        let alone = try gradients(setting, numbers, shared: false, rows: 1)
        var worst = 0.0
        for (shared, rows) in [(false, 100_000), (true, 100_000), (true, 500), (false, 300)] {
            let other = try gradients(setting, numbers, shared: shared, rows: rows)
            #expect(abs(other.loss - alone.loss) <= 1e-5 * alone.loss)
            for (a, b) in zip(other.gradients, alone.gradients) {
                let error = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }.squareRoot()
                let size = b.reduce(0.0) { $0 + pow(Double($1), 2) }.squareRoot()
                #expect(error <= 1e-5 * size + 1e-12, "shared \(shared), \(rows) rows at once")
                if size > 0 { worst = max(worst, error / size) }
            }
            if shared { #expect(other.rows * 3 < alone.rows * 2) }
        }
        print(model, "packed, shared, one by one: gradients at most", worst, "apart, relative")
    }

    @Test func accumulatedBatchesAreOneBatch() throws {
        let tiny = try TinyRun()
        let whole = try tiny.train(["batch_size=6", "gradient_accumulation_steps=1"], output: "whole").events
            .steps
        let parts = try tiny.train(["batch_size=2", "gradient_accumulation_steps=3"], output: "parts").events
            .steps
        #expect(whole.count == 12 && parts.count == 12)
        for (a, b) in zip(whole, parts) {
            #expect(abs(a.loss - b.loss) < 1e-3 * a.loss)
            #expect(a.targets == b.targets && a.tokens == b.tokens)
        }
    }

    @Test func sharingContextTrainsFewerRowsForTheSameTokens() throws {
        let tiny = try TinyRun()
        let shared = try tiny.train(["shared_context=true", "batch_size=6"], output: "shared").events.steps
        for step in shared { #expect(step.rows * 3 < step.tokens * 2) }
        #expect((shared.last?.loss ?? 9) < (shared.first?.loss ?? 0))
    }

    @Test func noiseIsAFunctionOfPlace() throws {
        let tiny = try TinyRun()
        let recipe = try tiny.recipe(["lora_dropout=0.5", "neftune_noise_alpha=5"])
        let examples = try tiny.setting(recipe).data.training.examples
        let noise = StepNoise(recipe)
        func rows(_ numbers: [Int], step: Int = 0) -> RowNoise? {
            noise.rows(
                .separate(numbers.map { examples[$0] }), numbers, step: step, examples: examples, hidden: 36)
        }
        let both = try #require(rows([3, 5]))
        let first = try #require(rows([3]))
        let second = try #require(rows([5]))
        #expect(both.keys == first.keys + second.keys)
        #expect(Set(both.keys).count == both.keys.count)
        #expect(rows([3], step: 1)?.keys != first.keys)
        let reach = Float(5 / (Double(examples[3].ids.count) * 36).squareRoot())
        #expect(first.embeddingReach == Array(repeating: reach, count: examples[3].rows))
        #expect(
            StepNoise(try tiny.recipe()).rows(
                .separate([examples[0]]), [0], step: 0, examples: examples, hidden: 36) == nil)
    }

    @Test func aLossThatIsNoNumberStopsBeforeAnythingChanges() throws {
        let tiny = try TinyRun()
        // Each step multiplies the adapter by about a hundred.
        let recipe = try tiny.recipe([
            "learning_rate=10", "weight_decay=10", "warmup_steps=0", "lr_scheduler=constant", "max_steps=60",
            "lora_alpha=1e6", "save_steps=1",
        ])
        let run = try TrainingRun(try tiny.setting(recipe), resumes: false, registry: nil) { _ in }
        do {
            try run.run()
            Issue.record("the run should not have ended well")
        } catch TrainingError.notFinite(let step, _, let saved) {
            #expect(step > 1 && saved == step - 1)
            #expect(AtomicDirectory(tiny.path("out")).newest()?.number == saved)
            #expect(try !tiny.files("out").contains("adapter_config.json"))
        }
    }

    @Test func theDumpIsTheOrderOfTraining() throws {
        let tiny = try TinyRun()
        let setting = try tiny.setting(try tiny.recipe(["gradient_accumulation_steps=2", "batch_size=3"]))
        let steps = try tiny.train(["gradient_accumulation_steps=2", "batch_size=3"]).events.steps
        for step in steps {
            let planned = setting.data.sequence.step(step.step - 1)
            let lines = BatchDump.lines(of: planned, setting.data.training.examples).split(separator: 10)
            #expect(lines.count == planned.microBatches.joined().count)
            var targets = 0
            var tokens = 0
            for line in lines {
                let value = try JSON.parse(Array(line))
                #expect(value["step"]?.int == step.step)
                targets += (value["trained"]?.array ?? []).reduce(0) { $0 + ($1.int ?? 0) }
                tokens += value["ids"]?.array?.count ?? 0
            }
            #expect(targets == step.targets && tokens == step.tokens)
        }
    }
}
