import Checkpoint
import Text

/// One example as it was read, before it becomes tokens.
public struct Example: Sendable {
    /// The three kinds of example.
    public enum Content: Sendable {
        /// A conversation, maybe with tools, written in the model's chat format.
        case conversation(Conversation)
        /// A text and how it goes on, written as they stand.
        case continuation(prompt: String, completion: String)
        /// A text, all of which is learnt.
        case text(String)
    }
    /// What it says.
    public let content: Content
    /// Where it was read.
    public let place: RecordPlace

    /// An example read somewhere.
    public init(_ content: Content, at place: RecordPlace) {
        self.content = content
        self.place = place
    }
}

/// A conversation to be learnt.
public struct Conversation: Sendable {
    /// One turn.
    public struct Turn: Sendable {
        /// What is said by whom.
        public var message: ChatMessage
        /// Whether the turn is trained, where the data says so itself.
        public var isTrained: Bool?

        /// A turn; by default the mask rule decides whether it is trained.
        public init(_ message: ChatMessage, isTrained: Bool? = nil) {
            self.message = message
            self.isTrained = isTrained
        }
    }
    /// The turns in order.
    public var turns: [Turn]
    /// The functions the assistant may ask for.
    public var tools: [JSON]

    /// A conversation.
    public init(_ turns: [Turn], tools: [JSON] = []) {
        self.turns = turns
        self.tools = tools
    }
}
