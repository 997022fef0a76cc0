/// One generation while it runs: events in, steps of answers out, times noted.
///
/// Contract: used by one task. The channel is told when nobody reads on, also
/// when this is dropped by an error.
struct AnswerRun {
    /// What happens next.
    enum Happening {
        case prompt([ScoredToken])
        case step(choice: Int, Answer.Step)
        case ended(choice: Int, Answer.Ending)
    }

    private(set) var answers: [Answer]
    private(set) var usage: Usage
    private let channel: TokenChannel
    private let call: Call
    private let metrics: Metrics
    private var last: ContinuousClock.Instant?
    private var pending: [Happening] = []

    /// Hands the request to the backend.
    init(
        _ request: AnswerRequest, answer: Answer, service: Service, call: Call
    ) throws(RequestProblem) {
        answers = Array(repeating: answer, count: request.choices)
        usage = Usage(prompt: request.prompt.count)
        channel = TokenChannel()
        self.call = call
        metrics = service.metrics
        do throws(BackendError) {
            try service.backend.generate(request, into: channel)
        } catch {
            throw .backend(error, param: Self.param(error))
        }
    }

    /// What happens next, or nothing when every answer has ended.
    mutating func next() async throws -> Happening? {
        while pending.isEmpty {
            if answers.allSatisfy(\.isSatisfied) {
                channel.cancel()
                return nil
            }
            let event: AnswerEvent?
            do {
                event = try await channel.next()
            } catch let error as BackendError {
                throw RequestProblem.backend(error, param: nil)
            }
            guard let event else { throw RequestProblem.backend(.failed, param: nil) }
            take(event)
        }
        return pending.removeFirst()
    }

    /// Runs to the end.
    mutating func finish(prompt: (([ScoredToken]) -> Void)? = nil) async throws {
        while let happening = try await next() {
            if case .prompt(let scores) = happening { prompt?(scores) }
        }
    }

    /// Stops the engine, and notes what it has cost so far.
    func close() {
        channel.cancel()
        call.note(usage)
    }

    private mutating func take(_ event: AnswerEvent) {
        switch event {
        case .started(let queued, let cached):
            metrics.queued(queued)
            usage.cached = min(cached, usage.prompt)
        case .prompt(let scores): pending.append(.prompt(scores))
        case .piece(let choice, let piece):
            guard answers.indices.contains(choice) else { return }
            noteTime(tokens: piece.tokens)
            usage.completion += piece.tokens
            let step = answers[choice].add(piece)
            if !step.isEmpty { pending.append(.step(choice: choice, step)) }
            if let ending = answers[choice].ending { end(choice, ending) }
        case .finished(let choice, let reason):
            guard answers.indices.contains(choice), !answers[choice].isSatisfied else { return }
            let step = answers[choice].finish(reason)
            if !step.isEmpty { pending.append(.step(choice: choice, step)) }
            if let ending = answers[choice].ending { end(choice, ending) }
        }
    }

    private mutating func end(_ choice: Int, _ ending: Answer.Ending) {
        metrics.ended(ending.rawValue)
        pending.append(.ended(choice: choice, ending))
    }

    private mutating func noteTime(tokens: Int) {
        guard tokens > 0 else { return }
        let now = ContinuousClock.now
        if let last { metrics.nextToken(after: (now - last) / tokens) } else { call.noteFirstToken() }
        last = now
    }

    private static func param(_ error: BackendError) -> String? {
        switch error {
        case .schema: "response_format"
        case .conversation: "messages"
        case .unsupported(let feature): feature.rawValue
        case .unknownModel: "model"
        default: nil
        }
    }
}
