import Foundation

/// One multiple-choice item after scoring: which choice each rule would take.
///
/// The arithmetic is lm-evaluation-harness's, to the last digit: `acc` takes the
/// largest log-probability, `acc_norm` the largest per code point of the choice,
/// `acc_bytes` the largest per UTF-8 byte, the delimiter before the choice not
/// counted; the first of equals wins. Choices are not empty and
/// log-probabilities not NaN: who loads items and scores them sees to that.
struct ChoiceScore: Sendable {
    let logprobs: [Double]
    let choices: [String]
    /// The right choices; most items have one.
    let gold: [Int]
    /// Log-probabilities of the choices without their question, where a task asks for them.
    let unconditional: [Double]?

    init(logprobs: [Double], choices: [String], gold: [Int], unconditional: [Double]? = nil) {
        precondition(!choices.isEmpty && logprobs.count == choices.count)
        precondition(unconditional == nil || unconditional?.count == choices.count)
        self.logprobs = logprobs
        self.choices = choices
        self.gold = gold
        self.unconditional = unconditional
    }

    /// The choice with the largest log-probability.
    var choice: Int { Self.first(logprobs) }

    /// The choice with the largest log-probability per code point.
    var choiceByCharacters: Int {
        Self.first(zip(logprobs, choices).map { $0 / Double($1.unicodeScalars.count) })
    }

    /// The choice with the largest log-probability per UTF-8 byte.
    var choiceByBytes: Int {
        Self.first(zip(logprobs, choices).map { $0 / Double($1.utf8.count) })
    }

    /// The choice whose log-probability the question raised most, or nothing
    /// where the choices were not scored alone.
    var choiceByInformation: Int? {
        unconditional.map { alone in Self.first(zip(logprobs, alone).map { $0 - $1 }) }
    }

    func isRight(_ choice: Int) -> Bool { gold.contains(choice) }

    /// The choices' probabilities among themselves.
    var probabilities: [Double] {
        let largest = logprobs.max() ?? 0
        let weights = logprobs.map { exp($0 - largest) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// How far the best choice is ahead of the second, in nats.
    var margin: Double {
        let sorted = logprobs.sorted(by: >)
        return sorted.count < 2 ? .infinity : sorted[0] - sorted[1]
    }

    private static func first(_ values: [Double]) -> Int {
        var best = 0
        for place in values.indices where values[place] > values[best] { best = place }
        return best
    }
}
