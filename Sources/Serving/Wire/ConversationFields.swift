import Checkpoint

/// Reads `messages` of a chat request.
enum ConversationFields {
    static let limit = 2048

    static func read(_ items: [JSON]) throws(RequestProblem) -> [ChatTurn] {
        var turns: [ChatTurn] = []
        var open: [String] = []
        for (index, item) in items.enumerated() {
            let path = "messages[\(index)]"
            let turn = try message(item, at: path)
            if turn.role == .tool {
                guard let id = turn.toolCallID, open.contains(where: { $0.utf8.elementsEqual(id.utf8) })
                else { throw .brokenOrder("\(path).tool_call_id") }
            } else {
                open = turn.toolCalls.map(\.id)
            }
            turns.append(turn)
        }
        return turns
    }

    private static func message(_ item: JSON, at path: String) throws(RequestProblem) -> ChatTurn {
        var fields = try FieldReader(item, at: path)
        let roles = ChatTurn.Role.allCases.map(\.rawValue)
        guard let word = try fields.word("role", roles), let role = ChatTurn.Role(rawValue: word) else {
            throw .missing("\(path).role")
        }
        var turn = ChatTurn(role: role, content: "")
        if role == .assistant {
            turn.toolCalls = try calls(&fields)
            try fields.refuse(["refusal", "audio", "function_call"])
            try fields.accept("annotations") { $0.array?.isEmpty == true }
        }
        if role == .tool {
            guard let id = try fields.string("tool_call_id", bytes: 1...128) else {
                throw .missing("\(path).tool_call_id")
            }
            turn.toolCallID = id
        }
        if let content = fields.value("content") {
            turn.content = try text(content, at: "\(path).content", types: ["text"])
        } else if turn.toolCalls.isEmpty {
            throw .missing("\(path).content")
        }
        turn.name = try fields.string("name", bytes: 1...64)
        // Older lm-eval says of every message that it is text.
        try fields.accept("type") { $0.string == "text" }
        try fields.finish()
        return turn
    }

    /// Text as a string or as parts of the types named.
    static func text(_ value: JSON, at path: String, types: [String]) throws(RequestProblem) -> String {
        if let text = value.string { return text }
        guard let parts = value.array else { throw .wrong(path, .texts) }
        guard (1...1024).contains(parts.count) else { throw .wrong(path, .items(1...1024)) }
        var text = ""
        for (index, part) in parts.enumerated() {
            let path = "\(path)[\(index)]"
            var fields = try FieldReader(part, at: path)
            guard let type = fields.value("type") else { throw .missing("\(path).type") }
            guard let word = type.string, types.contains(where: { $0.utf8.elementsEqual(word.utf8) }) else {
                throw .unsupported("\(path).type")
            }
            guard let piece = try fields.string("text") else { throw .missing("\(path).text") }
            try fields.accept("annotations") { $0.array?.isEmpty == true }
            try fields.accept("logprobs") { $0.array?.isEmpty == true }
            try fields.finish()
            text += piece
        }
        return text
    }

    private static func calls(_ fields: inout FieldReader) throws(RequestProblem) -> [ToolCall] {
        guard let items = try fields.items("tool_calls", 0...128) else { return [] }
        var calls: [ToolCall] = []
        for (index, item) in items.enumerated() {
            let path = "\(fields.path("tool_calls"))[\(index)]"
            var call = try FieldReader(item, at: path)
            guard try call.word("type", ["function"]) != nil else { throw .missing("\(path).type") }
            guard let id = try call.string("id", bytes: 1...128) else { throw .missing("\(path).id") }
            var function = try FieldReader(try call.required("function"), at: "\(path).function")
            guard let name = try function.string("name"), ToolFields.isName(name) else {
                throw .wrong("\(path).function.name", .name)
            }
            guard let arguments = try function.string("arguments") else {
                throw .missing("\(path).function.arguments")
            }
            try function.finish()
            try call.accept("index") { $0.int == index }
            try call.finish()
            calls.append(ToolCall(id: id, name: name, arguments: arguments))
        }
        return calls
    }
}
