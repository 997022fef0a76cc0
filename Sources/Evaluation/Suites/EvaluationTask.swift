import Checkpoint

/// One task of a suite: where its items come from, what is asked, how answers are scored.
public struct EvaluationTask: Sendable {
    /// The task's name, unique in its suite.
    public let name: String
    /// The version a suite's author raises whenever scores stop being comparable.
    public let version: String
    /// What the model is asked for.
    public let kind: OutputKind

    /// The JSON schema its answers must fit, where it has one: not every engine can see to every one.
    public var schema: JSON? { generation.schema }

    /// Whether its prompts are conversations: not every model has a format for them.
    public var isChat: Bool { prompt.chat }

    let data: DataSource
    let prompt: PromptShape
    let fewshot: Fewshot
    let generation: GenerationSettings
    let metrics: [MetricSpec]
    /// Items of one group share a context and are not independent.
    let groupBy: Template?
    let judge: JudgeSpec?
    /// How many requests go to the model at once; nothing for all of them.
    let batch: Int?

    /// Where items are read from.
    struct DataSource: Sendable {
        let path: String
        let format: DataFormat
        /// New names for fields: the name a template uses, and the path it stands for.
        var fields: [(name: String, path: [String])] = []
        /// Rows with anything in this field are left out.
        var skipIf: [String]?
    }

    /// How an item becomes a prompt and a target.
    struct PromptShape: Sendable {
        var description: Template?
        var text: Template
        var target: Template?
        var choices: Choices?
        /// The labels a target may name instead of a place among the choices.
        var labels: Choices?
        /// What an extracted string must be found in.
        var source: Template?
        var targetDelimiter = " "
        var fewshotDelimiter = "\n\n"
        /// Whether the prompt goes through the model's chat format.
        var chat = false
        var system: Template?
        /// Answers that mean "I cannot say".
        var abstain: [String] = []
    }

    /// Texts of a row: each written as a template, or the elements of a field.
    enum Choices: Sendable {
        case written([Template])
        case field(Template)
    }

    struct Fewshot: Sendable {
        var count = 0
        /// Where the examples come from; the task's own data where there is none.
        var path: String?
        /// Examples drawn anew for each item with this seed; the first ones where there is none.
        var seed: Int?
    }

    struct GenerationSettings: Sendable {
        var until: [String] = []
        var maxTokens = 256
        var sampling = Sampling()
        var schema: JSON?
    }
}

/// A file of tasks that belong together.
public struct Suite: Sendable {
    /// The suite's name.
    public let name: String
    /// The file it was read from.
    public let path: String
    /// Its tasks, in the order of the file.
    public let tasks: [EvaluationTask]
    /// The file's text: two evaluations are the same only where it is.
    let bytes: [UInt8]
}
