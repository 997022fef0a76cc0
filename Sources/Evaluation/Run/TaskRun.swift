import Checkpoint

/// Puts one task's open items to the subject and hands back their outcomes.
struct TaskRun {
    let task: EvaluationTask
    let subject: any Subject
    let items: [Item]

    /// Every outcome, as soon as it is known; in which order is the subject's affair.
    func run(_ finished: (Outcome) throws -> Void) async throws {
        guard let batch = task.batch else { return try await run(items, finished) }
        for start in stride(from: 0, to: items.count, by: batch) {
            try await run(Array(items[start..<min(start + batch, items.count)]), finished)
        }
    }

    private func run(_ items: [Item], _ finished: (Outcome) throws -> Void) async throws {
        var open = Set(items.map(\.id))
        let keep: (Outcome) throws -> Void = { outcome in
            open.remove(outcome.item.id)
            try finished(outcome)
            try Task.checkCancellation()
        }
        switch task.kind {
        case .choice, .loglikelihood: try await score(items, keep)
        case .generate: try await generate(items, keep)
        case .rolling: try await rolling(items, keep)
        }
        if let first = open.min() { throw RunError.unanswered(task: task.name, item: first) }
    }

    // MARK: Likelihoods

    private struct Part {
        let item: Item
        let isAlone: Bool
        /// The place of its first continuation among the item's.
        var first = 0
        let request: ScoreRequest
    }

    /// The scores of one item's choices, as they come in.
    private struct Gathering {
        var scores: [ContinuationScore?]
        var alone: [ContinuationScore?]?

        init(_ choice: Item.Choice, needsAlone: Bool) {
            scores = choice.continuations.map { _ in nil }
            alone = needsAlone && choice.unconditional != nil ? scores : nil
        }

        mutating func take(_ scores: [ContinuationScore], _ part: Part) {
            for (place, score) in scores.enumerated() {
                if part.isAlone {
                    alone?[part.first + place] = score
                } else {
                    self.scores[part.first + place] = score
                }
            }
        }

        /// The item's answer, where all of it is known.
        var response: Outcome.Response? {
            let known = scores.compactMap(\.self)
            let knownAlone = alone?.compactMap(\.self)
            guard known.count == scores.count, knownAlone?.count == alone?.count else { return nil }
            return .choice(known, alone: knownAlone)
        }
    }

    private func score(_ items: [Item], _ keep: (Outcome) throws -> Void) async throws {
        let needsAlone = task.metrics.contains { $0.kind == .accMutualInfo }
        var parts: [Part] = []
        for item in items {
            switch item.work {
            case .choice(let choice):
                for (first, request) in choice.requests {
                    parts.append(Part(item: item, isAlone: false, first: first, request: request))
                }
                if needsAlone, let alone = choice.unconditional {
                    parts.append(
                        Part(
                            item: item, isAlone: true,
                            request: ScoreRequest(moving: alone, choice.continuations)))
                }
            case .loglikelihood(let context, let continuation):
                parts.append(
                    Part(
                        item: item, isAlone: false, request: ScoreRequest(moving: context, [continuation])))
            case .generate, .rolling: continue
            }
        }
        // Equal beginnings stand next to each other, so that the subject can share them.
        let keyed = parts.map { (key: Array($0.request.context.text.utf8), part: $0) }
        parts = keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.part)
        var gathered: [Int: Gathering] = [:]
        try await subject.score(parts.map(\.request)) { place, scores in
            let part = parts[place]
            try check(scores, part)
            guard case .choice(let choice) = part.item.work else {
                return try keep(Outcome(item: part.item, response: .loglikelihood(scores[0])))
            }
            let id = part.item.id
            gathered[id, default: Gathering(choice, needsAlone: needsAlone)].take(scores, part)
            guard let response = gathered[id]?.response else { return }
            gathered[id] = nil
            try keep(Outcome(item: part.item, response: response))
        }
    }

    /// A logarithm of a probability, a little rounding above one allowed for.
    private static func isPossible(_ logprob: Double) -> Bool { logprob.isFinite && logprob < 0.001 }

    private func check(_ scores: [ContinuationScore], _ part: Part) throws(RunError) {
        let wanted = part.request.continuations.count
        guard scores.count == wanted else {
            throw .wrongCount(task: task.name, item: part.item.id, wanted: wanted, found: scores.count)
        }
        guard scores.allSatisfy({ Self.isPossible($0.logprob) }) else {
            throw .impossibleScore(task: task.name, item: part.item.id)
        }
    }

    // MARK: Texts

    private func generate(_ items: [Item], _ keep: (Outcome) throws -> Void) async throws {
        let settings = task.generation
        let requests = items.compactMap { item -> GenerateRequest? in
            guard case .generate(let prompt, _) = item.work else { return nil }
            return GenerateRequest(
                prompt: prompt, stops: settings.until, maxTokens: settings.maxTokens,
                sampling: settings.sampling, schema: settings.schema)
        }
        try await subject.generate(requests) { place, text in
            try keep(Outcome(item: items[place], response: .generated(text)))
        }
    }

    private func rolling(_ items: [Item], _ keep: (Outcome) throws -> Void) async throws {
        let texts = items.compactMap { item -> String? in
            guard case .rolling(let text) = item.work else { return nil }
            return text
        }
        try await subject.rolling(texts) { place, logprob in
            guard Self.isPossible(logprob) else {
                throw RunError.impossibleScore(task: task.name, item: items[place].id)
            }
            try keep(Outcome(item: items[place], response: .rolling(logprob)))
        }
    }
}

extension Prompt {
    /// All of what is said, to sort and to measure by.
    var text: String {
        switch self {
        case .text(let text): text
        case .turns(let turns): turns.map(\.content).joined(separator: "\n")
        }
    }
}

extension Item {
    /// How much work it is, in characters: a measure for the time left.
    var size: Int {
        switch work {
        case .choice(let choice):
            choice.requests.reduce(0) { sum, one in
                sum + one.request.context.text.utf8.count
                    + one.request.continuations.reduce(0) { $0 + $1.utf8.count }
            }
        case .loglikelihood(let context, let continuation):
            context.text.utf8.count + continuation.utf8.count
        case .generate(let prompt, _): prompt.text.utf8.count + 200
        case .rolling(let text): text.utf8.count
        }
    }
}
