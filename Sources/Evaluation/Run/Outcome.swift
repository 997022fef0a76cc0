import Checkpoint
import Foundation

/// An item and what the model answered.
struct Outcome: Sendable {
    let item: Item
    let response: Response
    /// The share of the best score a judge gave, where one was asked and answered sensibly.
    var judged: Double?

    enum Response: Sendable {
        case choice([ContinuationScore], alone: [ContinuationScore]?)
        case loglikelihood(ContinuationScore)
        case generated(GeneratedText)
        case rolling(Double)
    }

    /// The choices' scores, where the item has choices.
    var choice: ChoiceScore? {
        guard case .choice(let scores, let alone) = response, case .choice(let choice) = item.work
        else { return nil }
        return ChoiceScore(
            logprobs: scores.map(\.logprob), choices: choice.choices, gold: choice.gold,
            unconditional: alone?.map(\.logprob))
    }

    /// The answer as it is scored: white space around it gone.
    var answer: String? {
        guard case .generated(let text) = response else { return nil }
        return text.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    var references: [String] {
        if case .generate(_, let references) = item.work { references } else { [] }
    }

    /// How sure the model was: the chosen choice's probability among all, or the
    /// mean probability of the tokens it wrote.
    var confidence: Double? {
        switch response {
        case .choice: choice?.probabilities.max()
        case .generated(let text):
            text.logprob.flatMap { logprob in
                logprob.isFinite ? min(1, exp(logprob / Double(max(1, text.tokens)))) : nil
            }
        default: nil
        }
    }
}

/// Answers that mean "I cannot say".
struct Abstention: Sendable {
    private let phrases: [[CodePoints.Word]]
    private let rules: AnswerRules

    init(_ phrases: [String], rules: AnswerRules) {
        self.rules = rules == .verbatim ? .squad : rules
        self.phrases = phrases.map(self.rules.words)
    }

    /// Whether an answer says nothing, or one of the phrases and nothing else.
    func isMeant(by answer: String) -> Bool {
        let words = rules.words(answer)
        return words.isEmpty || phrases.contains(words)
    }
}
