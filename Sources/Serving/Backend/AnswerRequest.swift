import Checkpoint

/// One thing to generate from: prompt, rules and how much is wanted.
///
/// Contract: every number has been checked against its range and the prompt
/// against the context length before a backend sees it.
public struct AnswerRequest: Sendable {
    /// The request's id, for logs.
    public let id: String
    /// The model's or adapter's name.
    public let model: String
    /// The prompt, never empty.
    public let prompt: [Int32]
    /// How many independent answers.
    public var choices = 1
    /// Most new tokens in each answer; 0 only where the prompt alone is wanted.
    public var maximumTokens: Int
    /// How tokens are drawn.
    public var sampling = SamplingRules()
    /// Texts that end an answer; they are not part of it.
    public var stops: [String] = []
    /// Go on after the model says it is done.
    public var ignoresEnd = false
    /// Report log-probabilities with this many alternatives; `nil` for none.
    public var logProbabilities: Int?
    /// Report the log-probabilities of the prompt's own tokens first.
    public var scoresPrompt = false
    /// What every answer must look like.
    public var format = OutputFormat.text

    /// A request with the defaults for everything else.
    public init(id: String, model: String, prompt: [Int32], maximumTokens: Int) {
        self.id = id
        self.model = model
        self.prompt = prompt
        self.maximumTokens = maximumTokens
    }
}

/// How the next token is drawn.
public struct SamplingRules: Sendable, Equatable {
    /// 0 takes the likeliest token.
    public var temperature = 1.0
    /// The smallest set of tokens with at least this probability.
    public var topP = 1.0
    /// The likeliest so many tokens; 0 takes all.
    public var topK = 0
    /// Tokens at least this likely, relative to the likeliest.
    public var minP = 0.0
    /// Subtracted once for a token that has been generated.
    public var presencePenalty = 0.0
    /// Subtracted for each time a token has been generated.
    public var frequencyPenalty = 0.0
    /// Divides the logits of tokens already seen; 1 does nothing.
    public var repetitionPenalty = 1.0
    /// Added to the logits of single tokens.
    public var logitBias: [Int32: Float] = [:]
    /// Decides every draw, together with choice and position.
    public var seed: UInt64 = 0

    /// Plain sampling from the model's distribution.
    public init() {}
}

/// What an answer must look like.
public enum OutputFormat: Sendable, Equatable {
    case text
    /// Any JSON object.
    case jsonObject
    /// JSON that validates against the schema.
    case jsonSchema(JSON)
}

/// What is turned into tokens.
public enum Prompt: Sendable, Equatable {
    /// Plain text, begun the way the model begins a text where `special` is set.
    case text(String, special: Bool)
    /// A conversation, up to where the assistant speaks.
    case chat([ChatTurn], tools: [ToolDefinition])

    /// How much text it is, about.
    var bytes: Int {
        switch self {
        case .text(let text, _): text.utf8.count
        case .chat(let turns, _): turns.reduce(0) { $0 + $1.content.utf8.count }
        }
    }
}

/// One message of a conversation.
public struct ChatTurn: Sendable, Equatable {
    /// Who speaks.
    public enum Role: String, Sendable, CaseIterable {
        case system, developer, user, assistant, tool
    }

    /// Who speaks.
    public var role: Role
    /// What is said; parts of text have been joined.
    public var content: String
    /// The calls an assistant made.
    public var toolCalls: [ToolCall]
    /// The call a tool's message answers.
    public var toolCallID: String?
    /// The speaker's or tool's name.
    public var name: String?

    /// A message from its parts.
    public init(
        role: Role, content: String, toolCalls: [ToolCall] = [], toolCallID: String? = nil,
        name: String? = nil
    ) {
        self.role = role
        self.content = content
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
        self.name = name
    }
}

/// A function the model may call.
public struct ToolDefinition: Sendable, Equatable {
    /// Letters, digits, `_` and `-`.
    public let name: String
    /// What it does.
    public let description: String?
    /// A JSON Schema of its arguments; an empty object takes anything.
    public let parameters: JSON
    /// Whether only calls whose arguments keep to that schema are calls.
    public let isStrict: Bool

    /// A tool from its parts.
    public init(name: String, description: String?, parameters: JSON, isStrict: Bool = false) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.isStrict = isStrict
    }
}

/// A call of a function.
public struct ToolCall: Sendable, Equatable {
    /// The call's id.
    public let id: String
    /// The function's name.
    public let name: String
    /// The arguments, as JSON text.
    public let arguments: String

    /// A call from its parts.
    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}
