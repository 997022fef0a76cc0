import Checkpoint

/// `POST /v1/chat/completions`, read and checked.
struct ChatRequest: Sendable {
    let model: ServedModel
    let turns: [ChatTurn]
    let tools: ToolFields
    let format: OutputFormat
    let shared: SamplingFields
    /// Nothing where the rest of the context may be used.
    let maximumTokens: Int?
    /// Alternatives to report with each token; nothing where none are asked for.
    let logProbabilities: Int?

    init(_ body: JSONObject, _ context: RequestContext) throws(RequestProblem) {
        var fields = FieldReader(body)
        model = try context.model(&fields)
        guard let messages = try fields.items("messages", 1...ConversationFields.limit) else {
            throw .missing("messages")
        }
        turns = try ConversationFields.read(messages)
        shared = try SamplingFields(&fields, vocabulary: model.vocabularySize, seed: context.seed)
        tools = try ToolFields(&fields, shape: .wrapped)
        format = tools.format(asked: try FormatFields.chat(&fields))
        let old = try fields.int("max_tokens", 1...1 << 30)
        let new = try fields.int("max_completion_tokens", 1...1 << 30)
        if let old, let new, old != new { throw .excludes("max_tokens", other: "max_completion_tokens") }
        maximumTokens = new ?? old
        let wanted = try fields.bool("logprobs") ?? false
        let top = try fields.int("top_logprobs", 0...20)
        if top != nil, !wanted { throw .needs("top_logprobs", other: "logprobs") }
        logProbabilities = wanted ? top ?? 0 : nil
        try Self.readWithoutEffect(&fields)
        try fields.finish()
    }

    /// Parameters that mean nothing here in the one form they are taken in.
    private static func readWithoutEffect(_ fields: inout FieldReader) throws(RequestProblem) {
        try fields.accept("modalities") { $0.array?.count == 1 && $0.array?.first?.string == "text" }
        try fields.accept("store") { $0.bool == false }
        _ = try fields.string("safety_identifier", bytes: 0...512)
        _ = try fields.string("prompt_cache_key", bytes: 0...512)
        try fields.refuse([
            "audio", "prediction", "functions", "function_call", "web_search_options", "reasoning_effort",
            "verbosity", "metadata", "chat_template", "chat_template_kwargs", "prompt_cache_retention",
        ])
    }
}
