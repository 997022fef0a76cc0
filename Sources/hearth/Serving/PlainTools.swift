import Checkpoint
import Text

/// Tools in a chat format that has no place for them.
///
/// They are told in the system turn, calls and answers are written in tags, the way
/// most small models have seen them. Why: a call that is demanded is made certain by
/// a mask, so even a model that never learnt of tools can be asked for one.
enum PlainTools {
    /// The conversation with tools, calls and their answers written as text.
    static func written(_ messages: [ChatMessage], tools: [JSON]) -> [ChatMessage] {
        var written: [ChatMessage] = []
        for message in messages {
            let next = plain(message)
            // An answer of a tool joins what else the user's side says there.
            if let last = written.last, last.role == .user, next.role == .user,
                message.role == .tool || last.content.hasSuffix(closing)
            {
                written[written.count - 1].content += "\n" + next.content
            } else {
                written.append(next)
            }
        }
        if tools.isEmpty { return written }
        if let first = written.first, first.role == .system || first.role == .developer {
            written[0].content += "\n\n" + offer(tools)
        } else {
            written.insert(ChatMessage(.system, offer(tools)), at: 0)
        }
        return written
    }

    private static let closing = "</tool_response>"

    private static func offer(_ tools: [JSON]) -> String {
        """
        You may call these functions:
        <tools>
        \(tools.map { String(decoding: $0.serialised(), as: UTF8.self) }.joined(separator: "\n"))
        </tools>
        To call one, write its name and arguments between tags:
        <tool_call>
        {"name": "FUNCTION", "arguments": {}}
        </tool_call>
        """
    }

    private static func plain(_ message: ChatMessage) -> ChatMessage {
        var plain = message
        if message.role == .tool {
            plain.role = .user
            plain.content = "<tool_response>\n\(message.content)\n\(closing)"
        }
        plain.toolCalls = []
        let calls = message.toolCalls.map { call in
            let json = JSON.object(["name": .string(call.name), "arguments": call.arguments])
            return "<tool_call>\n\(String(decoding: json.serialised(), as: UTF8.self))\n</tool_call>"
        }
        plain.content = ([plain.content] + calls).filter { !$0.isEmpty }.joined(separator: "\n")
        return plain
    }
}

extension ChatFormat {
    /// Whether the format itself says how tools are offered and called.
    var hasTools: Bool {
        switch self {
        case .gemma, .chatml, .smollm2: false
        case .qwen25, .qwen25Plain, .qwen3, .llama3: true
        }
    }
}
