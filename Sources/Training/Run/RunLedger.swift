import Checkpoint
import Foundation
import Registry

/// Notes a run in the registry.
///
/// The files of the run are the truth and the registry only finds them, so a
/// registry that cannot be written is told of once, and training goes on.
final class RunLedger {
    private var registry: Registry?
    private let setting: RunSetting
    private let folder: String
    private let complain: (RegistryError) -> Void
    private var model: RowID<ModelRow>?
    private var run: RowID<RunRow>?

    init(
        _ registry: Registry?, _ setting: RunSetting, folder: String,
        complain: @escaping (RegistryError) -> Void
    ) {
        self.registry = registry
        self.setting = setting
        self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        self.complain = complain
    }

    /// Notes that the run begins, or goes on after a step.
    func begin(after step: Int) {
        note { registry throws(RegistryError) in
            let config = setting.decoder.config
            let model = try registry.register(
                model: setting.base.name, path: setting.base.path, digest: setting.base.digest,
                family: config.family.rawValue, parameters: Int64(config.parameterCount), at: now)
            self.model = model
            if step > 0, let earlier = try registry.latestRun(outputDirectory: folder),
                earlier.start.recipeDigest == setting.identity.recipeDigest,
                earlier.start.dataDigest == setting.identity.dataDigest
            {
                run = earlier.id
                try registry.resume(earlier.id, after: step)
                return
            }
            run = try registry.begin(
                RunStart(
                    name: folder.split(separator: "/").last.map { String($0) } ?? folder, model: model,
                    recipe: setting.recipe.yaml, recipeDigest: setting.identity.recipeDigest,
                    dataDigest: setting.identity.dataDigest, outputDirectory: folder,
                    plannedSteps: setting.data.sequence.totalSteps, started: now))
        }
    }

    /// Notes a step.
    func record(_ report: StepReport, seconds: Double) {
        var row = StepRow(step: report.step, epoch: report.epoch)
        row.loss = report.loss
        row.learningRate = report.learningRate
        row.gradientNorm = report.gradientNorm
        row.tokens = report.tokens
        row.seconds = seconds
        record(row)
    }

    /// Notes an evaluation.
    func record(evaluation loss: Double, step: Int, epoch: Double) {
        var row = StepRow(step: step, epoch: epoch)
        row.evalLoss = loss
        record(row)
    }

    /// Notes the adapter that came out.
    func register(_ result: TrainingResult) {
        note { registry throws(RegistryError) in
            guard let model, let run else { return }
            _ = try registry.register(
                AdapterFacts(
                    name: folder.split(separator: "/").last.map { String($0) } ?? folder, run: run,
                    model: model, path: folder, digest: result.digest, step: result.resultStep,
                    chatFormat: setting.data.format?.rawValue, created: now))
        }
    }

    /// Notes how the run ended.
    func end(_ state: RunState) {
        note { registry throws(RegistryError) in
            if let run { try registry.end(run, state, at: now) }
        }
    }

    private func record(_ row: StepRow) {
        note { registry throws(RegistryError) in
            if let run { try registry.record(row, of: run) }
        }
    }

    private func note(_ body: (Registry) throws(RegistryError) -> Void) {
        guard let registry else { return }
        do throws(RegistryError) {
            try body(registry)
        } catch {
            complain(error)
            self.registry = nil
        }
    }

    private var now: Double { Date().timeIntervalSince1970 }
}
