import Checkpoint
import Corpus
import Recipes
import Text

/// What a recipe trains on and is measured with, as tokens.
///
/// In flow the recipe's datasets and a model's text side; out flow examples, the
/// order they are seen in, and what a person should know about them.
public struct TrainingData: Sendable {
    /// The format conversations are written in, if there is one.
    public let format: ChatFormat?
    /// What is trained on.
    public let training: Dataset
    /// What the evaluation loss is measured on, if anything.
    public let evaluation: Dataset?
    /// The steps of the run.
    public let sequence: BatchSequence
    /// What a person should know.
    public let warnings: [CorpusWarning]

    /// Reads, encodes and checks the datasets of a recipe.
    ///
    /// - Parameter inherited: the format of the adapter the run starts from; it
    ///   comes before the model's own and after one the recipe names.
    public init(_ recipe: Recipe, _ text: TextModel, inherited: ChatFormat? = nil) throws {
        format = try recipe.data.format ?? inherited ?? text.chatFormat
        let encoder = ExampleEncoder(recipe, text.tokenizer, format)
        let all = try Dataset.load(
            recipe.data.training.map(\.source), with: encoder, limit: recipe.data.maxSamples)
        if let part = recipe.data.validation {
            let (rest, aside) = try all.split(part.part, seed: UInt64(recipe.run.seed))
            (training, evaluation) = (rest, aside)
        } else {
            training = all
            evaluation =
                recipe.data.evaluation.isEmpty
                ? nil : try Dataset.load(recipe.data.evaluation.map(\.source), with: encoder)
        }
        sequence = BatchSequence(
            training.examples, mode: recipe.batching.mode, batchSize: recipe.batching.size,
            accumulation: recipe.batching.accumulation, length: recipe.batching.batchLength,
            seed: UInt64(recipe.run.seed))
        var warnings: [CorpusWarning] = []
        if let duplicates = training.duplicates { warnings.append(duplicates) }
        if all.dropped > 0 { warnings.append(.dropped(count: all.dropped, limit: recipe.data.maxLength)) }
        warnings += evaluation?.overlap(with: training) ?? []
        self.warnings = warnings
    }

    /// The digest of everything that is trained on or measured with.
    public var digest: String {
        SHA256.hex(of: Array((training.digest + (evaluation?.digest ?? "")).utf8))
    }
}

extension DataPlan {
    /// The chat format that the recipe names.
    fileprivate var format: ChatFormat? {
        get throws {
            guard let chatFormat else { return nil }
            guard let format = ChatFormat(rawValue: chatFormat) else {
                throw TrainingError.chatFormatUnknown(chatFormat)
            }
            return format
        }
    }
}

extension ExampleEncoder {
    fileprivate init(_ recipe: Recipe, _ tokenizer: any Tokenizer, _ format: ChatFormat?) {
        self.init(tokenizer: tokenizer, chatFormat: format)
        system = recipe.data.system
        maxLength = recipe.data.maxLength
        length =
            switch recipe.data.truncation {
            case .refuse: .refuse
            case .drop: .drop
            case .keepStart: .keepStart
            case .keepEnd: .keepEnd
            }
        mask.everything = recipe.loss.trainOnInputs
        mask.roles = Set(recipe.loss.roles.compactMap { ChatMessage.Role(rawValue: $0.rawValue) })
        mask.end =
            switch recipe.loss.end {
            case .turn: .turn
            case .all: .all
            case .last: .last
            case .none: .none
            }
        mask.lastTurnOnly = recipe.loss.lastTurnOnly
    }
}

extension DatasetSource {
    fileprivate var source: CorpusSource {
        var names = FieldNames()
        for (field, name) in fields {
            if let field = FieldNames.Field(rawValue: field.rawValue) { names[field] = name }
        }
        return CorpusSource(
            path: path, format: format.flatMap { RecordFormat(rawValue: $0.rawValue) }, split: split,
            fields: names)
    }
}

extension ValidationSize {
    fileprivate var part: Dataset.Part {
        switch self {
        case .share(let share): .share(share)
        case .count(let count): .count(count)
        }
    }
}

extension BatchPlan {
    fileprivate var mode: BatchMode { sharedContext ? .sharedContext : packing ? .packed : .shuffled }

    fileprivate var batchLength: BatchLength {
        switch length {
        case .steps(let steps): .steps(steps)
        case .epochs(let epochs): .epochs(epochs)
        }
    }
}
