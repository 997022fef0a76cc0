import Checkpoint

/// `POST /v1/completions`, read and checked.
struct CompletionRequest: Sendable {
    /// One prompt, as text or already as tokens.
    enum Input: Sendable, Equatable {
        case text(String)
        case tokens([Int32])
    }

    static let promptLimit = 512

    let model: ServedModel
    let prompts: [Input]
    let shared: SamplingFields
    let maximumTokens: Int
    let echo: Bool
    let logProbabilities: Int?

    init(_ body: JSONObject, _ context: RequestContext) throws(RequestProblem) {
        var fields = FieldReader(body)
        model = try context.model(&fields)
        let prompt = try fields.required("prompt")
        prompts = try Self.inputs(
            prompt, at: "prompt", vocabulary: model.vocabularySize, limit: Self.promptLimit)
        shared = try SamplingFields(&fields, vocabulary: model.vocabularySize, seed: context.seed)
        echo = try fields.bool("echo") ?? false
        maximumTokens = try fields.int("max_tokens", (echo ? 0 : 1)...1 << 30) ?? 16
        logProbabilities = try fields.int("logprobs", 0...20)
        let choices = shared.choices
        try fields.accept("best_of") { $0.int == choices }
        try fields.refuse(["suffix"])
        try fields.finish()
    }

    /// A prompt or a list of prompts.
    static func inputs(
        _ value: JSON, at path: String, vocabulary: Int, limit: Int
    ) throws(RequestProblem) -> [Input] {
        if let text = value.string { return [try input(.string(text), at: path, vocabulary: vocabulary)] }
        guard let items = value.array else { throw .wrong(path, .prompt) }
        guard let first = items.first else { throw .emptyPrompt(path) }
        if first.int != nil { return [.tokens(try TokenList.read(items, at: path, vocabulary: vocabulary))] }
        guard items.count <= limit else { throw .wrong(path, .items(1...limit)) }
        var inputs: [Input] = []
        for (index, item) in items.enumerated() {
            inputs.append(try input(item, at: "\(path)[\(index)]", vocabulary: vocabulary))
        }
        return inputs
    }

    private static func input(_ value: JSON, at path: String, vocabulary: Int) throws(RequestProblem) -> Input
    {
        switch value {
        case .string(let text):
            if text.isEmpty { throw .emptyPrompt(path) }
            return .text(text)
        case .array(let items):
            if items.isEmpty { throw .emptyPrompt(path) }
            return .tokens(try TokenList.read(items, at: path, vocabulary: vocabulary))
        default: throw .wrong(path, .prompt)
        }
    }
}
