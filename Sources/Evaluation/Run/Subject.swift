import Checkpoint

/// The thing that is evaluated: a model, an adapter on it, or a stand-in in a test.
///
/// A subject gets all the requests of a task in one call and may order and batch
/// them as it likes; each answer is handed back through `finished` with the
/// place of its request as soon as it is known, so that a stopped evaluation
/// keeps what it has. `finished` throws where keeping fails, and the call then
/// ends with that error. A subject answers every request once or throws.
public protocol Subject: Sendable {
    /// The name that tables and files show.
    var name: String { get }

    /// What must be equal for two evaluations to be of the same thing: paths or
    /// digests of the model and its adapter, the chat format, the precision.
    var identity: [(key: String, value: String)] { get }

    /// The log-probabilities of continuations after their contexts.
    ///
    /// Requests come in an order that puts equal beginnings next to each other:
    /// the choices of an item are one request, and the few-shot examples of a
    /// task are the same text at the start of every context. What is really
    /// shared is for the subject to decide, on tokens. Context and continuation
    /// are tokenised together, as one text, and cut where the context alone
    /// ends; an empty context stands for the beginning-of-text token.
    func score(
        _ requests: [ScoreRequest],
        finished: (_ place: Int, _ scores: [ContinuationScore]) throws -> Void
    ) async throws

    /// Answers to prompts.
    func generate(
        _ requests: [GenerateRequest],
        finished: (_ place: Int, _ answer: GeneratedText) throws -> Void
    ) async throws

    /// The log-probability of whole texts, the beginning-of-text token before
    /// them, in windows where a text is longer than the context.
    func rolling(
        _ texts: [String],
        finished: (_ place: Int, _ logprob: Double) throws -> Void
    ) async throws
}

/// What a model is shown before it answers.
public enum Prompt: Sendable, Equatable {
    /// Text as it is.
    case text(String)
    /// Turns that go through the model's chat format, the generation prompt after them.
    case turns([Turn])

    /// One turn of a conversation.
    public struct Turn: Sendable, Equatable {
        /// Who speaks.
        public enum Role: String, Sendable {
            /// The instructions.
            case system
            /// The person.
            case user
            /// The model.
            case assistant
        }
        /// Who speaks.
        public let role: Role
        /// What is said.
        public let content: String

        /// A turn.
        public init(_ role: Role, _ content: String) {
            self.role = role
            self.content = content
        }
    }
}

/// One context and the continuations to be scored after it.
public struct ScoreRequest: Sendable, Equatable {
    /// What comes before; it never ends in white space, which belongs to the continuations.
    public let context: Prompt
    /// What is scored, at least one, none empty.
    public let continuations: [String]

    /// A request.
    public init(context: Prompt, continuations: [String]) {
        self.context = context
        self.continuations = continuations
    }
}

/// How likely one continuation is.
public struct ContinuationScore: Sendable, Equatable {
    /// The sum of its tokens' log-probabilities, natural logarithm.
    public let logprob: Double
    /// Whether each of its tokens is the likeliest there.
    public let isGreedy: Bool
    /// How many tokens it has.
    public let tokens: Int

    /// A score.
    public init(logprob: Double, isGreedy: Bool, tokens: Int) {
        self.logprob = logprob
        self.isGreedy = isGreedy
        self.tokens = tokens
    }
}

/// One answer to be written.
public struct GenerateRequest: Sendable, Equatable {
    /// What the model is shown.
    public let prompt: Prompt
    /// Texts that end the answer and are not part of it.
    public let stops: [String]
    /// The most tokens it may write.
    public let maxTokens: Int
    /// How tokens are drawn.
    public let sampling: Sampling
    /// A JSON schema the answer must fit, where the task has one.
    public let schema: JSON?

    /// A request.
    public init(
        prompt: Prompt, stops: [String] = [], maxTokens: Int = 256, sampling: Sampling = Sampling(),
        schema: JSON? = nil
    ) {
        self.prompt = prompt
        self.stops = stops
        self.maxTokens = maxTokens
        self.sampling = sampling
        self.schema = schema
    }
}

/// An answer a model wrote.
public struct GeneratedText: Sendable, Equatable {
    /// The answer, without the stop that ended it.
    public let text: String
    /// How many tokens were written.
    public let tokens: Int
    /// The sum of their log-probabilities, where the subject knows it: the
    /// answer's confidence is its mean token's probability.
    public var logprob: Double?
    /// Whether it ended by itself or at a stop; otherwise at the limit of tokens.
    public var isFinished = true
    /// How long it took, where the subject measured it.
    public var timing: Timing?

    /// How long an answer took.
    public struct Timing: Sendable, Equatable {
        /// Tokens of the prompt.
        public let promptTokens: Int
        /// Seconds until the first token was there.
        public let firstToken: Double
        /// Seconds from the first token to the last.
        public let rest: Double

        /// Seconds for a prompt and an answer.
        public init(promptTokens: Int, firstToken: Double, rest: Double) {
            self.promptTokens = promptTokens
            self.firstToken = firstToken
            self.rest = rest
        }
    }

    /// An answer.
    public init(_ text: String, tokens: Int) {
        self.text = text
        self.tokens = tokens
    }
}
