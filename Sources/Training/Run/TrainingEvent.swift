import Checkpoint
import Registry

/// What a run tells while it goes on.
public enum TrainingEvent {
    /// It begins, or goes on after a step.
    case began(after: Int)
    /// A checkpoint that is newer than the one taken is damaged and was passed over.
    case damaged(CheckpointError)
    /// A step was taken in so many seconds.
    case step(StepReport, seconds: Double)
    /// The evaluation loss after a step.
    case evaluated(step: Int, loss: Double, isBest: Bool, seconds: Double)
    /// A checkpoint was saved.
    case saved(step: Int)
    /// Nothing got better for as many evaluations as the recipe allows.
    case stoppedEarly(step: Int)
    /// The run cannot be noted in the registry; it goes on.
    case unrecorded(RegistryError)
    /// It is done.
    case finished(TrainingResult)
}

/// How a run ended.
public struct TrainingResult: Sendable, Equatable {
    /// The folder with the adapter.
    public let path: String
    /// The steps taken.
    public let steps: Int
    /// The step whose adapter is the result.
    public let resultStep: Int
    /// The mean loss of all steps.
    public let meanLoss: Double
    /// The loss of the latest evaluation, if there was one.
    public let evaluation: Double?
    /// The best evaluation's loss, if there was one.
    public let best: Double?
    /// The seconds this process trained.
    public let seconds: Double
    /// SHA-256 of `adapter_model.safetensors`.
    public let digest: String
}

/// The run was asked to stop; it saved a checkpoint and can go on.
public struct TrainingInterruption: Error, Sendable, Equatable {
    /// The folder of the run.
    public let path: String
    /// The step it stopped after.
    public let step: Int
    /// The steps there are.
    public let steps: Int
}
