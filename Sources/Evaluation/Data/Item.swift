import Checkpoint

/// One thing a task asks, ready to be put to a model.
struct Item: Sendable {
    /// The place of its row among the task's rows.
    let id: Int
    /// The row, for the samples file and for people.
    let document: JSON
    /// The right answer as the task's target gives it.
    let target: JSON
    /// Items of one group share a context.
    var group: String?
    /// What an extracted string must be found in.
    var source: String?
    let work: Work

    enum Work: Sendable {
        case choice(Choice)
        case loglikelihood(Prompt, continuation: String)
        case generate(Prompt, references: [String])
        case rolling(String)
    }

    struct Choice: Sendable {
        let context: Prompt
        let continuations: [String]
        /// The choices without the delimiter, as the length rules count them.
        let choices: [String]
        let gold: [Int]
        /// The context that says nothing, for the choices alone.
        var unconditional: Prompt?
        /// A context for each choice, where they differ: the sentence up to the gap, filled in each way.
        var contexts: [Prompt]?

        /// What comes before a choice.
        func context(of place: Int) -> Prompt { contexts?[place] ?? context }

        /// What is asked: all choices after one context, or each after its own; with the first one's place.
        var requests: [(first: Int, request: ScoreRequest)] {
            guard let contexts else { return [(0, ScoreRequest(moving: context, continuations))] }
            return contexts.enumerated().map { place, context in
                (place, ScoreRequest(moving: context, [continuations[place]]))
            }
        }
    }
}

extension ScoreRequest {
    /// A request with the white space that ends the context moved to the
    /// continuations, where tokenisers and lm-evaluation-harness have it.
    init(moving context: Prompt, _ continuations: [String]) {
        guard case .text(let text) = context else {
            self.init(context: context, continuations: continuations)
            return
        }
        let scalars = text.unicodeScalars
        guard let last = scalars.lastIndex(where: { !CodePoints.isSpace($0) }) else {
            self.init(context: .text(""), continuations: continuations.map { text + $0 })
            return
        }
        let end = scalars.index(after: last)
        let tail = String(scalars[end...])
        self.init(
            context: .text(String(scalars[..<end])), continuations: continuations.map { tail + $0 })
    }
}
