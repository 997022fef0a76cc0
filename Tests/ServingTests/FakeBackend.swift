import Checkpoint
import Foundation

@testable import Serving

/// A backend that answers by script and counts what it is asked.
///
/// A token is a byte: token 65 is `A`. Token 0 begins a text.
final class FakeBackend: Backend {
    enum Step: Sendable {
        case event(AnswerEvent)
        case wait(Duration)
        case fail(BackendError)
        /// Goes on with pieces until nobody wants more.
        case forever(piece: String)
    }

    struct Notes: Sendable {
        var asked: [AnswerRequest] = []
        var embedded = 0
        var dropped = 0
        var pieces = 0
        var state = BackendState.ready
        var adapters = ["tiny-de"]
        var busy = false
    }

    let notes = Locked(Notes())
    let script: @Sendable (AnswerRequest) -> [Step]

    init(_ script: @escaping @Sendable (AnswerRequest) -> [Step] = FakeBackend.babble) {
        self.script = script
    }

    var asked: Int { notes.withLock { $0.asked.count + $0.embedded } }

    var state: BackendState { notes.withLock { $0.state } }

    var longestToken: Int? { 1 }

    func models() -> [ServedModel] {
        let base = ServedModel(name: "tiny", created: 1_700_000_000, contextLength: 512, vocabularySize: 1000)
        let adapters = notes.withLock { $0.adapters }.map {
            ServedModel(
                name: $0, base: "tiny", created: 1_700_000_001, contextLength: 512, vocabularySize: 1000)
        }
        return [base] + adapters
    }

    func tokens(of prompt: Prompt, model: String) throws(BackendError) -> [Int32] {
        switch prompt {
        case .text(let text, let special): return (special ? [0] : []) + text.utf8.map(Int32.init)
        case .chat(let turns, let tools):
            if !tools.isEmpty, turns[0].content == "no tools" { throw .conversation(.toolsNotSupported) }
            return [0] + turns.flatMap { Array("\($0.role.rawValue): \($0.content)\n".utf8) }.map(Int32.init)
        }
    }

    func ends() throws(BackendError) -> (first: String?, last: String?) { ("<s>", nil) }

    func text(of tokens: [Int32], model: String) throws(BackendError) -> String {
        String(decoding: tokens.filter { $0 > 0 && $0 < 256 }.map { UInt8($0) }, as: UTF8.self)
    }

    func accepts(_ value: JSON, schema: JSON) throws(BackendError) -> Bool {
        if schema["pattern"] != nil { throw .schema(path: "#/pattern", fault: .unsupportedPattern) }
        return (schema["required"]?.array ?? []).allSatisfy { value[$0.string ?? ""] != nil }
    }

    func generate(_ request: AnswerRequest, into channel: TokenChannel) throws(BackendError) {
        if notes.withLock({ $0.busy }) { throw .busy(retryAfter: 3) }
        if case .jsonSchema(let schema) = request.format, schema["pattern"] != nil {
            throw .schema(path: "#/pattern", fault: .unsupportedPattern)
        }
        notes.withLock { $0.asked.append(request) }
        let steps = script(request)
        Task.detached { [notes] in
            channel.offer(.started(queued: .milliseconds(1), cachedTokens: 2))
            for step in steps {
                switch step {
                case .event(let event):
                    if await Self.offer(event, channel) == .none { return notes.withLock { $0.dropped += 1 } }
                case .wait(let time):
                    let end = ContinuousClock.now + time
                    while ContinuousClock.now < end {
                        if channel.demand == .none { return notes.withLock { $0.dropped += 1 } }
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                case .fail(let error): return channel.finish(throwing: error)
                case .forever(let piece):
                    while await Self.offer(.piece(choice: 0, AnswerPiece(text: piece)), channel) != .none {
                        notes.withLock { $0.pieces += 1 }
                    }
                    return notes.withLock { $0.dropped += 1 }
                }
            }
            channel.finish()
        }
    }

    private static func offer(_ event: AnswerEvent, _ channel: TokenChannel) async -> TokenChannel.Demand {
        while channel.demand == .enough { try? await Task.sleep(for: .milliseconds(1)) }
        return channel.offer(event)
    }

    func embed(_ inputs: [[Int32]], model: String) async throws(BackendError) -> [[Float]] {
        notes.withLock { $0.embedded += 1 }
        return inputs.map { [Float($0.count), 0.5, -1] }
    }

    func loadAdapter(_ name: String) async throws(BackendError) -> ServedModel {
        if name == "absent" { throw .adapter(.notFound) }
        notes.withLock { $0.adapters.append(name) }
        return ServedModel(name: name, base: "tiny", created: 1, contextLength: 512, vocabularySize: 1000)
    }

    func unloadAdapter(_ name: String) async throws(BackendError) {
        let known = notes.withLock { notes in
            defer { notes.adapters.removeAll { $0 == name } }
            return notes.adapters.contains(name)
        }
        if !known { throw .adapter(.notFound) }
    }

    func statistics() -> BackendStatistics {
        var statistics = BackendStatistics()
        statistics.running = 1
        statistics.prefixQueries = 10
        statistics.prefixHits = 4
        return statistics
    }

    // MARK: Scripts

    /// An answer that depends on seed and choice only, in uneven pieces.
    @Sendable static func babble(_ request: AnswerRequest) -> [Step] {
        let words = ["ash ", "ember\n", "über", " – ", "\"coal\" ", "\\ ", "🔥", "", "log ", "\t"]
        var steps: [Step] = []
        if request.scoresPrompt {
            steps.append(
                .event(
                    .prompt(
                        request.prompt.enumerated().map { index, token in
                            scored(token == 0 ? [] : [UInt8(token)], request, first: index == 0)
                        })))
        }
        for choice in 0..<request.choices {
            var state = request.sampling.seed &+ UInt64(choice) &* 0x9E37_79B9_7F4A_7C15
            let length = min(request.maximumTokens, 3 + Int(state % 17))
            for _ in 0..<length {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let word = words[Int((state >> 33) % UInt64(words.count))]
                let scores = request.logProbabilities == nil ? [] : [scored(Array(word.utf8), request)]
                steps.append(.event(.piece(choice: choice, AnswerPiece(text: word, scores: scores))))
            }
            let isCut = length == request.maximumTokens
            steps.append(.event(.finished(choice: choice, isCut ? .length : .stop)))
        }
        return steps
    }

    /// One answer in the given pieces.
    static func saying(_ pieces: String...) -> @Sendable (AnswerRequest) -> [Step] {
        { _ in
            pieces.map { .event(.piece(choice: 0, AnswerPiece(text: $0))) } + [
                .event(.finished(choice: 0, .stop))
            ]
        }
    }

    private static func scored(_ bytes: [UInt8], _ request: AnswerRequest, first: Bool = false) -> ScoredToken
    {
        let count = request.logProbabilities ?? 0
        return ScoredToken(
            bytes: bytes, logProbability: first ? nil : -0.5,
            alternatives: (0..<count).map {
                .init(bytes: bytes + [65 + UInt8($0)], logProbability: -0.5 - Float($0))
            })
    }
}
