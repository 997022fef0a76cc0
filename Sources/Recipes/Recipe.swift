/// A training recipe: typed, checked, complete.
///
/// A YAML file and `key=value` arguments flow in; a value in which every key has
/// its meaning flows out. Nothing here knows how training is done. The keys, their
/// other names, defaults and ranges stand in one table (`RecipeKey.all`), from
/// which reading, suggestions, writing and `docs/recipes.md` are all made.
public struct Recipe: Sendable, Equatable {
    /// The base model: a path, or a name under `$HEARTH_HOME/models`.
    public var baseModel = ""
    /// What is trained on, and how it becomes tokens.
    public var data = DataPlan()
    /// Which tokens count.
    public var loss = LossPlan()
    /// The shape of the adapter.
    public var adapter = AdapterPlan()
    /// How examples are put together into steps.
    public var batching = BatchPlan()
    /// The optimiser and its schedule.
    public var optimiser = OptimiserPlan()
    /// What is reported and kept while training.
    public var run = RunPlan()

    /// A recipe in which every key has its default.
    public init() {}
}

/// How long to train.
public enum TrainingLength: Sendable, Equatable {
    /// A number of optimiser steps.
    case steps(Int)
    /// A number of passes over the data; a fraction ends within a pass.
    case epochs(Double)
}

/// Which tokens count towards the loss.
public struct LossPlan: Sendable, Equatable {
    /// Whether every token counts, prompts too.
    public var trainOnInputs = false
    /// Whose turns count.
    public var roles: [TrainedRole] = [.assistant]
    /// Which ends of turn count.
    public var end: TrainedEnd = .turn
    /// Whether only the last turn of a trained role counts.
    public var lastTurnOnly = false
    /// How much of the target's probability is spread over the vocabulary.
    public var labelSmoothing = 0.0
}

/// The LoRA adapter to train.
public struct AdapterPlan: Sendable, Equatable {
    /// A PEFT adapter to start from.
    public var initial: String?
    /// The rank, where no pattern says otherwise.
    public var rank = 16
    /// The numerator of the scale, where no pattern says otherwise.
    public var alpha = 32.0
    /// The probability with which an input of A is dropped.
    public var dropout = 0.0
    /// The projections that get an adapter, in the order of the decoder.
    public var targets = LoRATarget.allCases
    /// Ranks of modules by the end of their name.
    public var rankPattern: [ModulePattern] = []
    /// Alphas of modules by the end of their name.
    public var alphaPattern: [ModulePattern] = []
    /// The layers that get an adapter, or all.
    public var layers: [Int]?
    /// Whether the scale is alpha/√r instead of alpha/r.
    public var rankStabilised = false
    /// Whether the weight is decomposed into magnitude and direction.
    public var decomposed = false
    /// How many times larger the learning rate of B is than that of A (LoRA+).
    public var plusRatio: Double?
}

/// A value for every module whose name ends in `suffix`.
///
/// `q_proj` names that projection in every layer, `layers.0.self_attn.q_proj` one
/// module; among several that fit, the first written wins, as in PEFT.
public struct ModulePattern: Sendable, Equatable {
    /// The end of the module's name, cut at a dot.
    public var suffix: String
    /// The value: a rank (always whole) or an alpha.
    public var value: Double

    /// A value for the modules whose name ends so.
    public init(suffix: String, value: Double) {
        self.suffix = suffix
        self.value = value
    }

    /// Whether a module's full name ends in the suffix, cut at a dot.
    public func matches(_ module: String) -> Bool {
        module == suffix || module.hasSuffix("." + suffix)
    }
}

/// How examples are put together into steps.
public struct BatchPlan: Sendable, Equatable {
    /// Examples in a micro-batch.
    public var size = 8
    /// Micro-batches in an optimiser step.
    public var accumulation = 1
    /// Whether a micro-batch is one list of rows without padding.
    public var packing = false
    /// Whether examples whose tokens begin alike share a computed prefix.
    public var sharedContext = false
    /// The number of steps, if given.
    public var maxSteps: Int?
    /// The number of passes; counts only where `maxSteps` is not given.
    public var epochs = 3.0

    /// What ends training: `max_steps` where given, otherwise `num_epochs`.
    public var length: TrainingLength { maxSteps.map { .steps($0) } ?? .epochs(epochs) }
}

/// The optimiser and its schedule.
public struct OptimiserPlan: Sendable, Equatable {
    /// The optimiser.
    public var kind: Optimiser = .adamw
    /// The highest learning rate.
    public var learningRate = 2e-4
    /// How the learning rate falls.
    public var schedule: Schedule = .linear
    /// The share of the learning rate at which a cosine ends.
    public var minimumRatio = 0.0
    /// How the learning rate rises at the start.
    public var warmup: Warmup = .steps(0)
    /// Decoupled weight decay.
    public var weightDecay = 0.0
    /// The decay of the first moment.
    public var beta1 = 0.9
    /// The decay of the second moment.
    public var beta2 = 0.999
    /// What keeps the division by the second moment finite.
    public var epsilon = 1e-8
    /// The norm to which gradients are clipped; 0 for no clipping.
    public var clip = 1.0
    /// NEFTune's noise on the embeddings, or none.
    public var neftune: Double?
    /// The arithmetic of the frozen base.
    public var precision: Precision = .auto
}

/// How the learning rate rises at the start.
public enum Warmup: Sendable, Equatable {
    /// Over a number of steps.
    case steps(Int)
    /// Over a share of all steps, rounded up as Hugging Face does.
    case ratio(Double)
}

/// What is reported and kept while training.
public struct RunPlan: Sendable, Equatable {
    /// Where the run directory is made.
    public var outputDirectory = ""
    /// What all randomness is a function of.
    public var seed = 42
    /// Steps between two lines of progress.
    public var loggingSteps = 1
    /// Steps between two evaluations; 0 for one at the end.
    public var evalSteps = 0
    /// Steps between two checkpoints; 0 for one at the end.
    public var saveSteps = 500
    /// How many checkpoints are kept, or all.
    public var saveTotalLimit: Int?
    /// Evaluations without a better loss before training stops.
    public var patience: Int?
    /// Whether the best checkpoint becomes the result.
    public var loadBest = false
}
