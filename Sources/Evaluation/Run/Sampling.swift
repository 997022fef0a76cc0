/// How tokens are drawn: greedily unless a temperature is given.
public struct Sampling: Sendable, Equatable {
    /// 0 takes the likeliest token.
    public var temperature = 0.0
    /// The share of probability kept.
    public var topP = 1.0
    /// How many tokens are kept; 0 keeps all.
    public var topK = 0
    /// The seed of the draws.
    public var seed = 1234

    /// Greedy.
    public init() {}
}
