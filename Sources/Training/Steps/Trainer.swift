import Corpus
import Kernels
import Model
import Recipes

/// Takes the steps of a run, one after the other.
///
/// It knows no files: examples and an adapter flow in, each step moves the adapter
/// and tells what it found. What a step does is a function of its number, the
/// adapter and the optimiser's moments, which is what makes a run resumable.
public final class Trainer {
    /// What is trained.
    public let adapter: Adapter
    /// The steps there are.
    public let sequence: BatchSequence
    /// How many steps were taken.
    public private(set) var step = 0

    let optimiser: AdamW
    private let decoder: Decoder
    private let training: [EncodedExample]
    private let evaluation: [EncodedExample]
    private let rate: LearningRate
    private let noise: StepNoise
    private let shares: Bool
    private let gradients: Gradients
    private let pass: LossPass
    /// The steps of the epoch that was last asked for.
    private var epoch: (number: Int, steps: [TrainingStep])?

    /// A trainer before its first step.
    public init(_ recipe: Recipe, _ data: TrainingData, _ decoder: Decoder, _ adapter: Adapter) {
        self.adapter = adapter
        self.decoder = decoder
        sequence = data.sequence
        training = data.training.examples
        evaluation = data.evaluation?.examples ?? []
        rate = recipe.optimiser.rate(steps: sequence.totalSteps)
        noise = StepNoise(recipe)
        shares = recipe.batching.sharedContext
        gradients = Gradients(of: adapter)
        pass = LossPass(decoder, smoothing: Float(recipe.loss.labelSmoothing))
        optimiser = AdamW(
            gradients, recipe.optimiser.settings(plusRatio: recipe.adapter.plusRatio), decoder.workers)
    }

    /// Whether all steps were taken.
    public var isDone: Bool { step >= sequence.totalSteps }

    /// Goes on after a step, with the optimiser as it was then.
    func resume(after step: Int) {
        self.step = step
        optimiser.step = step
    }

    /// Takes the next step; traps after the last.
    ///
    /// A loss or gradient that is not finite throws before anything is changed.
    public func next() throws -> StepReport {
        precondition(!isDone, "a step of the run")
        let planned = planned(step)
        let targets = planned.microBatches.joined().reduce(0) { $0 + training[$1].trainedCount }
        gradients.clear(decoder.workers)
        var sum = 0.0
        var rows = 0
        for batch in planned.microBatches {
            let examples = batch.map { (number: $0, example: training[$0]) }
            for (plan, numbers) in RowPlan.passes(examples, shared: shares) {
                let noise = noise.rows(
                    plan, numbers, step: step, examples: training, hidden: decoder.config.hiddenSize)
                let losses = pass.run(
                    plan, adapter: adapter, noise: noise, scale: 1 / Float(targets), into: gradients)
                sum += losses.reduce(0) { $0 + Double($1) }
                rows += plan.tokens.count
            }
        }
        let loss = sum / Double(targets)
        guard loss.isFinite else {
            throw TrainingError.notFinite(step: step + 1, .loss, saved: nil)
        }
        let norm = optimiser.gradientNorm()
        guard norm.isFinite else {
            throw TrainingError.notFinite(step: step + 1, .gradient, saved: nil)
        }
        let rate = rate.rate(step)
        optimiser.step(rate: rate, norm: norm)
        step += 1
        return StepReport(
            step: step, epoch: planned.progress, loss: loss, learningRate: rate, gradientNorm: norm,
            tokens: planned.microBatches.joined().reduce(0) { $0 + training[$1].ids.count }, rows: rows,
            targets: targets)
    }

    /// The mean loss over all targets of the evaluation data, or nothing where there is none.
    public func evaluate() throws -> Double? {
        if evaluation.isEmpty { return nil }
        var sum = 0.0
        var targets = 0
        // Neighbours of a file often share their context.
        for from in stride(from: 0, to: evaluation.count, by: 16) {
            let examples = (from..<min(from + 16, evaluation.count)).map { ($0, evaluation[$0]) }
            for (plan, _) in RowPlan.passes(examples, shared: shares) {
                sum += pass.evaluate(plan, adapter: adapter).reduce(0) { $0 + Double($1) }
                targets += plan.targets.count
            }
        }
        let loss = sum / Double(targets)
        guard loss.isFinite else {
            throw TrainingError.notFinite(step: step, .evaluation, saved: nil)
        }
        return loss
    }

    /// One forward and backward pass whose gradients count for nothing.
    func rehearse(_ plan: RowPlan) {
        gradients.clear(decoder.workers)
        _ = pass.run(plan, adapter: adapter, scale: 1 / Float(plan.targets.count), into: gradients)
    }

    private func planned(_ step: Int) -> TrainingStep {
        let number = step / sequence.stepsPerEpoch
        if let epoch, epoch.number == number { return epoch.steps[step % sequence.stepsPerEpoch] }
        let steps = sequence.epoch(number)
        epoch = (number, steps)
        return steps[step % sequence.stepsPerEpoch]
    }
}

/// What one step found.
public struct StepReport: Sendable, Equatable {
    /// The step, counted from 1.
    public let step: Int
    /// How much of the data was seen, in passes.
    public let epoch: Double
    /// The mean loss of the step's targets.
    public let loss: Double
    /// The rate it was taken with.
    public let learningRate: Double
    /// The norm of the gradient before any cut.
    public let gradientNorm: Double
    /// The tokens of its examples.
    public let tokens: Int
    /// The rows that were computed for them.
    public let rows: Int
    /// The predictions that counted.
    public let targets: Int
}
