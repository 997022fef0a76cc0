/// Why a conversation cannot be written in a format.
///
/// It carries facts; the sentence for people is made where errors are shown.
public enum ChatError: Error, Sendable, Equatable {
    /// There is no message.
    case noMessages
    /// A conversation of nothing but a system turn, which the format would
    /// lose.
    case systemOnly(ChatFormat)
    /// A turn's role is not the one that must follow.
    case roleOutOfTurn(ChatFormat, message: Int, found: ChatMessage.Role, expected: ChatMessage.Role)
    /// The format has no way to write tools, tool calls or tool answers.
    case toolsUnsupported(ChatFormat, message: Int?)
    /// The format allows one tool call in a turn.
    case severalToolCalls(ChatFormat, message: Int, count: Int)
    /// Only the assistant calls tools.
    case toolCallsNotAllowed(ChatFormat, message: Int, role: ChatMessage.Role)
    /// The model's vocabulary lacks a turn marker of the format.
    case missingToken(ChatFormat, piece: String)
}
