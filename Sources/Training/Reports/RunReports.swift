import Checkpoint
import Foundation
import Recipes

/// What a run writes for people and their tools while it goes on.
struct RunReports {
    private let folder: RunFolder
    private let setting: RunSetting
    private let lines: GrowingFile
    private let events: EventFile
    private let begun = Date()
    private let firstStep: Int

    /// Begins the files, or goes on after what the history has.
    init(_ folder: RunFolder, _ setting: RunSetting, _ history: RunHistory) throws {
        self.folder = folder
        self.setting = setting
        firstStep = history.step
        try folder.write("recipe.yaml", setting.recipe.withWholePaths.yaml)
        let kept = (folder.read("trainer_log.jsonl") ?? "").split(separator: "\n").filter { line in
            guard let step = (try? JSON.parse(Array(line.utf8)))?["current_steps"]?.int else { return false }
            return step <= history.step
        }
        lines = try GrowingFile(
            folder.path + "/trainer_log.jsonl", beginning: Array(kept.map { $0 + "\n" }.joined().utf8))
        events = try EventFile(try folder.events(after: history.step), after: history.step)
    }

    /// An entry of the log as a line of `trainer_log.jsonl`.
    func log(_ entry: JSONObject, seconds: Double, _ report: StepReport) throws {
        let total = setting.data.sequence.totalSteps
        let elapsed = Date().timeIntervalSince(begun)
        let left = elapsed / Double(report.step - firstStep) * Double(total - report.step)
        try lines.append(
            Self.line([
                "current_steps": .integer(Int64(report.step)), "total_steps": .integer(Int64(total)),
                "loss": entry["loss"] ?? .null, "lr": entry["learning_rate"] ?? .null,
                "grad_norm": entry["grad_norm"] ?? .null, "epoch": entry["epoch"] ?? .null,
                "percentage": .number((Double(report.step) / Double(total) * 10000).rounded() / 100),
                "elapsed_seconds": .number(elapsed), "remaining_seconds": .number(left),
                "tokens_per_second": .number(Double(report.tokens) / max(seconds, 1e-9)),
            ]))
        try events.add(
            [
                ("train/loss", entry["loss"]?.double ?? .nan), ("train/learning_rate", report.learningRate),
                ("train/grad_norm", report.gradientNorm), ("train/epoch", report.epoch),
                ("train/tokens_per_second", Double(report.tokens) / max(seconds, 1e-9)),
            ], step: report.step)
    }

    /// An evaluation as a line of `trainer_log.jsonl`.
    func evaluated(_ loss: Double, step: Int) throws {
        try lines.append(
            Self.line([
                "current_steps": .integer(Int64(step)),
                "total_steps": .integer(Int64(setting.data.sequence.totalSteps)), "eval_loss": .number(loss),
            ]))
        try events.add([("eval/loss", loss)], step: step)
    }

    /// Draws the loss as it stands.
    func plot(_ history: RunHistory) throws {
        let curves = history.curves
        let title = "\(setting.base.name): loss over \(setting.data.sequence.totalSteps) steps"
        try folder.write(
            "loss.svg",
            LossPlot(title: title, training: curves.training, evaluation: curves.evaluation).svg)
    }

    /// Writes the model card.
    func finish(_ history: RunHistory, _ result: TrainingResult) throws {
        try plot(history)
        try folder.write("README.md", ModelCard(setting: setting, history: history, result: result).text)
    }

    private static func line(_ object: JSONObject) -> [UInt8] {
        JSON.object(object).serialised() + [UInt8(ascii: "\n")]
    }
}

extension Recipe {
    /// The recipe with paths that mean the same from any folder.
    ///
    /// What is no path, such as the name of a model at home, stays as it is.
    var withWholePaths: Recipe {
        func whole(_ path: String) -> String {
            guard FileManager.default.fileExists(atPath: path) else { return path }
            return URL(fileURLWithPath: path).standardizedFileURL.path
        }
        var recipe = self
        recipe.baseModel = whole(baseModel)
        recipe.adapter.initial = adapter.initial.map(whole)
        for at in data.training.indices { recipe.data.training[at].path = whole(data.training[at].path) }
        for at in data.evaluation.indices {
            recipe.data.evaluation[at].path = whole(data.evaluation[at].path)
        }
        return recipe
    }
}
