import Checkpoint
import Evaluation
import Generation
import Model
import Text

/// A loaded model, with an adapter or without, as the thing that is evaluated.
///
/// One task at a time uses it, from whatever thread the evaluation is on: the
/// decoder has one owner at every moment, which is why it may be kept here.
struct EngineSubject: Subject {
    let name: String
    let identity: [(key: String, value: String)]
    nonisolated(unsafe) let model: LoadedModel
    let chatFormat: ChatFormat?

    /// A model and perhaps an adapter; the chat format named wins over their own.
    init(_ model: LoadedModel, from origin: SubjectOrigin, chatFormat named: ChatFormat?) {
        self.model = model
        chatFormat = named ?? model.chatFormat
        name = origin.name
        identity = [
            ("model_sha256", origin.model.digest), ("adapter_sha256", origin.adapter?.digest ?? "none"),
            ("chat_format", chatFormat?.rawValue ?? "none"),
            ("precision", "\(model.decoder.weights.precision)"),
        ]
    }

    private var context: Int { model.decoder.config.contextLength }

    func score(
        _ requests: [ScoreRequest], finished: (_ place: Int, _ scores: [ContinuationScore]) throws -> Void
    ) async throws {
        var items: [Scorer.Item] = []
        var origins: [(request: Int, place: Int)] = []
        for (number, request) in requests.enumerated() {
            for (place, continuation) in request.continuations.enumerated() {
                items.append(try item(request.context, continuation))
                origins.append((number, place))
            }
        }
        var scores = requests.map { [ContinuationScore?](repeating: nil, count: $0.continuations.count) }
        try Scorer(model.decoder).score(items, adapter: model.adapter) { item, score in
            let (request, place) = origins[item]
            scores[request][place] = ContinuationScore(
                logprob: score.total, isGreedy: score.isGreedy, tokens: score.tokens.count)
            let known = scores[request].compactMap(\.self)
            if known.count == scores[request].count { try finished(request, known) }
        }
    }

    func rolling(_ texts: [String], finished: (_ place: Int, _ logprob: Double) throws -> Void) async throws {
        let tokenizer = model.text.tokenizer
        guard let start = tokenizer.bos ?? tokenizer.eos else { throw RequestError(.nothingToStart) }
        let windows = texts.map {
            RollingWindows.items(tokenizer.encode($0), start: start, length: context)
        }
        let origins = windows.enumerated().flatMap { text, items in items.map { _ in text } }
        var sums = [Double](repeating: 0, count: texts.count)
        var left = windows.map(\.count)
        for text in texts.indices where left[text] == 0 { try finished(text, 0) }
        try Scorer(model.decoder).score(windows.flatMap(\.self), adapter: model.adapter) { item, score in
            let text = origins[item]
            sums[text] += score.total
            left[text] -= 1
            if left[text] == 0 { try finished(text, sums[text]) }
        }
    }

    /// A continuation after its context, as tokens.
    ///
    /// A text that is too long loses its beginning, as in lm-evaluation-harness;
    /// a conversation would lose its instructions, so that is an error.
    private func item(_ prompt: Prompt, _ continuation: String) throws -> Scorer.Item {
        switch prompt {
        case .text(let text):
            guard var item = model.split(context: text, continuation: continuation) else {
                throw RequestError(.nothingToStart)
            }
            let surplus = item.context.count + item.continuation.count - (context + 1)
            if surplus >= item.context.count { throw tooLong(item.context.count + item.continuation.count) }
            if surplus > 0 { item.context.removeFirst(surplus) }
            return item
        case .turns(let turns):
            let item = Scorer.Item(
                context: try tokens(of: turns), continuation: model.text.tokenizer.encode(continuation))
            let length = item.context.count + item.continuation.count
            guard length <= context + 1 else { throw tooLong(length) }
            return item
        }
    }

    func tooLong(_ tokens: Int) -> RequestError { RequestError(.tooLong(tokens: tokens, context: context)) }

    /// A conversation up to the opening of the answer.
    func tokens(of turns: [Prompt.Turn]) throws -> [Int32] {
        guard let chatFormat else { throw RequestError(.noChatFormat(model: model.path)) }
        let messages = turns.map { turn in
            let role: ChatMessage.Role =
                switch turn.role {
                case .system: .system
                case .user: .user
                case .assistant: .assistant
                }
            return ChatMessage(role, turn.content)
        }
        return try chatFormat.tokens(messages, generationPrompt: true, tokenizer: model.text.tokenizer).ids
    }
}

/// The windows in which a text longer than the context is read.
///
/// lm-evaluation-harness's, with a context of one: every token is predicted
/// once, and the last window reaches back so that its first token has the
/// longest past there can be.
enum RollingWindows {
    static func items(_ tokens: [Int32], start: Int32, length: Int) -> [Scorer.Item] {
        if tokens.isEmpty { return [] }
        var items = [Scorer.Item(context: [start], continuation: Array(tokens.prefix(length)))]
        var done = min(length, tokens.count)
        while done < tokens.count {
            let end = min(done + length, tokens.count)
            items.append(
                Scorer.Item(
                    context: Array(tokens[end - length - 1..<done]), continuation: Array(tokens[done..<end])))
            done = end
        }
        return items
    }
}
