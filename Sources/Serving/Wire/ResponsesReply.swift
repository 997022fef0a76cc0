import Checkpoint

/// A response object and its parts, as OpenAI writes them.
struct ResponsesReply: Sendable {
    let stamp: ReplyStamp
    let request: ResponsesRequest

    /// What is written while the model is at work, or after.
    enum Status: String {
        case inProgress = "in_progress"
        case completed, incomplete, failed
    }

    func response(_ status: Status, _ answer: Answer?, usage: Usage?) -> JSON {
        let details: JSON = status == .incomplete ? .object(["reason": .string("max_output_tokens")]) : .null
        let failure: JSON =
            status == .failed
            ? .object(["code": .string("server_error"), "message": .string("The model failed to answer.")])
            : .null
        var json: JSONObject = [
            "id": .string(stamp.id), "object": .string("response"), "created_at": .count(stamp.created),
            "status": .string(status.rawValue), "background": .bool(false), "error": failure,
            "incomplete_details": details, "instructions": .text(request.instructions),
            "max_output_tokens": request.maximumTokens.map(JSON.count) ?? .null,
            "model": .string(stamp.model),
            "output": .array(
                answer.map { output($0, status) } ?? []),
            "parallel_tool_calls": .bool(request.tools.isParallel), "previous_response_id": .null,
            "reasoning": .object(["effort": .null, "summary": .null]), "store": .bool(false),
            "temperature": .number(request.shared.sampling.temperature),
            "text": .object([
                "format": request.askedFormat.isNull
                    ? .object(["type": .string("text")]) : request.askedFormat
            ]), "tool_choice": choice,
            "tools": .array(request.tools.tools.map(tool)), "top_p": .number(request.shared.sampling.topP),
            "truncation": .string("disabled"),
            "metadata": .object(request.metadata),
        ]
        if let usage { json["usage"] = Self.usage(usage) }
        return .object(json)
    }

    /// The items of an answer: what was said, then the calls, which are always whole.
    func output(_ answer: Answer, _ status: Status) -> [JSON] {
        var items: [JSON] = []
        if !answer.text.isEmpty || answer.calls.isEmpty { items.append(message(answer.text, status)) }
        return items + answer.calls.enumerated().map { call($1, index: $0, .completed) }
    }

    var messageID: String { "msg_" + stamp.id.dropFirst("resp_".count) }

    func message(_ text: String?, _ status: Status) -> JSON {
        .object([
            "id": .string(messageID), "type": .string("message"), "status": .string(status.rawValue),
            "role": .string("assistant"), "content": .array(text.map { [part($0)] } ?? []),
        ])
    }

    func part(_ text: String) -> JSON {
        .object([
            "type": .string("output_text"), "text": .string(text), "annotations": .array([]),
            "logprobs": .array([]),
        ])
    }

    func callItemID(_ index: Int) -> String { "fc_\(index)_" + stamp.id.dropFirst("resp_".count) }

    func call(_ call: ToolCall, index: Int, _ status: Status) -> JSON {
        .object([
            "id": .string(callItemID(index)), "type": .string("function_call"),
            "status": .string(status.rawValue), "call_id": .string(call.id), "name": .string(call.name),
            "arguments": .string(status == .inProgress ? "" : call.arguments),
        ])
    }

    private var choice: JSON {
        switch request.tools.choice {
        case .none: .string(request.tools.tools.isEmpty ? "auto" : "none")
        case .auto: .string("auto")
        case .required: .string("required")
        case .function(let name): .object(["type": .string("function"), "name": .string(name)])
        }
    }

    private func tool(_ tool: ToolDefinition) -> JSON {
        .object([
            "type": .string("function"), "name": .string(tool.name), "description": .text(tool.description),
            "parameters": tool.parameters, "strict": .bool(tool.isStrict),
        ])
    }

    private static func usage(_ usage: Usage) -> JSON {
        .object([
            "input_tokens": .count(usage.prompt),
            "input_tokens_details": .object([
                "cached_tokens": .count(usage.cached), "cache_write_tokens": .count(0),
            ]),
            "output_tokens": .count(usage.completion),
            "output_tokens_details": .object(["reasoning_tokens": .count(0)]),
            "total_tokens": .count(usage.prompt + usage.completion),
        ])
    }
}
