/// Why a run cannot begin, go on or end well.
///
/// Facts only; the sentence is made at the edge.
public enum TrainingError: Error, Sendable, Equatable {
    /// A chat format of a name that is none.
    case chatFormatUnknown(String)
    /// A layer to be adapted beyond the model's last.
    case layerBeyond(Int, layers: Int)
    /// A rank or alpha for modules of which there is none.
    case patternMatchesNothing(String)
    /// The adapter to start from is not of the shape that the recipe says.
    case initialAdapterDiffers(path: String, module: String, Difference)
    /// There is a run in the output folder already; the newest step it has, if any.
    case runExists(path: String, step: Int?)
    /// Another process trains into the folder.
    case folderBusy(path: String)
    /// The checkpoint to go on from belongs to other data, another model or another recipe.
    case resumeDiffers(path: String, Change)
    /// A sound checkpoint that lacks what its run would need.
    case checkpointLacks(path: String, String)
    /// The loss or the gradient of a step is infinite or no number.
    case notFinite(step: Int, Quantity, saved: Int?)

    /// How an adapter's module differs from the recipe's.
    public enum Difference: Sendable, Equatable {
        /// The recipe adapts it, the adapter does not.
        case absent
        /// The adapter adapts it, the recipe does not.
        case surplus
        /// Its rank.
        case rank(expected: Int, found: Int)
        /// Its scale.
        case scale(expected: Float, found: Float)
        /// Whether it has a magnitude.
        case magnitude(expected: Bool)
    }

    /// What changed since a checkpoint was saved.
    public enum Change: Sendable, Equatable {
        /// Keys of the recipe that decide the result.
        case recipe(keys: [String])
        /// The examples, as tokens and masks.
        case data
        /// The base model's files.
        case base
        /// In what numbers products are computed.
        case precision(saved: String, now: String)
    }

    /// What was not finite.
    public enum Quantity: Sendable, Equatable {
        /// The loss.
        case loss
        /// The gradient.
        case gradient
        /// The evaluation loss.
        case evaluation
    }
}
