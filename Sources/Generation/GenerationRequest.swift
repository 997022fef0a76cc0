import Model

/// One text to be continued.
public struct GenerationRequest {
    /// The tokens that stand already; at least one.
    public var prompt: [Int32]
    /// How many tokens the answer has at most.
    public var maxTokens: Int
    /// Tokens that end the answer; they are not part of it.
    public var stops: Set<Int32>
    /// How tokens are chosen.
    public var sampling: Sampling
    /// The adapter the text goes through.
    public var adapter: Adapter?
    /// For each new token, how many of the likeliest are told with it; nothing
    /// means no log-probabilities at all.
    public var alternatives: Int?
    /// Tell the prompt's own tokens first, the first of them without a
    /// log-probability; their alternatives are as for new tokens.
    public var scoresPrompt = false
    /// Tell the stop token too that ends the answer.
    public var tellsStop = false
    /// What the answer's bytes must look like.
    public var constraint: Constraint?

    /// A request with the usual values.
    public init(
        prompt: [Int32], maxTokens: Int, stops: Set<Int32> = [], sampling: Sampling = Sampling(),
        adapter: Adapter? = nil, alternatives: Int? = nil
    ) {
        precondition(!prompt.isEmpty && maxTokens >= 0)
        self.prompt = prompt
        self.maxTokens = maxTokens
        self.stops = stops
        self.sampling = sampling
        self.adapter = adapter
        self.alternatives = alternatives
    }
}

/// A token of an answer.
public struct GeneratedToken: Sendable, Equatable {
    /// The token.
    public let token: Int32
    /// Its log-probability before sampling's filters, where it was asked for.
    public let logProbability: Float?
    /// The likeliest tokens with theirs, where they were asked for.
    public let alternatives: [TokenProbability]
}

/// A token and its log-probability.
public struct TokenProbability: Sendable, Equatable {
    /// The token.
    public let token: Int32
    /// Its log-probability.
    public let logProbability: Float
}

/// Why an answer ended.
public enum FinishReason: Sendable, Equatable {
    /// A stop token came, or whoever listens had enough.
    case stop
    /// The answer reached its length, or the text the end of the context.
    case length
    /// It was cancelled.
    case cancelled
}

/// What a step of the engine has to tell about one request.
public enum GenerationEvent: Sendable, Equatable {
    /// A new token.
    case token(GeneratedToken)
    /// Nothing more will come.
    case finished(FinishReason)
}
