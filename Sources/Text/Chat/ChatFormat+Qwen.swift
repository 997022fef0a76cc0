import Checkpoint

extension ChatFormat {
    /// The system turn of a Qwen 2.5 conversation that has none of its own.
    var qwenIntroduction: String {
        (self == .qwen25Plain ? "" : "You are Qwen, created by Alibaba Cloud. ")
            + "You are a helpful assistant."
    }

    /// Qwen 2.5.
    func qwen25(_ messages: [ChatMessage], _ options: ChatOptions, _ writer: inout ChatWriter) {
        let given = messages[0].isSystem
        let system = given ? messages[0].content : qwenIntroduction
        if options.tools.isEmpty {
            chatMLTurn(given ? 0 : nil, "system", system, &writer)
        } else {
            qwenTools(given ? 0 : nil, system + "\n\n", options.tools.map { PythonJSON($0) }, &writer)
        }
        for (index, message) in messages.enumerated() where index > 0 || !given {
            if message.role == .tool {
                qwenToolAnswer(messages, index, &writer)
            } else if message.toolCalls.isEmpty {
                chatMLTurn(index, message.roleName, message.content, &writer)
            } else {
                // The line end after the role belongs to what follows it, but
                // the model is given it before it answers.
                writer.begin(index, .header)
                writer.special("<|im_start|>")
                writer.text("assistant\n")
                writer.begin(index, .content)
                if !message.content.isEmpty { writer.text(message.content + "\n") }
                let calls = message.toolCalls.map { call in
                    Self.toolCall(call.name, PythonJSON(call.arguments).text)
                }
                writer.text(calls.joined(separator: "\n"))
                chatMLEnd(index, &writer)
            }
        }
    }

    /// Qwen 3: an answer after the last question keeps its thinking, earlier
    /// ones lose it.
    func qwen3(_ messages: [ChatMessage], _ options: ChatOptions, _ writer: inout ChatWriter) {
        let given = messages[0].isSystem
        if !options.tools.isEmpty {
            let opening = given ? messages[0].content + "\n\n" : ""
            qwenTools(given ? 0 : nil, opening, options.tools.map { PythonJSON($0) }, &writer)
        } else if given {
            chatMLTurn(0, "system", messages[0].content, &writer)
        }
        let lastQuestion = messages.lastIndex { Self.isQuestion($0) } ?? messages.count - 1
        for (index, message) in messages.enumerated() where index > 0 || !given {
            switch message.role {
            case .tool: qwenToolAnswer(messages, index, &writer)
            case .assistant:
                let isLast = index == messages.count - 1
                qwen3Answer(
                    index, message, thinks: index > lastQuestion, isLast: isLast, options, &writer)
            default: chatMLTurn(index, message.roleName, message.content, &writer)
            }
        }
    }

    private func qwen3Answer(
        _ index: Int, _ message: ChatMessage, thinks: Bool, isLast: Bool, _ options: ChatOptions,
        _ writer: inout ChatWriter
    ) {
        let (thought, content) = Self.thinking(message)
        writer.begin(index, .header)
        writer.special("<|im_start|>")
        writer.text("assistant\n")
        writer.begin(index, .content)
        if thinks, isLast || !thought.isEmpty {
            let block = "<think>\n" + PythonText.strip(thought, only: "\n") + "\n</think>\n\n"
            // Without thinking the empty block is given, not generated.
            if !options.thinking, thought.isEmpty { writer.begin(index, .header) }
            writer.text(block)
            writer.begin(index, .content)
            writer.text(PythonText.stripStart(content, only: "\n"))
        } else {
            writer.text(content)
        }
        for (number, call) in message.toolCalls.enumerated() {
            let arguments = call.arguments.string ?? PythonJSON(call.arguments).text
            let separator = number > 0 || !content.isEmpty ? "\n" : ""
            writer.text(separator + Self.toolCall(call.name, arguments))
        }
        chatMLEnd(index, &writer)
    }

    /// What an answer thought and what it said, where its text holds both.
    private static func thinking(_ message: ChatMessage) -> (thought: String, content: String) {
        if let reasoning = message.reasoning { return (reasoning, message.content) }
        let parts = PythonText.split(message.content, "</think>")
        guard parts.count > 1, let first = parts.first, let last = parts.last else {
            return ("", message.content)
        }
        let thought = PythonText.split(PythonText.stripEnd(first, only: "\n"), "<think>").last ?? ""
        return (PythonText.stripStart(thought, only: "\n"), PythonText.stripStart(last, only: "\n"))
    }

    /// Whether somebody asks, rather than hands a tool's answer back.
    private static func isQuestion(_ message: ChatMessage) -> Bool {
        guard message.role == .user else { return false }
        let text = message.content.utf8
        return
            !(text.starts(with: "<tool_response>".utf8)
            && text.reversed().starts(with: "</tool_response>".utf8.reversed()))
    }

    private static func toolCall(_ name: String, _ arguments: String) -> String {
        "<tool_call>\n{\"name\": \"" + name + "\", \"arguments\": " + arguments + "}\n</tool_call>"
    }
}
