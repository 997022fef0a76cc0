/// One answer as it grows, and as it is sent in steps.
///
/// Contract: the steps put together are the answer. Why one type for both: a
/// streamed and a whole answer cannot differ when they are made in one place.
struct Answer: Sendable {
    /// A step that can be sent.
    struct Step: Sendable, Equatable {
        var text = ""
        var calls: [ToolCall] = []
        var scores: [ScoredToken] = []

        var isEmpty: Bool { text.isEmpty && calls.isEmpty && scores.isEmpty }
    }

    /// Why it ended, as OpenAI says it.
    enum Ending: String, Sendable, Equatable {
        case stop, length
        case toolCalls = "tool_calls"
    }

    private(set) var text = ""
    private(set) var calls: [ToolCall] = []
    private(set) var scores: [ScoredToken] = []
    private(set) var tokens = 0
    private(set) var ending: Ending?

    private var parser: ToolCallParser?
    private let isParallel: Bool
    private let callID: @Sendable (Int) -> String

    /// `tools` are those on offer; without any, text is just text. `accepts` is asked
    /// about the arguments of strict ones.
    init(
        tools: [ToolDefinition] = [], isParallel: Bool = true,
        accepts: @escaping ToolCallParser.Judge = { _, _ in true },
        callID: @escaping @Sendable (Int) -> String = { "call_\($0)" }
    ) {
        parser = tools.isEmpty ? nil : ToolCallParser(tools: tools, accepts: accepts)
        self.isParallel = isParallel
        self.callID = callID
    }

    /// Nothing more is wanted of the model, though it might go on.
    var isSatisfied: Bool { ending != nil }

    /// Takes a piece; the step is what of it is certain.
    mutating func add(_ piece: AnswerPiece) -> Step {
        guard ending == nil else { return Step() }
        tokens += piece.tokens
        guard var parser else { return keep(Step(text: piece.text, scores: piece.scores)) }
        let output = parser.push(piece.text)
        self.parser = parser
        var step = step(output)
        step.scores = piece.scores
        return keep(step)
    }

    /// Takes the end; the step is what had been held back.
    mutating func finish(_ reason: AnswerEnd) -> Step {
        guard ending == nil else { return Step() }
        var rest = Step()
        if var parser {
            let output = parser.finish()
            self.parser = parser
            rest = step(output)
        }
        let kept = keep(rest)
        if ending == nil { ending = calls.isEmpty ? (reason == .length ? .length : .stop) : .toolCalls }
        return kept
    }

    private func step(_ output: [ToolCallParser.Output]) -> Step {
        var step = Step()
        for item in output {
            switch item {
            case .text(let text): step.text += text
            case .call(let name, let arguments):
                if !isParallel, calls.count + step.calls.count == 1 { continue }
                let id = callID(calls.count + step.calls.count)
                step.calls.append(ToolCall(id: id, name: name, arguments: arguments))
            }
        }
        return step
    }

    private mutating func keep(_ step: Step) -> Step {
        text += step.text
        calls += step.calls
        scores += step.scores
        if !isParallel, !calls.isEmpty { ending = .toolCalls }
        return step
    }
}

/// The tokens a request cost.
struct Usage: Sendable, Equatable {
    var prompt = 0
    var cached = 0
    var completion = 0

    static func + (a: Usage, b: Usage) -> Usage {
        Usage(
            prompt: a.prompt + b.prompt, cached: a.cached + b.cached, completion: a.completion + b.completion)
    }
}
