/// A stretch of a rendered conversation: a turn marker, or text.
public struct ChatPiece: Sendable, Equatable {
    /// What stands there.
    public enum Content: Sendable, Equatable {
        /// One control token.
        case special(String)
        /// Text, in which no control token is recognised.
        case text(String)
    }

    /// What stands there.
    public let content: Content
    /// Whose it is.
    public let tag: ChatTag

    /// The characters of the piece.
    public var text: String {
        switch content {
        case .special(let text), .text(let text): text
        }
    }
}

/// Which message a piece or token belongs to, and as what.
public struct ChatTag: Sendable, Hashable {
    /// The parts of a turn. A model that answers writes `content` and `end`;
    /// so these two of the assistant's turns are what training trains.
    public enum Part: String, Sendable {
        /// What opens the turn.
        case header
        /// What the turn says.
        case content
        /// What closes the turn.
        case end
    }

    /// The index of the message; none for what the format adds by itself (the
    /// begin of the text, a default system turn, the prompt for an answer).
    public let message: Int?
    /// The part of the turn.
    public let part: Part

    /// A tag.
    public init(message: Int?, part: Part) {
        self.message = message
        self.part = part
    }
}

/// A conversation as tokens, each with its tag.
public struct TaggedTokens: Sendable, Equatable {
    /// The tokens.
    public var ids: [Int32] = []
    /// For each token, what it belongs to: the tag of the text in which the
    /// token begins.
    public var tags: [ChatTag] = []
}

/// Collects the pieces of a conversation.
struct ChatWriter {
    private(set) var pieces: [ChatPiece] = []
    private var tag = ChatTag(message: nil, part: .header)

    /// Says whose the following pieces are.
    mutating func begin(_ message: Int?, _ part: ChatTag.Part) { tag = ChatTag(message: message, part: part) }

    mutating func special(_ piece: String) { pieces.append(ChatPiece(content: .special(piece), tag: tag)) }

    /// Text; none is no piece.
    mutating func text(_ text: String) {
        if !text.isEmpty { pieces.append(ChatPiece(content: .text(text), tag: tag)) }
    }
}
