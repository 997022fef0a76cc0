import Checkpoint
import Foundation
import Model
import Recipes

extension TrainingRun {
    /// Writes the result into the run folder, the adapter's configuration last.
    func finish(seconds: Double) throws -> TrainingResult {
        var adapter = trainer.adapter
        var step = trainer.step
        if setting.recipe.run.loadBest, let best = history.best, best.step != trainer.step {
            let checkpoint = try folder.checkpoints.open(best.step)
            adapter = try Adapter.load(
                try AdapterFiles.open(checkpoint.path), setting.decoder.config, setting.decoder.workers)
            step = best.step
        }
        var output = try PlainFolder(folder.path)
        try output.add(RunCheckpoint.stateName, bytes: history.serialised(plan: setting.figures))
        try AdapterFiles.write(
            setting.adapterConfig, modules: adapter.modules, chatTemplate: setting.chatTemplate, to: &output)
        let weights = try MappedFile(path: folder.path + "/adapter_model.safetensors")
        let result = TrainingResult(
            path: folder.path, steps: trainer.step, resultStep: step, meanLoss: history.meanLoss,
            evaluation: history.latestEvaluation, best: history.best?.loss, seconds: seconds,
            digest: SHA256.hex(of: weights.bytes))
        try reports.finish(history, result)
        ledger.register(result)
        return result
    }
}

extension RunSetting {
    /// The adapter before the first step: new, or the one the recipe names.
    func initialAdapter(_ shape: AdapterShape) throws -> Adapter {
        guard let path = recipe.adapter.initial else {
            return decoder.newAdapter(shape, seed: StepNoise.seed(of: recipe, stream: 1))
        }
        let adapter = try Adapter.load(try AdapterFiles.open(path), decoder.config, decoder.workers)
        try adapter.check(shape, path: path)
        return adapter
    }
}
