import Checkpoint

/// `POST /v1/responses`, read and checked; nothing is kept from one to the next.
struct ResponsesRequest: Sendable {
    let model: ServedModel
    let turns: [ChatTurn]
    let instructions: String?
    let tools: ToolFields
    let format: OutputFormat
    /// `text.format` as it was written.
    let askedFormat: JSON
    let shared: SamplingFields
    let maximumTokens: Int?
    let metadata: JSONObject

    init(_ body: JSONObject, _ context: RequestContext) throws(RequestProblem) {
        var fields = FieldReader(body)
        model = try context.model(&fields)
        instructions = try fields.string("instructions")
        turns = try ResponsesInput.turns(try fields.required("input"), instructions: instructions)
        shared = try SamplingFields(drawing: &fields, seed: context.seed)
        tools = try ToolFields(&fields, shape: .flat)
        askedFormat = body["text"]?["format"] ?? .null
        format = tools.format(asked: try FormatFields.responses(&fields))
        maximumTokens = try fields.int("max_output_tokens", 1...1 << 30)
        metadata = try Self.metadata(&fields)
        try Self.readWithoutEffect(&fields)
        try fields.finish()
    }

    private static func metadata(_ fields: inout FieldReader) throws(RequestProblem) -> JSONObject {
        guard let value = fields.value("metadata") else { return [:] }
        guard let object = value.object, object.count <= 16,
            object.members.allSatisfy({
                $0.key.utf8.count <= 64 && ($0.value.string?.utf8.count ?? 513) <= 512
            })
        else { throw .wrong("metadata", .object) }
        return object
    }

    private static func readWithoutEffect(_ fields: inout FieldReader) throws(RequestProblem) {
        try fields.accept("store") { $0.bool == false }
        try fields.accept("background") { $0.bool == false }
        try fields.accept("truncation") { $0.string == "disabled" }
        try fields.accept("include") { $0.array?.isEmpty == true }
        try fields.accept("top_logprobs") { $0.int == 0 }
        try fields.accept("service_tier") { $0.string == "auto" || $0.string == "default" }
        for name in ["user", "safety_identifier", "prompt_cache_key"] {
            _ = try fields.string(name, bytes: 0...512)
        }
        try fields.refuse([
            "previous_response_id", "conversation", "prompt", "reasoning", "max_tool_calls", "stream_options",
            "prompt_cache_retention", "context_management",
        ])
    }
}

/// Reads `input` of a responses request.
enum ResponsesInput {
    static func turns(_ input: JSON, instructions: String?) throws(RequestProblem) -> [ChatTurn] {
        var turns = instructions.map { [ChatTurn(role: .system, content: $0)] } ?? []
        if let text = input.string { return turns + [ChatTurn(role: .user, content: text)] }
        guard let items = input.array else { throw .wrong("input", .prompt) }
        guard (1...ConversationFields.limit).contains(items.count) else {
            throw .wrong("input", .items(1...ConversationFields.limit))
        }
        for (index, item) in items.enumerated() {
            try add(item, at: "input[\(index)]", to: &turns)
        }
        return turns
    }

    private static func add(
        _ item: JSON, at path: String, to turns: inout [ChatTurn]
    ) throws(RequestProblem) {
        var fields = try FieldReader(item, at: path)
        let types = ["message", "function_call", "function_call_output"]
        let type = try fields.word("type", types) ?? "message"
        _ = try fields.string("id", bytes: 0...128)
        _ = try fields.word("status", ["completed", "incomplete"])
        switch type {
        case "function_call":
            let id = try text(&fields, "call_id", 1...128)
            let name = try text(&fields, "name", 1...64)
            let call = ToolCall(id: id, name: name, arguments: try text(&fields, "arguments", 0...1 << 20))
            if let last = turns.indices.last, turns[last].role == .assistant {
                turns[last].toolCalls.append(call)
            } else {
                turns.append(ChatTurn(role: .assistant, content: "", toolCalls: [call]))
            }
        case "function_call_output":
            let id = try text(&fields, "call_id", 1...128)
            let isKnown = turns.contains { $0.toolCalls.contains { $0.id.utf8.elementsEqual(id.utf8) } }
            guard isKnown else { throw .brokenOrder("\(path).call_id") }
            let output = try ConversationFields.text(
                try fields.required("output"), at: "\(path).output", types: ["input_text"])
            turns.append(ChatTurn(role: .tool, content: output, toolCallID: id))
        default:
            let roles = ["system", "developer", "user", "assistant"]
            guard let word = try fields.word("role", roles), let role = ChatTurn.Role(rawValue: word) else {
                throw .missing("\(path).role")
            }
            let content = try ConversationFields.text(
                try fields.required("content"), at: "\(path).content",
                types: role == .assistant ? ["output_text"] : ["input_text"])
            turns.append(ChatTurn(role: role, content: content))
        }
        try fields.finish()
    }

    private static func text(
        _ fields: inout FieldReader, _ name: String, _ bytes: ClosedRange<Int>
    ) throws(RequestProblem) -> String {
        guard let text = try fields.string(name, bytes: bytes) else { throw .missing(fields.path(name)) }
        return text
    }
}
