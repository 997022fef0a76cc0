import Foundation
import Generation
import Kernels
import Model
import Serving
import Text

/// One request while the engine works on it: tokens in, pieces of text out.
///
/// Lives on the model's thread.
final class LiveAnswer {
    let number: Int
    let request: AnswerRequest
    let channel: TokenChannel
    /// The adapter asked for; nothing for the base model.
    let adapterName: String?
    var adapter: Adapter?
    var ids: [Int: Engine.ID] = [:]
    var isPaused = false
    /// Whether the prompt has been read and the other choices can begin.
    private(set) var isSplit = false

    private let tokenizer: any Tokenizer
    private let stops: Set<Int32>
    private let constraint: Constraint?
    private let whenStarted: () -> Void
    private let queued = ContinuousClock.now
    private var isStarted = false
    private var prompt: [ScoredToken] = []
    private var choices: [Choice]

    private struct Choice {
        var decoder: StreamDecoder
        var matcher: StopMatcher
        var isOver = false
    }

    /// What came of an event.
    struct Outcome {
        var demand = TokenChannel.Demand.more
        var choiceIsOver = false
    }

    init(
        number: Int, _ request: AnswerRequest, adapter: String?, into channel: TokenChannel,
        tokenizer: any Tokenizer, stops: Set<Int32>, constraint: Constraint?,
        whenStarted: @escaping () -> Void
    ) {
        self.number = number
        self.request = request
        self.channel = channel
        self.tokenizer = tokenizer
        self.stops = stops
        self.constraint = constraint
        self.whenStarted = whenStarted
        adapterName = adapter
        // An empty answer is told as such; a prompt alone stands before no answer.
        choices = (0..<request.choices).map { _ in
            Choice(decoder: StreamDecoder(tokenizer, continuing: true), matcher: StopMatcher(request.stops))
        }
    }

    var isOver: Bool { choices.allSatisfy(\.isOver) }

    /// What the engine is asked for, for one of the choices.
    func generation(choice: Int) -> GenerationRequest {
        let rules = request.sampling
        var sampling = Sampling()
        sampling.temperature = rules.temperature
        sampling.topP = rules.topP
        sampling.topK = rules.topK
        sampling.minP = rules.minP
        sampling.presencePenalty = rules.presencePenalty
        sampling.frequencyPenalty = rules.frequencyPenalty
        sampling.repetitionPenalty = rules.repetitionPenalty
        sampling.bias = rules.logitBias
        sampling.seed = choice == 0 ? rules.seed : CounterRandom.mix(rules.seed, UInt64(choice))
        // A constraint says by itself where an answer may end.
        let ends = request.ignoresEnd && constraint == nil ? [] : stops
        var generation = GenerationRequest(
            prompt: request.prompt, maxTokens: request.maximumTokens, stops: ends, sampling: sampling,
            adapter: adapter, alternatives: request.logProbabilities)
        generation.scoresPrompt = request.scoresPrompt && choice == 0
        generation.tellsStop = true
        generation.constraint = constraint
        return generation
    }

    /// The first choice is out of the queue.
    func start(remembered: Int) {
        if isStarted { return }
        isStarted = true
        whenStarted()
        channel.offer(.started(queued: ContinuousClock.now - queued, cachedTokens: remembered))
    }

    /// Nothing more will come.
    func finish(throwing error: BackendError? = nil) {
        if !isStarted { whenStarted() }
        isStarted = true
        channel.finish(throwing: error)
    }

    /// Turns an event into news.
    func take(_ event: GenerationEvent, choice: Int) -> Outcome {
        if choices[choice].isOver { return Outcome(choiceIsOver: true) }
        switch event {
        case .token(let token):
            if choice == 0, request.scoresPrompt, prompt.count < request.prompt.count {
                prompt.append(scored(token, isNew: false))
                let isWhole = prompt.count == request.prompt.count
                return Outcome(demand: isWhole ? channel.offer(.prompt(prompt)) : .more)
            }
            isSplit = true
            return take(token, choice)
        case .finished(let reason):
            isSplit = true
            return end(choice, reason == .stop ? .stop : .length, rest(choice))
        }
    }

    private func take(_ token: GeneratedToken, _ choice: Int) -> Outcome {
        let scores = request.logProbabilities == nil ? [] : [scored(token, isNew: true)]
        if stops.contains(token.token), !request.ignoresEnd || constraint != nil {
            // What was held back comes before the token that adds no text.
            let rest = rest(choice)
            if !rest.isEmpty { channel.offer(.piece(choice: choice, AnswerPiece(text: rest, tokens: 0))) }
            return Outcome(
                demand: channel.offer(.piece(choice: choice, AnswerPiece(text: "", scores: scores))))
        }
        let text = choices[choice].matcher.push(choices[choice].decoder.push(token.token))
        let demand = channel.offer(.piece(choice: choice, AnswerPiece(text: text, scores: scores)))
        guard choices[choice].matcher.isStopped else { return Outcome(demand: demand) }
        return end(choice, .stop, "")
    }

    private func end(_ choice: Int, _ reason: AnswerEnd, _ rest: String) -> Outcome {
        choices[choice].isOver = true
        if !rest.isEmpty { channel.offer(.piece(choice: choice, AnswerPiece(text: rest, tokens: 0))) }
        return Outcome(demand: channel.offer(.finished(choice: choice, reason)), choiceIsOver: true)
    }

    /// The text that was held back, now that nothing follows it.
    private func rest(_ choice: Int) -> String {
        let open = choices[choice].decoder.finish()
        let text = choices[choice].matcher.push(open)
        return text + choices[choice].matcher.finish()
    }

    private func scored(_ token: GeneratedToken, isNew: Bool) -> ScoredToken {
        func bytes(_ id: Int32) -> [UInt8] { isNew && stops.contains(id) ? [] : tokenizer.bytes(of: id) }
        let asked = request.logProbabilities ?? 0
        return ScoredToken(
            bytes: bytes(token.token), logProbability: token.logProbability,
            alternatives: token.alternatives.prefix(asked).map {
                ScoredToken.Alternative(bytes: bytes($0.token), logProbability: $0.logProbability)
            })
    }
}
