/// What is trained on, and how it becomes tokens.
public struct DataPlan: Sendable, Equatable {
    /// The training data, read one after the other.
    public var training: [DatasetSource] = []
    /// The evaluation data, read one after the other.
    public var evaluation: [DatasetSource] = []
    /// The part of the training data put aside for evaluation, or none.
    public var validation: ValidationSize?
    /// How many training examples are used, or all.
    public var maxSamples: Int?
    /// The chat format by name, or the checkpoint's own.
    public var chatFormat: String?
    /// The system turn of conversations that have none.
    public var system: String?
    /// The most tokens of an example.
    public var maxLength = 2048
    /// What happens to a longer one.
    public var truncation: LengthPolicy = .refuse

    /// Whether there is anything to evaluate on.
    public var hasEvaluation: Bool { !evaluation.isEmpty || validation != nil }
}

/// How much of the training data is put aside for evaluation.
public enum ValidationSize: Sendable, Equatable {
    /// A share between 0 and 1.
    case share(Double)
    /// A number of examples.
    case count(Int)
}

/// One dataset: a file or folder, its format, and the names of its fields.
public struct DatasetSource: Sendable, Equatable {
    /// The file, or a folder with one file a split.
    public var path: String
    /// The format, or nothing to recognise it from the first record.
    public var format: DataFormat?
    /// Which file of a folder: `train` for `train.jsonl` or `train.json`.
    public var split: String?
    /// The field names that differ from the usual ones.
    public var fields: [DataField: String] = [:]

    /// A dataset at a path, everything else as usual.
    public init(path: String) { self.path = path }
}

/// The shape of a dataset's records.
public enum DataFormat: String, RecipeChoice {
    /// `{"messages": [{"role", "content"}]}`.
    case messages
    /// ShareGPT: `{"conversations": [{"from", "value"}]}`.
    case conversations
    /// `{"prompt", "completion"}`, text or messages.
    case promptCompletion = "prompt_completion"
    /// `{"instruction", "input", "output", "system", "history"}`.
    case alpaca
    /// `{"text"}`.
    case text
    /// `{"context", "question", "answers"}`, flat or nested as SQuAD publishes it.
    case squad

    static var otherNames: [String: Self] {
        [
            "chat_template": .messages, "chat": .messages, "openai": .messages, "sharegpt": .conversations,
            "completions": .promptCompletion, "completion": .text, "pretrain": .text,
        ]
    }
}

/// A field of a record whose name a recipe may change.
public enum DataField: String, RecipeChoice, CaseIterable {
    /// Of chat formats.
    case messages, role, content, train, weight, tools
    /// Of prompt and completion.
    case prompt, completion
    /// Of Alpaca; `system` also of ShareGPT.
    case instruction, input, output, system, history
    /// Of plain text.
    case text
    /// Of questions and answers.
    case context, question, answers
}
