import Checkpoint
import Foundation
import Model
import Recipes
import Registry

/// A run from its beginning, or from its last whole checkpoint, to its end.
///
/// It owns the run folder: what is in it is whole at every moment, and enough to go
/// on to the same bytes.
public final class TrainingRun {
    let setting: RunSetting
    let folder: RunFolder
    let tell: (TrainingEvent) -> Void
    let ledger: RunLedger
    var trainer: Trainer
    var history: RunHistory
    var reports: RunReports
    /// The step of the newest checkpoint, if there is one.
    var savedStep: Int?

    private var plan: RunPlan { setting.recipe.run }

    /// Makes a run ready: a new one, or one that goes on.
    ///
    /// - Parameter resumes: whether to go on from the newest sound checkpoint, where
    ///   there is one. Otherwise a folder that holds a run already is refused.
    public init(
        _ setting: RunSetting, resumes: Bool, registry: Registry?, tell: @escaping (TrainingEvent) -> Void
    ) throws {
        self.setting = setting
        self.tell = tell
        let shape = try setting.recipe.adapter.shape(on: setting.decoder.config)
        folder = try RunFolder(setting.recipe.run.outputDirectory)
        let checkpoint = resumes ? folder.checkpoints.newest { tell(.damaged($0)) } : nil
        if let checkpoint {
            history = try RunCheckpoint.history(checkpoint, setting.identity)
            let adapter = try Adapter.load(
                try AdapterFiles.open(checkpoint.path), setting.decoder.config, setting.decoder.workers)
            try adapter.check(shape, path: checkpoint.path)
            trainer = Trainer(setting.recipe, setting.data, setting.decoder, adapter)
            try RunCheckpoint.restore(trainer, checkpoint, setting.decoder)
            try folder.checkpoints.removeNewer(than: checkpoint.number)
        } else {
            if folder.holdsRun, !resumes {
                throw TrainingError.runExists(path: folder.path, step: folder.checkpoints.numbers.last)
            }
            history = RunHistory()
            trainer = Trainer(
                setting.recipe, setting.data, setting.decoder, try setting.initialAdapter(shape))
        }
        savedStep = checkpoint?.number
        ledger = RunLedger(registry, setting, folder: folder.path) { tell(.unrecorded($0)) }
        reports = try RunReports(folder, setting, history)
    }

    /// Takes the steps that are left and writes the result.
    ///
    /// - Parameter isStopped: asked after every step; where it says yes, a checkpoint
    ///   is saved and `TrainingInterruption` thrown.
    @discardableResult
    public func run(isStopped: () -> Bool = { false }) throws -> TrainingResult {
        let clock = ContinuousClock()
        let start = clock.now
        tell(.began(after: trainer.step))
        ledger.begin(after: trainer.step)
        do {
            while !trainer.isDone, !history.stoppedEarly {
                try step(clock)
                if isStopped(), !trainer.isDone, !history.stoppedEarly {
                    try save()
                    ledger.end(.stopped)
                    throw TrainingInterruption(
                        path: folder.path, step: trainer.step, steps: trainer.sequence.totalSteps)
                }
            }
            let result = try finish(seconds: (clock.now - start).seconds)
            ledger.end(.finished)
            tell(.finished(result))
            return result
        } catch let error as TrainingInterruption {
            throw error
        } catch {
            ledger.end(.failed)
            throw error
        }
    }

    private func step(_ clock: ContinuousClock) throws {
        let start = clock.now
        let report: StepReport
        do {
            report = try trainer.next()
        } catch TrainingError.notFinite(let step, let quantity, _) {
            throw TrainingError.notFinite(step: step, quantity, saved: savedStep)
        }
        let seconds = (clock.now - start).seconds
        history.add(report)
        tell(.step(report, seconds: seconds))
        ledger.record(report, seconds: seconds)
        if report.step % plan.loggingSteps == 0 || trainer.isDone, let entry = history.logSteps() {
            try reports.log(entry, seconds: seconds, report)
        }
        let isEvaluated = plan.evalSteps > 0 && report.step % plan.evalSteps == 0
        var keeps = plan.saveSteps > 0 && report.step % plan.saveSteps == 0
        if isEvaluated || trainer.isDone, try evaluate(clock) { keeps = true }
        if keeps || trainer.isDone || history.stoppedEarly { try save() }
    }

    /// Evaluates where there is something to; gives whether the result has to be kept.
    private func evaluate(_ clock: ContinuousClock) throws -> Bool {
        let start = clock.now
        let loss: Double
        do {
            guard let found = try trainer.evaluate() else { return false }
            loss = found
        } catch TrainingError.notFinite(let step, let quantity, _) {
            throw TrainingError.notFinite(step: step, quantity, saved: savedStep)
        }
        let seconds = (clock.now - start).seconds
        let isBest = history.logEvaluation(
            loss, examples: setting.data.evaluation?.examples.count ?? 0, seconds: seconds)
        tell(.evaluated(step: trainer.step, loss: loss, isBest: isBest, seconds: seconds))
        ledger.record(evaluation: loss, step: trainer.step, epoch: history.epoch)
        try reports.evaluated(loss, step: trainer.step)
        if let patience = plan.patience, history.sinceBest >= patience, !trainer.isDone {
            history.stoppedEarly = true
            tell(.stoppedEarly(step: trainer.step))
        }
        return isBest && keepsBest
    }

    private var keepsBest: Bool { plan.loadBest || plan.patience != nil }

    private func save() throws {
        if savedStep != trainer.step {
            try RunCheckpoint.save(trainer, history, setting, to: folder.checkpoints)
            savedStep = trainer.step
            tell(.saved(step: trainer.step))
        }
        let best = keepsBest ? history.best?.step : nil
        try folder.checkpoints.prune(
            keeping: plan.saveTotalLimit ?? .max, protecting: Set([best].compactMap { $0 }))
        try reports.plot(history)
    }
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
