/// How a family of models writes conversations: a closed set.
///
/// A template from a model file is compared with what we know
/// (`recognise(template:)`) and never run.
public enum ChatFormat: String, CaseIterable, Sendable {
    /// Gemma 2 and 3: the system text goes before the first user turn.
    case gemma
    /// `<|im_start|>role`, and nothing by itself.
    case chatml
    /// ChatML with SmolLM2's own system turn where there is none.
    case smollm2
    /// ChatML with Qwen 2.5's own system turn, and tools.
    case qwen25 = "qwen2.5"
    /// The same with a shorter system turn, as Qwen 2.5's base models and its
    /// official GGUF files have it.
    case qwen25Plain = "qwen2.5-plain"
    /// ChatML with thinking and tools.
    case qwen3
    /// Llama 3.1 and 3.2, with their dates and tools.
    case llama3

    /// The pieces that end a turn.
    public var stops: [String] {
        switch self {
        case .gemma: ["<end_of_turn>"]
        case .chatml, .smollm2, .qwen25, .qwen25Plain, .qwen3: ["<|im_end|>"]
        case .llama3: ["<|eot_id|>"]
        }
    }

    /// The pieces of a conversation, each with its tag.
    ///
    /// Put together they are what Hugging Face's `apply_chat_template` gives.
    ///
    /// - Parameter generationPrompt: whether the opening of the assistant's
    ///   next turn follows.
    public func render(
        _ messages: [ChatMessage], generationPrompt: Bool, options: ChatOptions = ChatOptions()
    ) throws(ChatError) -> [ChatPiece] {
        guard !messages.isEmpty else { throw .noMessages }
        for (index, message) in messages.enumerated()
        where !message.toolCalls.isEmpty && message.role != .assistant {
            throw .toolCallsNotAllowed(self, message: index, role: message.role)
        }
        var writer = ChatWriter()
        switch self {
        case .gemma: try gemma(messages, options, &writer)
        case .chatml, .smollm2: try chatML(messages, options, &writer)
        case .qwen25, .qwen25Plain: qwen25(messages, options, &writer)
        case .qwen3: qwen3(messages, options, &writer)
        case .llama3: try llama3(messages, options, &writer)
        }
        if generationPrompt {
            writer.begin(nil, .header)
            answerPrompt(options, &writer)
        }
        return writer.pieces
    }

    private func answerPrompt(_ options: ChatOptions, _ writer: inout ChatWriter) {
        switch self {
        case .gemma:
            writer.special("<start_of_turn>")
            writer.text("model\n")
        case .chatml, .smollm2, .qwen25, .qwen25Plain, .qwen3:
            writer.special("<|im_start|>")
            writer.text("assistant\n")
            if self == .qwen3, !options.thinking { writer.text("<think>\n\n</think>\n\n") }
        case .llama3:
            llama3Header("assistant", &writer)
        }
    }
}
