import Checkpoint
import Text

/// Reads conversations of any format that can be trained on and writes all in one: `messages`.
public struct ChatImport: Sendable {
    /// The format, where it is not to be recognised.
    public var format: RecordFormat?
    /// What the fields are called.
    public var fields = FieldNames()

    /// An import that recognises the format.
    public init(format: RecordFormat? = nil) { self.format = format }

    /// The conversations of a file. Untrusted input: the first fault throws.
    public func read(_ path: String) throws(CorpusError) -> Imported {
        var imported = Imported()
        let source = CorpusSource(path: path, format: format, fields: fields)
        try source.examples { example throws(CorpusError) in
            imported.records.append(Self.record(example))
            return true
        }
        guard !imported.records.isEmpty else { throw CorpusError(.empty, path: path) }
        return imported
    }

    /// An example as a record: `messages`, or `text`, or `prompt` and `completion` where it is no conversation.
    static func record(_ example: Example) -> JSON {
        switch example.content {
        case .text(let text): return .object(JSONObject([("text", .string(text))]))
        case .continuation(let prompt, let completion):
            return .object(JSONObject([("prompt", .string(prompt)), ("completion", .string(completion))]))
        case .conversation(let conversation):
            var members: [(key: String, value: JSON)] = [
                ("messages", .array(conversation.turns.map(turn)))
            ]
            if !conversation.tools.isEmpty { members.append(("tools", .array(conversation.tools))) }
            return .object(JSONObject(members))
        }
    }

    /// A conversation of a system text, a question and an answer.
    static func record(system: String, user: String, assistant: String) -> JSON {
        let turns = [("system", system), ("user", user), ("assistant", assistant)].map { role, text -> JSON in
            .object(JSONObject([("role", .string(role)), ("content", .string(text))]))
        }
        return .object(JSONObject([("messages", .array(turns))]))
    }

    private static func turn(_ turn: Conversation.Turn) -> JSON {
        let message = turn.message
        var members: [(key: String, value: JSON)] = [
            ("role", .string(message.role.rawValue)), ("content", .string(message.content)),
        ]
        if let reasoning = message.reasoning { members.append(("reasoning_content", .string(reasoning))) }
        if !message.toolCalls.isEmpty {
            let calls = message.toolCalls.map { call -> JSON in
                let function = JSONObject([("name", .string(call.name)), ("arguments", call.arguments)])
                return .object(JSONObject([("type", .string("function")), ("function", .object(function))]))
            }
            members.append(("tool_calls", .array(calls)))
        }
        if let isTrained = turn.isTrained { members.append(("train", .bool(isTrained))) }
        return .object(JSONObject(members))
    }
}
