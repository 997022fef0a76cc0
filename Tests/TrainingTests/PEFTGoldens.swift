import Checkpoint
import Corpus
import Foundation
import Kernels
import Model
import TestSupport
import Testing

@testable import Training

/// A run that PEFT made, repeated here.
struct PEFTRun {
    let golden: JSON
    let decoder: Decoder
    let adapter: Adapter
    let gradients: Gradients
    let folder: String

    init(_ model: String, _ variant: String, threads: Int = 2) throws {
        folder = Shared.golden("training/" + model)
        golden = try JSON.parse(
            Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(variant).json"))))
        let workers = Workers(count: threads)
        let weights = try DecoderWeights.load(
            try ModelFiles.open(Shared.golden("models/" + model)), workers: workers)
        decoder = Decoder(weights, workers: workers)
        let files = try AdapterFiles.open("\(folder)/\(golden["initial_adapter"]?.string ?? "")")
        adapter = try Adapter.load(files, weights.config, workers)
        gradients = Gradients(of: adapter)
    }

    static func matrix(_ tensor: Tensor) -> Matrix {
        let values = (0..<tensor.elementCount).map { Float(bitPattern: tensor.bytes.integer(at: 4 * $0)) }
        return tensor.shape.count == 1
            ? Matrix(1, tensor.shape[0], values) : Matrix(tensor.shape[0], tensor.shape[1], values)
    }

    var examples: [EncodedExample] {
        (golden["examples"]?.array ?? []).map {
            EncodedExample(
                ids: ($0["ids"]?.array ?? []).map { Int32($0.int ?? 0) },
                trained: ($0["trained"]?.array ?? []).map { $0.int == 1 },
                place: RecordPlace(file: "golden", number: 1))
        }
    }

    /// Loss and gradients of a step's micro-batches; gives the mean loss.
    func accumulate(_ step: JSON, plan: ([EncodedExample]) -> RowPlan = RowPlan.separate) -> Double {
        gradients.clear(decoder.workers)
        let examples = examples
        let batches = (step["examples"]?.array ?? []).map { batch in
            (batch.array ?? []).map { examples[$0.int ?? 0] }
        }
        let targets = batches.joined().reduce(0) { $0 + $1.trainedCount }
        let pass = LossPass(
            decoder,
            smoothing: Float(
                golden["label_smoothing"]?.double ?? golden["run"]?["label_smoothing"]?.double ?? 0))
        var sum = 0.0
        for batch in batches {
            let losses = pass.run(
                plan(batch), adapter: adapter, scale: 1 / Float(targets), into: gradients)
            sum += losses.reduce(0) { $0 + Double($1) }
        }
        return sum / Double(targets)
    }
}

@Suite struct PEFTGoldens {
    /// What PEFT computes with its own adapter, we compute with what we read of it.
    @Test(arguments: runs)
    func adapterAnswersAsInPEFT(_ model: String, _ variant: String) throws {
        let run = try PEFTRun(model, variant)
        let pass = LossPass(run.decoder)
        for text in try #require(run.golden["before"]?.array) {
            let ids = (text["ids"]?.array ?? []).map { Int32($0.int ?? 0) }
            let whole = EncodedExample(
                ids: ids, trained: ids.indices.map { $0 > 0 }, place: RecordPlace(file: "golden", number: 1))
            let losses = pass.evaluate(.separate([whole]), adapter: run.adapter)
            let expected = (text["logprobs"]?.array ?? []).compactMap(\.double)
            #expect(losses.count == expected.count)
            for (loss, golden) in zip(losses, expected) { #expect(abs(Double(loss) + golden) <= 1e-4) }
        }
    }

    static let models = [
        "gemma3-newer", "gemma3-odd-bf16", "llama-scaled-sharded", "llama-tied", "qwen2-tied", "qwen2-untied",
        "qwen3-tied", "qwen3-untied",
    ]
    static let runs: [(String, String)] =
        models.map { ($0, "plain") }
        + ["gemma3-newer", "llama-tied", "qwen2-tied", "qwen3-tied"].flatMap { model in
            ["rslora", "dora", "accumulation", "clipping", "smoothing", "loraplus", "patterns"].map {
                (model, $0)
            }
        }

    @Test(arguments: runs)
    func firstGradients(_ model: String, _ variant: String) throws {
        let run = try PEFTRun(model, variant)
        guard let name = run.golden["gradients"]?.string else { return }
        let step = try #require(run.golden["steps"]?.array?.first)
        _ = run.accumulate(step)
        let expected = try SafetensorsFile.open(run.folder + "/" + name).tensors
        var compared = 0
        for (layer, projection, part) in run.gradients.sum.places {
            let module = "base_model.model." + AdapterShape.module(layer, projection)
            let pairs =
                [("lora_A.weight", part.a), ("lora_B.weight", part.b)]
                + (part.magnitude.map { [("lora_magnitude_vector", $0)] } ?? [])
            for (suffix, matrix) in pairs {
                let tensor = try #require(expected["\(module).\(suffix)"])
                let golden = PEFTRun.matrix(tensor).values
                let error = zip(matrix.values, golden).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
                let size = golden.reduce(0.0) { $0 + pow(Double($1), 2) }
                #expect(error.squareRoot() <= 1e-4 * size.squareRoot() + 1e-12, "\(module).\(suffix)")
                compared += 1
            }
        }
        #expect(compared == expected.count)
    }

    @Test(arguments: runs)
    func losses(_ model: String, _ variant: String) throws {
        let run = try PEFTRun(model, variant)
        let settings = run.golden["run"]
        let peak = try #require(settings?["learning_rate"]?.double)
        var adam = AdamW.Settings()
        adam.weightDecay = run.golden["optimiser"]?["weight_decay"]?.double ?? 0
        adam.clip = settings?["max_grad_norm"]?.double
        adam.plusRatio =
            run.golden["loraplus_lr_ratio"]?.double ?? settings?["loraplus_lr_ratio"]?.double ?? 1
        let shape: LearningRate.Shape =
            switch settings?["schedule"]?.string {
            case "linear": .linear
            case "cosine": .cosine(minimum: 0)
            default: .constant
            }
        let rate = LearningRate(
            peak: peak, shape: shape, warmup: settings?["warmup_steps"]?.int ?? 0,
            total: settings?["max_steps"]?.int ?? 0)
        let optimiser = AdamW(run.gradients, adam, run.decoder.workers)
        var worst = 0.0
        for (index, step) in (run.golden["steps"]?.array ?? []).enumerated() {
            let loss = run.accumulate(step)
            let norm = optimiser.step(rate: rate.rate(index))
            worst = max(worst, abs(loss - (step["loss"]?.double ?? 99)))
            let expected = step["grad_norm"]?.double ?? 99
            #expect(abs(norm - expected) <= 1e-3 * expected)
            #expect(abs(rate.rate(index) - (step["learning_rate"]?.double ?? 9)) < 1e-8)
        }
        print(model, variant, "worst loss difference", worst)
        #expect(worst <= 1e-4)
    }
}
