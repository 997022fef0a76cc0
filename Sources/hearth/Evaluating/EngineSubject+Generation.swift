import Evaluation
import Generation
import Text

extension EngineSubject {
    /// How many answers are written at once, and how many rows of their texts are kept at most.
    private static let parallel = 16
    private static let rows = 16_384

    func generate(
        _ requests: [GenerateRequest], finished: (_ place: Int, _ answer: GeneratedText) throws -> Void
    ) async throws {
        let prompts = try requests.map { try prompt($0.prompt, room: $0.maxTokens) }
        let lengths = zip(prompts, requests).map { $0.count + $1.maxTokens }
        let context = min(lengths.max() ?? 1, model.decoder.config.contextLength)
        let parallel = max(1, min(Self.parallel, requests.count, Self.rows / context))
        let engine = Engine(model.decoder, context: context, parallel: parallel)
        var live: [Engine.ID: Answering] = [:]
        var next = 0
        while next < requests.count || !live.isEmpty {
            // Handed in only when there is room, so that the clock of an answer starts with its work.
            while next < requests.count, live.count < parallel {
                let id = engine.submit(try request(requests[next], prompts[next]))
                live[id] = Answering(
                    place: next, prompt: prompts[next].count,
                    text: TextAnswer(model.text.tokenizer, stops: requests[next].stops))
                next += 1
            }
            for (id, event) in engine.step() {
                guard var one = live[id] else { continue }
                one.take(event)
                live[id] = one
                guard let answer = one.answer else { continue }
                engine.cancel(id)
                live[id] = nil
                try finished(one.place, answer)
            }
        }
    }

    private func request(_ request: GenerateRequest, _ prompt: [Int32]) throws -> GenerationRequest {
        var sampling = Generation.Sampling()
        sampling.temperature = request.sampling.temperature
        sampling.topP = request.sampling.topP
        sampling.topK = request.sampling.topK
        sampling.seed = UInt64(bitPattern: Int64(request.sampling.seed))
        // No alternatives, but the log-probability of each token: it tells how sure an answer is.
        var generation = GenerationRequest(
            prompt: prompt, maxTokens: request.maxTokens, stops: model.stops, sampling: sampling,
            adapter: model.adapter, alternatives: 0)
        generation.constraint = try constraint(request.schema)
        return generation
    }

    /// A prompt's tokens, with room for an answer after them.
    ///
    /// As for likelihoods, a text may lose its beginning and a conversation may not.
    private func prompt(_ prompt: Prompt, room: Int) throws -> [Int32] {
        let context = model.decoder.config.contextLength
        switch prompt {
        case .text(let text):
            var tokens = model.tokens(ofText: text)
            if tokens.isEmpty {
                guard let start = model.text.tokenizer.bos ?? model.text.tokenizer.eos else {
                    throw RequestError(.nothingToStart)
                }
                tokens = [start]
            }
            // However long an answer may be, half of the room is the prompt's.
            return Array(tokens.suffix(max(context - room, context / 2, 1)))
        case .turns(let turns):
            let tokens = try tokens(of: turns)
            guard tokens.count < context else { throw tooLong(tokens.count) }
            return tokens
        }
    }
}

/// One answer on its way.
private struct Answering {
    let place: Int
    let prompt: Int
    var text: TextAnswer
    private var logprob = 0.0
    private let begun = ContinuousClock.now
    private var first: ContinuousClock.Instant?

    init(place: Int, prompt: Int, text: TextAnswer) {
        self.place = place
        self.prompt = prompt
        self.text = text
    }

    mutating func take(_ event: GenerationEvent) {
        if case .token(let token) = event {
            first = first ?? .now
            logprob += Double(token.logProbability ?? 0)
        }
        _ = text.take(event)
    }

    /// The answer, where it is whole.
    var answer: GeneratedText? {
        guard let reason = text.reason else { return nil }
        var answer = GeneratedText(text.text, tokens: text.tokens)
        answer.logprob = logprob
        answer.isFinished = reason == .stop
        if let first {
            answer.timing = GeneratedText.Timing(
                promptTokens: prompt, firstToken: (first - begun) / .seconds(1),
                rest: (.now - first) / .seconds(1))
        }
        return answer
    }
}
