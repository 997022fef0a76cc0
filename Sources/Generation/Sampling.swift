/// How the next token is chosen.
///
/// The order is transformers': penalties and bias, temperature, top-k, top-p,
/// min-p. A temperature of zero takes the most likely token, and of equals the
/// one with the lowest number.
public struct Sampling: Sendable, Equatable {
    /// What logits are divided by; 0 is greedy.
    public var temperature: Double = 1
    /// Only so many of the likeliest tokens; 0 is no limit.
    public var topK: Int = 0
    /// Only the likeliest tokens that together reach this probability.
    public var topP: Double = 1
    /// Only tokens at least so likely in proportion to the likeliest.
    public var minP: Double = 0
    /// Divides (or multiplies, below zero) logits of tokens already in the text.
    public var repetitionPenalty: Double = 1
    /// Subtracted from logits of tokens already in the answer.
    public var presencePenalty: Double = 0
    /// Subtracted once for each time a token is already in the answer.
    public var frequencyPenalty: Double = 0
    /// Added to the logits of single tokens.
    public var bias: [Int32: Float] = [:]
    /// The seed of all draws.
    public var seed: UInt64 = 0

    /// The usual values.
    public init() {}

    /// Greedy decoding.
    public static var greedy: Sampling {
        var sampling = Sampling()
        sampling.temperature = 0
        return sampling
    }

    /// Whether logits are changed before one is chosen.
    var adjusts: Bool {
        repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0 || !bias.isEmpty
    }
}
