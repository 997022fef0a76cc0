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

    /// A run on a real model, its adapter made by the golden's formula.
    init(
        real model: String, at path: String, threads: Int = 2, precision: Precision = .float32
    ) throws {
        folder = Shared.golden("real")
        golden = try JSON.parse(
            Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(model)-training.json"))))
        let workers = Workers(count: threads)
        let weights = try DecoderWeights.load(
            try ModelFiles.open(path), precision: precision, workers: workers)
        decoder = Decoder(weights, workers: workers)
        let rank = try #require(golden["adapter"]?["r"]?.int)
        let alpha = try #require(golden["adapter"]?["lora_alpha"]?.int)
        let part = AdapterShape.Part(rank: rank, scale: Float(alpha) / Float(rank))
        let layer = Dictionary(uniqueKeysWithValues: Projection.allCases.map { ($0, part) })
        adapter = decoder.newAdapter(
            AdapterShape(layers: Array(repeating: layer, count: weights.config.layerCount)), seed: 0)
        gradients = Gradients(of: adapter)
        for (layer, projection, part) in adapter.places {
            let number = UInt32(14 * layer + 2 * projection.rawValue)
            part.a.copy(from: Self.start(number, part.a.rows, part.a.columns, scale: 0.1))
            part.b.copy(from: Self.start(number + 1, part.b.rows, part.b.columns, scale: 0.02))
        }
    }

    /// The tensor of a number by the formula of `make_real_training_goldens.py`.
    private static func start(_ number: UInt32, _ rows: Int, _ columns: Int, scale: Double) -> Matrix {
        Matrix(
            rows, columns,
            (0..<UInt32(rows * columns)).map { element in
                var h = element &+ 2_654_435_769 &* (number + 1)
                h ^= h >> 16
                h &*= 2_246_822_507
                h ^= h >> 13
                h &*= 3_266_489_909
                h ^= h >> 16
                return Float((Double(h) / 4_294_967_296 - 0.5) * scale)
            })
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

    /// Repeats every step; gives the largest difference of a loss from PEFT's.
    ///
    /// Norms are compared relative to their size, rates as they are.
    func worstLoss() throws -> Double {
        let settings = golden["run"]
        var adam = AdamW.Settings()
        adam.weightDecay = golden["optimiser"]?["weight_decay"]?.double ?? 0
        adam.clip = settings?["max_grad_norm"]?.double
        adam.plusRatio = golden["loraplus_lr_ratio"]?.double ?? settings?["loraplus_lr_ratio"]?.double ?? 1
        let shape: LearningRate.Shape =
            switch settings?["schedule"]?.string {
            case "linear": .linear
            case "cosine": .cosine(minimum: 0)
            default: .constant
            }
        let rate = LearningRate(
            peak: try #require(settings?["learning_rate"]?.double), shape: shape,
            warmup: settings?["warmup_steps"]?.int ?? 0, total: settings?["max_steps"]?.int ?? 0)
        let optimiser = AdamW(gradients, adam, decoder.workers)
        let steps = try #require(golden["steps"]?.array)
        try #require(steps.count >= 10)
        var worst = 0.0
        for (index, step) in steps.enumerated() {
            let loss = accumulate(step)
            let norm = optimiser.step(rate: rate.rate(index))
            worst = max(worst, abs(loss - (step["loss"]?.double ?? 99)))
            let expected = step["grad_norm"]?.double ?? 99
            #expect(abs(norm - expected) <= 1e-3 * expected)
            #expect(abs(rate.rate(index) - (step["learning_rate"]?.double ?? 9)) < 1e-8)
        }
        return worst
    }

    /// The largest difference of a log-probability from those the golden tells.
    func worstScore(_ key: String) throws -> Double {
        let pass = LossPass(decoder)
        var worst = 0.0
        for text in try #require(golden[key]?.array) {
            let ids = (text["ids"]?.array ?? []).map { Int32($0.int ?? 0) }
            let whole = EncodedExample(
                ids: ids, trained: ids.indices.map { $0 > 0 }, place: RecordPlace(file: "golden", number: 1))
            let losses = pass.evaluate(.separate([whole]), adapter: adapter)
            let expected = (text["logprobs"]?.array ?? []).compactMap(\.double)
            try #require(losses.count == expected.count)
            worst = zip(losses, expected).reduce(worst) { max($0, abs(Double($1.0) + $1.1)) }
        }
        return worst
    }
}
