/// Why a recipe cannot be used, and where.
public struct RecipeError: Error, Sendable, Equatable {
    /// Where the fault was written.
    public let place: YAMLPlace
    /// What is wrong.
    public let problem: Problem

    /// A problem at a place.
    public init(_ problem: Problem, at place: YAMLPlace) {
        self.problem = problem
        self.place = place
    }

    /// What can be wrong with a recipe.
    public enum Problem: Sendable, Equatable {
        /// There is no such file.
        case noSuchFile
        /// The path is a folder, or the file may not be read.
        case unreadable(isFolder: Bool)
        /// The text is not YAML that Hearth reads.
        case yaml(YAMLError.Problem)
        /// The document is not a mapping of keys.
        case notKeys(found: String)
        /// An argument that is not `key=value`.
        case notAnOverride
        /// An argument names a key below one that takes no mapping.
        case notNested(key: String)
        /// A key that is neither Hearth's nor known from elsewhere.
        case unknownKey(String, suggestion: String?)
        /// A key of another tool that would change the result; what to write instead.
        case unsupported(key: String, value: String, advice: String)
        /// One setting given twice, under two of its names.
        case givenTwice(key: String, first: String, firstLine: Int)
        /// A key that has to be there.
        case missing(key: String)
        /// A value that is not of the kind the key takes.
        case wrongKind(key: String, found: String, wanted: ValueKind)
        /// A value of the right kind beyond its range.
        case outOfRange(key: String, found: String, wanted: ValueKind)
        /// A name that is not among the choices.
        case notAChoice(key: String, found: String, choices: [String], suggestion: String?)
        /// LoRA on a matrix that Hearth keeps frozen.
        case frozenTarget(String)
        /// Two settings that cannot both hold.
        case conflict(RecipeConflict)
    }
}

/// Two settings that exclude each other.
public enum RecipeConflict: Sendable, Equatable {
    /// Both lay out a batch.
    case packingAndSharedContext
    /// Branches would see different prefixes.
    case sharedContextAndDropout
    /// Noise would make the members of a group see different prefixes.
    case sharedContextAndNeftune
    /// Both say how long the warm-up is.
    case warmupStepsAndRatio(firstLine: Int)
    /// Evaluation data is named twice over.
    case evalDatasetAndValidationSize
    /// A key that needs evaluation data, and there is none.
    case noEvaluationData(key: String)
    /// Stopping early is decided between evaluations during training.
    case patienceWithoutEvalSteps
    /// Only a cosine ends at a share of the rate.
    case minimumRatioWithoutCosine(schedule: String)
    /// The warm-up is longer than the training.
    case warmupBeyondEnd(warmup: Int, steps: Int)
    /// A loss over all tokens leaves nothing to choose.
    case inputsAndMask(key: String)
}

/// What kind of value a key takes, as documentation and messages tell it.
public enum ValueKind: Sendable, Equatable {
    /// A whole number in a range.
    case whole(ClosedRange<Int>)
    /// A number within bounds.
    case number(Bounds)
    /// Yes or no.
    case flag
    /// Any text.
    case text
    /// A path.
    case path
    /// One of some names.
    case choice([String])
    /// One name or a list of names.
    case choices([String])
    /// A list of whole numbers.
    case layers
    /// A mapping from module names to numbers.
    case pattern(ClosedRange<Int>)
    /// A share below 1 or a number of examples.
    case size
    /// A path, a mapping, or a list of these.
    case dataset
}

/// The bounds of a number.
public struct Bounds: Sendable, Equatable {
    /// The smallest value.
    public let lower: Double
    /// The largest value.
    public let upper: Double
    /// Whether the smallest value itself is allowed.
    public let includesLower: Bool
    /// Whether the largest value itself is allowed.
    public let includesUpper: Bool

    /// Whether a number lies within.
    public func contains(_ value: Double) -> Bool {
        (includesLower ? value >= lower : value > lower)
            && (includesUpper ? value <= upper : value < upper)
    }

    static func from(_ lower: Double, to upper: Double) -> Bounds {
        Bounds(lower: lower, upper: upper, includesLower: true, includesUpper: true)
    }
    static func from(_ lower: Double, below upper: Double) -> Bounds {
        Bounds(lower: lower, upper: upper, includesLower: true, includesUpper: false)
    }
    static func above(_ lower: Double, to upper: Double) -> Bounds {
        Bounds(lower: lower, upper: upper, includesLower: false, includesUpper: true)
    }
}

/// Something a person should know about a recipe that is good all the same.
public enum RecipeNote: Sendable, Equatable {
    /// A key of another tool that changes nothing here.
    case ignored(key: String, reason: String)
    /// Both were given; the steps count.
    case maxStepsWins(steps: Int, epochs: Double)
    /// `constant` warms up here when a warm-up is given.
    case constantWarmsUp
}
