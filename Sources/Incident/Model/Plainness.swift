/// Words that a summary must not have: guesses, and alarm.
enum Plainness {
    private static let guesses: Set<String> = [
        "probably", "might", "maybe", "perhaps", "possibly", "presumably", "likely", "suspect", "suspected",
        "guess",
        "guessing", "speculate", "speculation", "apparently", "hopefully", "seemingly", "unlikely",
        "allegedly",
    ]
    private static let alarm: Set<String> = [
        "catastrophic", "disaster", "disastrous", "terrible", "panic", "horrible", "nightmare", "blame",
        "fault",
    ]

    /// The words to take out, in order.
    static func offending(_ text: String) -> [String] {
        Words.list(text).filter { guesses.contains($0) || alarm.contains($0) }
    }
}
