import Checkpoint

extension Service {
    /// Prompts of one request that are generated from at the same time.
    private static let window = 8

    /// One prompt of a request, ready to be generated from.
    private struct Item: Sendable {
        let asked: AnswerRequest
        let lead: String
    }

    func completions(_ body: JSONObject, _ call: Call) async throws -> HTTPReply {
        let request = try CompletionRequest(body, context)
        call.note { record in
            record.model = request.model.name
            record.isStreamed = request.shared.stream
        }
        var items: [Item] = []
        for input in request.prompts { items.append(try await item(input, request, call)) }
        let stamp = stamp("cmpl-", request.model)
        let scored = request.logProbabilities != nil
        if request.shared.stream { return try stream(items, stamp, request, call, scored: scored) }
        let (choices, usage) = try await all(items, call)
        return json(CompletionReply.whole(stamp, choices, scored: scored, usage: usage))
    }

    private func item(
        _ input: CompletionRequest.Input, _ request: CompletionRequest, _ call: Call
    ) async throws(RequestProblem) -> Item {
        let prompt = try await encode(input, request.model, param: "prompt")
        try fit(prompt, wanted: request.maximumTokens, request.model, param: "prompt")
        var asked = AnswerRequest(
            id: call.id, model: request.model.name, prompt: prompt, maximumTokens: request.maximumTokens)
        asked.take(request.shared)
        asked.logProbabilities = request.logProbabilities
        asked.scoresPrompt = request.echo && request.logProbabilities != nil
        guard request.echo else { return Item(asked: asked, lead: "") }
        switch input {
        case .text(let text): return Item(asked: asked, lead: text)
        case .tokens(let tokens):
            do throws(BackendError) {
                return Item(asked: asked, lead: try backend.text(of: tokens, model: request.model.name))
            } catch {
                throw .backend(error, param: "prompt")
            }
        }
    }

    /// All answers to all prompts, a few prompts at a time, in the prompts' order.
    ///
    /// A full queue is an error only while none of this request is in it.
    private func all(
        _ items: [Item], _ call: Call
    ) async throws -> ([CompletionReply.Choice], Usage) {
        typealias Part = (index: Int, choices: [CompletionReply.Choice], usage: Usage)
        return try await withThrowingTaskGroup(of: Part.self) { group in
            var parts: [Part] = []
            var running = 0
            for (index, item) in items.enumerated() {
                while true {
                    if running == Self.window, let part = try await group.next() {
                        parts.append(part)
                        running -= 1
                    }
                    do throws(RequestProblem) {
                        let run = try AnswerRun(item.asked, answer: Answer(), service: self, call: call)
                        group.addTask {
                            let (choices, usage) = try await Self.complete(run, item)
                            return (index, choices, usage)
                        }
                        running += 1
                        break
                    } catch {
                        guard case .backend(.busy, _) = error, running > 0, let part = try await group.next()
                        else { throw error }
                        parts.append(part)
                        running -= 1
                    }
                }
            }
            for try await part in group { parts.append(part) }
            parts.sort { $0.index < $1.index }
            return (parts.flatMap(\.choices), parts.reduce(Usage()) { $0 + $1.usage })
        }
    }

    private static func complete(
        _ run: AnswerRun, _ item: Item
    ) async throws -> ([CompletionReply.Choice], Usage) {
        var run = run
        defer { run.close() }
        var scores: [ScoredToken] = []
        try await run.finish { scores = $0 }
        let choices = run.answers.map {
            CompletionReply.Choice(lead: item.lead, leadScores: scores, answer: $0)
        }
        return (choices, run.usage)
    }

    /// The prompts one after another, each answer in steps.
    private func stream(
        _ items: [Item], _ stamp: ReplyStamp, _ request: CompletionRequest, _ call: Call, scored: Bool
    ) throws(RequestProblem) -> HTTPReply {
        let showsUsage = request.shared.includesUsage
        let first = try AnswerRun(items[0].asked, answer: Answer(), service: self, call: call)
        return events(first) { [self] run, send in
            var total = Usage()
            for (index, item) in items.enumerated() {
                if index > 0 {
                    run.close()
                    run = try AnswerRun(item.asked, answer: Answer(), service: self, call: call)
                }
                let base = index * item.asked.choices
                try await write(&run, item, stamp, base: base, scored: scored, showsUsage: showsUsage, send)
                total = total + run.usage
            }
            if showsUsage { try await send(ServerSentEvent.data(CompletionReply.usage(stamp, total))) }
            try await send(ServerSentEvent.done)
        }
    }

    private func write(
        _ run: inout AnswerRun, _ item: Item, _ stamp: ReplyStamp, base: Int, scored: Bool, showsUsage: Bool,
        _ send: ([UInt8]) async throws -> Void
    ) async throws {
        var offsets = run.answers.map { _ in 0 }
        var echoes = item.asked.scoresPrompt || item.lead.isEmpty
        while let happening = try await run.next() {
            var steps: [(Int, String, [ScoredToken])] = []
            switch happening {
            case .prompt(let scores): steps = run.answers.indices.map { ($0, item.lead, scores) }
            case .step(let choice, let step):
                if !echoes { steps = run.answers.indices.map { ($0, item.lead, []) } }
                steps.append((choice, step.text, step.scores))
            case .ended:
                if !echoes { steps = run.answers.indices.map { ($0, item.lead, []) } }
            }
            echoes = true
            for (choice, text, scores) in steps {
                let json = CompletionReply.step(
                    stamp, base + choice, text: text, scores: scored ? scores : nil, offset: &offsets[choice],
                    usage: showsUsage)
                try await send(ServerSentEvent.data(json))
            }
            if case .ended(let choice, let ending) = happening {
                let json = CompletionReply.closing(stamp, base + choice, ending, usage: showsUsage)
                try await send(ServerSentEvent.data(json))
            }
        }
    }
}
