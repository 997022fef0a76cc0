extension ChatFormat {
    /// Gemma: user and model take turns, and a system text is the beginning of
    /// the first user turn. It is not trimmed, what the others say is.
    func gemma(
        _ messages: [ChatMessage], _ options: ChatOptions, _ writer: inout ChatWriter
    ) throws(ChatError) {
        guard options.tools.isEmpty else { throw .toolsUnsupported(self, message: nil) }
        writer.special("<bos>")
        let first = messages[0].isSystem ? 1 : 0
        guard messages.count > first else { throw .systemOnly(self) }
        for (index, message) in messages.enumerated().dropFirst(first) {
            guard message.toolCalls.isEmpty, message.role != .tool else {
                throw .toolsUnsupported(self, message: index)
            }
            let expected: ChatMessage.Role = (index - first).isMultiple(of: 2) ? .user : .assistant
            guard message.role == expected else {
                throw .roleOutOfTurn(self, message: index, found: message.role, expected: expected)
            }
            writer.begin(index, .header)
            writer.special("<start_of_turn>")
            writer.text(expected == .user ? "user\n" : "model\n")
            if index == first, first == 1 {
                writer.begin(0, .content)
                writer.text(messages[0].content + "\n\n")
            }
            writer.begin(index, .content)
            writer.text(PythonText.strip(message.content))
            writer.begin(index, .end)
            writer.special("<end_of_turn>")
            writer.text("\n")
        }
    }
}
