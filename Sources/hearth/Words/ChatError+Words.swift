import Text

extension ChatError: Explained {
    var sentence: String {
        switch self {
        case .noMessages:
            "The conversation has no messages; give at least one with the role “user”."
        case .systemOnly(let format):
            "A conversation in the \(format.rawValue) format needs a user message after the system message."
        case .roleOutOfTurn(let format, let message, let found, let expected):
            "Message \(message + 1) has the role “\(found.rawValue)” where the \(format.rawValue) format needs "
                + "“\(expected.rawValue)”; user and assistant must take turns."
        case .toolsUnsupported(let format, let message):
            (message.map { "Message \($0 + 1) uses tools" } ?? "The conversation offers tools")
                + ", which the \(format.rawValue) format cannot write; use a model with qwen2.5, qwen3 or llama3."
        case .severalToolCalls(let format, let message, let count):
            "Message \(message + 1) has \(count) tool calls; the \(format.rawValue) format allows one in a turn."
        case .toolCallsNotAllowed(_, let message, let role):
            "Message \(message + 1) has tool calls and the role “\(role.rawValue)”; only “assistant” calls tools."
        case .missingToken(let format, let piece):
            "The model's vocabulary has no “\(piece)”, which the \(format.rawValue) format needs; "
                + "name another chat format."
        }
    }
}
