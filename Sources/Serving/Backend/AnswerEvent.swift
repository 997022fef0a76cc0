/// News of one generation, in order.
public enum AnswerEvent: Sendable, Equatable {
    /// Out of the queue; `cachedTokens` of the prompt need not be computed.
    case started(queued: Duration, cachedTokens: Int)
    /// The prompt's tokens with their log-probabilities, when `scoresPrompt`
    /// asked for them; the first token has none.
    case prompt([ScoredToken])
    /// More of one answer.
    case piece(choice: Int, AnswerPiece)
    /// One answer is complete.
    case finished(choice: Int, AnswerEnd)
}

/// Why an answer ended.
public enum AnswerEnd: String, Sendable, Equatable {
    case stop, length
}

/// A step of one answer.
///
/// Contract: every token the model drew is in exactly one step, the one that ends
/// the answer too: that step has no text, one token and, where scores are asked
/// for, its score with no bytes. Why: lm-eval takes off the last score as the one
/// generated token's, whatever that token was.
public struct AnswerPiece: Sendable, Equatable {
    /// Text that is certain: whole characters, and no beginning of a stop. May be empty.
    public let text: String
    /// How many tokens this step made.
    public let tokens: Int
    /// Those tokens with log-probabilities, when asked for.
    public let scores: [ScoredToken]

    /// A step from its parts.
    public init(text: String, tokens: Int = 1, scores: [ScoredToken] = []) {
        self.text = text
        self.tokens = tokens
        self.scores = scores
    }
}

/// A token, how likely it was, and what else could have stood there.
public struct ScoredToken: Sendable, Equatable {
    /// A token that could have stood there.
    public struct Alternative: Sendable, Equatable {
        /// The bytes it adds to the text.
        public let bytes: [UInt8]
        /// Its log-probability.
        public let logProbability: Float

        /// An alternative from its parts.
        public init(bytes: [UInt8], logProbability: Float) {
            self.bytes = bytes
            self.logProbability = logProbability
        }
    }

    /// The bytes the token adds to the text.
    public let bytes: [UInt8]
    /// Its log-probability; nothing for the first token of a prompt.
    public let logProbability: Float?
    /// The likeliest tokens there, likeliest first.
    public let alternatives: [Alternative]

    /// A scored token from its parts.
    public init(bytes: [UInt8], logProbability: Float?, alternatives: [Alternative] = []) {
        self.bytes = bytes
        self.logProbability = logProbability
        self.alternatives = alternatives
    }
}
