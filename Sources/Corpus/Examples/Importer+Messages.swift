import Checkpoint
import Text

extension Importer {
    /// A record that is a conversation; ShareGPT keeps its system text outside of the list.
    func conversation(_ record: RecordField) throws(CorpusError) -> Conversation {
        var turns = try turns(try record.required(name(.messages)))
        if let system = try record.member(name(.system))?.string(), !system.isEmpty,
            turns.first?.message.role != .system
        {
            turns.insert(.init(ChatMessage(.system, system)), at: 0)
        }
        return Conversation(turns, tools: try tools(record))
    }

    /// The turns of a list of messages, or a text as the one turn of its side.
    func turns(_ list: RecordField) throws(CorpusError) -> [Conversation.Turn] {
        var turns: [Conversation.Turn] = []
        for message in try list.elements() { turns.append(try turn(try message.object())) }
        return turns
    }

    func tools(_ record: RecordField) throws(CorpusError) -> [JSON] {
        guard let tools = record.member(name(.tools)), tools.value.array?.isEmpty != true else { return [] }
        var result: [JSON] = []
        for tool in try tools.elements() { result.append(try tool.object().value) }
        return result
    }

    private func turn(_ message: RecordField) throws(CorpusError) -> Conversation.Turn {
        let role = try message.required(name(.role))
        let word = try role.string()
        if word == "function_call" {
            let call = try call(text: try message.required(name(.content)))
            return .init(
                ChatMessage(.assistant, "", toolCalls: [call]), isTrained: try isTrained(message))
        }
        guard let speaker = Self.roles[word] ?? ChatMessage.Role(rawValue: word) else {
            throw role.error(.unknownRole(field: role.path, role: word))
        }
        var calls: [ChatMessage.ToolCall] = []
        if let list = message.member("tool_calls"), list.value.array?.isEmpty != true {
            for call in try list.elements() { calls.append(try self.call(call)) }
        }
        // A turn that only calls functions may say nothing.
        let content =
            calls.isEmpty ? try message.required(name(.content)) : message.member(name(.content))
        let text = try content.map { content throws(CorpusError) in try Self.text(content) } ?? ""
        let reasoning = message.member("reasoning_content") ?? message.member("thinking")
        return .init(
            ChatMessage(speaker, text, reasoning: try reasoning?.string(), toolCalls: calls),
            isTrained: try isTrained(message))
    }

    /// What other tools call the roles.
    private static let roles: [String: ChatMessage.Role] = [
        "human": .user, "gpt": .assistant, "model": .assistant, "bot": .assistant, "chatgpt": .assistant,
        "observation": .tool, "function": .tool, "function_response": .tool,
    ]

    /// A text, or OpenAI's list of text parts.
    private static func text(_ content: RecordField) throws(CorpusError) -> String {
        guard content.value.array != nil else { return try content.string() }
        var text = ""
        for part in try content.elements() {
            let kind = try part.object().required("type")
            guard try kind.string() == "text" else { throw kind.wrongKind("\"text\"") }
            text += try part.required("text").string()
        }
        return text
    }

    /// `train: true|false`, or OpenAI's `weight: 0|1`, of which 1 says nothing new.
    private func isTrained(_ message: RecordField) throws(CorpusError) -> Bool? {
        if let train = message.member(name(.train)) { return try train.bool() }
        guard let weight = message.member(name(.weight)) else { return nil }
        switch weight.value.double {
        case 0: return false
        case 1: return nil
        default: throw weight.error(.notAWeight(field: weight.path))
        }
    }

    /// OpenAI's `{"function": {"name", "arguments"}}`, or the inner object alone.
    private func call(_ call: RecordField) throws(CorpusError) -> ChatMessage.ToolCall {
        let call = try call.object().member("function") ?? call
        guard let name = call.value["name"]?.string, let arguments = call.value["arguments"] else {
            throw call.error(.notACall(field: call.path))
        }
        return ChatMessage.ToolCall(name: name, arguments: arguments)
    }

    /// ShareGPT's `function_call` turn: a call written as text.
    private func call(text: RecordField) throws(CorpusError) -> ChatMessage.ToolCall {
        guard let value = try? JSON.parse(Array(try text.string().utf8)), value.object != nil else {
            throw text.error(.notACall(field: text.path))
        }
        return try call(RecordField(value, at: text.place, path: text.path))
    }
}
