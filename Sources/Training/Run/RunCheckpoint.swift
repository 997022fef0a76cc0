import Checkpoint
import Model
import Recipes
import Text

/// What a checkpoint holds: the adapter, the optimiser's moments and the history.
enum RunCheckpoint {
    static let stateName = "trainer_state.json"
    static let optimiserName = "optimizer.safetensors"

    /// Saves everything that is needed to go on, whole or not at all.
    static func save(
        _ trainer: Trainer, _ history: RunHistory, _ run: RunSetting, to checkpoints: AtomicDirectory
    ) throws {
        var facts = run.identity.facts
        facts["step"] = .integer(Int64(trainer.step))
        facts["seed"] = .integer(Int64(run.recipe.run.seed))
        try checkpoints.save(trainer.step, facts: facts) { (draft) throws(CheckpointError) in
            try AdapterFiles.write(
                run.adapterConfig, modules: trainer.adapter.modules, chatTemplate: run.chatTemplate,
                to: &draft)
            try SafetensorsWriter.write(trainer.optimiser.tensors, to: &draft, name: optimiserName)
            try draft.add(stateName, bytes: history.serialised(plan: run.figures))
        }
    }

    /// The history of a checkpoint; throws where the checkpoint belongs to another run.
    static func history(_ checkpoint: SavedCheckpoint, _ identity: RunIdentity) throws -> RunHistory {
        guard let earlier = RunIdentity(checkpoint.facts) else {
            throw TrainingError.checkpointLacks(path: checkpoint.path, "what it says of its run")
        }
        if let change = identity.change(from: earlier) {
            throw TrainingError.resumeDiffers(path: checkpoint.path, change)
        }
        let file = try MappedFile(path: try path(stateName, in: checkpoint))
        guard let history = RunHistory(file.bytes), history.step == checkpoint.number else {
            throw TrainingError.checkpointLacks(path: checkpoint.path, stateName)
        }
        return history
    }

    /// Puts the optimiser of a trainer, whose adapter is the checkpoint's, back where it was.
    static func restore(_ trainer: Trainer, _ checkpoint: SavedCheckpoint, _ decoder: Decoder) throws {
        let file = try SafetensorsFile.open(try path(optimiserName, in: checkpoint))
        do {
            try trainer.optimiser.take(file.tensors, decoder.workers)
        } catch {
            throw TrainingError.checkpointLacks(path: checkpoint.path, error.name)
        }
        trainer.resume(after: checkpoint.number)
    }

    private static func path(_ file: String, in checkpoint: SavedCheckpoint) throws -> String {
        guard checkpoint.files.contains(file) else {
            throw TrainingError.checkpointLacks(path: checkpoint.path, file)
        }
        return checkpoint.path(of: file)
    }
}

/// What stays the same through a run.
public struct RunSetting {
    /// The recipe.
    public let recipe: Recipe
    /// The examples.
    public let data: TrainingData
    /// The model.
    public let decoder: Decoder
    /// What decides the result.
    public let identity: RunIdentity
    /// The base model as the recipe names it, and what is known of it.
    public let base: BaseModel
    /// The chat template that goes with the adapter.
    public let chatTemplate: String?

    /// A run of a recipe on a model.
    public init(
        _ recipe: Recipe, _ data: TrainingData, _ decoder: Decoder, _ base: BaseModel, chatTemplate: String?
    ) {
        self.recipe = recipe
        self.data = data
        self.decoder = decoder
        self.base = base
        self.chatTemplate = chatTemplate
        identity = RunIdentity(
            recipe, data, baseDigest: base.digest, precision: decoder.weights.precision)
    }

    var adapterConfig: AdapterConfig { recipe.adapter.adapterConfig(baseModel: base.name) }

    var figures: RunFigures {
        let steps = data.sequence.totalSteps
        return RunFigures(
            evalSteps: recipe.run.evalSteps, loggingSteps: recipe.run.loggingSteps,
            saveSteps: recipe.run.saveSteps, totalSteps: steps,
            epochs: (steps + data.sequence.stepsPerEpoch - 1) / data.sequence.stepsPerEpoch,
            batchSize: recipe.batching.size)
    }
}

/// What is known of a base model.
public struct BaseModel: Sendable, Equatable {
    /// The name in the recipe.
    public let name: String
    /// Where it is.
    public let path: String
    /// The digest of its files.
    public let digest: String

    /// A base model.
    public init(name: String, path: String, digest: String) {
        (self.name, self.path, self.digest) = (name, path, digest)
    }
}
