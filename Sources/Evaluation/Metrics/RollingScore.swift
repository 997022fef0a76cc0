import Foundation

/// The log-probability of whole texts, and what it is measured against.
///
/// Sums add up, so that a corpus is the sum of its texts; the ratios are taken
/// of sums, as lm-evaluation-harness does, never averaged over texts. Words are
/// what lies between runs of white space, an empty edge counted, as there.
struct RollingScore: Sendable, Equatable {
    var logprob: Double
    var words: Int
    var bytes: Int

    init(logprob: Double, words: Int, bytes: Int) {
        self.logprob = logprob
        self.words = words
        self.bytes = bytes
    }

    init(logprob: Double, text: String) {
        self.init(logprob: logprob, words: Self.words(in: text), bytes: text.utf8.count)
    }

    static func + (left: Self, right: Self) -> Self {
        Self(
            logprob: left.logprob + right.logprob, words: left.words + right.words,
            bytes: left.bytes + right.bytes)
    }

    var bitsPerByte: Double { -(logprob / Double(bytes)) / log(2) }

    private static func words(in text: String) -> Int {
        var runs = 0
        var wasSpace = false
        for scalar in text.unicodeScalars {
            let isSpace = CodePoints.isSpace(scalar)
            if isSpace, !wasSpace { runs += 1 }
            wasSpace = isSpace
        }
        return runs + 1
    }
}
