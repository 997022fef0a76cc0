extension ChatFormat {
    /// ChatML: every role writes its name and its text as it is. SmolLM2 has a
    /// system turn of its own where the conversation begins without one.
    func chatML(
        _ messages: [ChatMessage], _ options: ChatOptions, _ writer: inout ChatWriter
    ) throws(ChatError) {
        guard options.tools.isEmpty else { throw .toolsUnsupported(self, message: nil) }
        if self == .smollm2, !messages[0].isSystem {
            let introduction = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
            chatMLTurn(nil, "system", introduction, &writer)
        }
        for (index, message) in messages.enumerated() {
            guard message.toolCalls.isEmpty else { throw .toolsUnsupported(self, message: index) }
            chatMLTurn(index, message.roleName, message.content, &writer)
        }
    }

    /// `<|im_start|>role`, the text on the next line, `<|im_end|>`.
    func chatMLTurn(_ index: Int?, _ role: String, _ content: String, _ writer: inout ChatWriter) {
        writer.begin(index, .header)
        writer.special("<|im_start|>")
        writer.text(role + "\n")
        writer.begin(index, .content)
        writer.text(content)
        chatMLEnd(index, &writer)
    }

    func chatMLEnd(_ index: Int?, _ writer: inout ChatWriter) {
        writer.begin(index, .end)
        writer.special("<|im_end|>")
        writer.text("\n")
    }

    /// The system turn that offers tools, as both Qwen formats write it.
    func qwenTools(_ index: Int?, _ opening: String, _ tools: [PythonJSON], _ writer: inout ChatWriter) {
        let signatures = tools.map { "\n" + $0.text }.joined()
        let content = """
            \(opening)# Tools

            You may call one or more functions to assist with the user query.

            You are provided with function signatures within <tools></tools> XML tags:
            <tools>\(signatures)
            </tools>

            For each function call, return a json object with function name and arguments within \
            <tool_call></tool_call> XML tags:
            <tool_call>
            {"name": <function-name>, "arguments": <args-json-object>}
            </tool_call>
            """
        chatMLTurn(index, "system", content, &writer)
    }

    /// A tool's answer, as both Qwen formats write it: answers that follow
    /// each other share one user turn.
    func qwenToolAnswer(_ messages: [ChatMessage], _ index: Int, _ writer: inout ChatWriter) {
        writer.begin(index, .header)
        if index == 0 || messages[index - 1].role != .tool {
            writer.special("<|im_start|>")
            writer.text("user")
        }
        writer.text("\n<tool_response>\n")
        writer.begin(index, .content)
        writer.text(messages[index].content)
        writer.begin(index, .end)
        writer.text("\n</tool_response>")
        if index == messages.count - 1 || messages[index + 1].role != .tool { chatMLEnd(index, &writer) }
    }
}
