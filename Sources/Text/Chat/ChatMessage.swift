import Checkpoint

/// One turn of a conversation.
public struct ChatMessage: Sendable {
    /// Who speaks. `developer` is written as `system`: no model of ours knows
    /// the difference.
    public enum Role: String, Sendable, CaseIterable {
        case system, developer, user, assistant, tool
    }

    /// A function the assistant asked for.
    public struct ToolCall: Sendable {
        /// The function's name.
        public var name: String
        /// Its arguments: an object, or the text of one.
        public var arguments: JSON

        /// A call of a function with arguments.
        public init(name: String, arguments: JSON) {
            self.name = name
            self.arguments = arguments
        }
    }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var content: String
    /// What was thought before it was said, where that is kept apart.
    public var reasoning: String?
    /// Functions the assistant asked for.
    public var toolCalls: [ToolCall]

    /// A turn.
    public init(
        _ role: Role, _ content: String, reasoning: String? = nil, toolCalls: [ToolCall] = []
    ) {
        self.role = role
        self.content = content
        self.reasoning = reasoning
        self.toolCalls = toolCalls
    }

    /// The role as a template sees it.
    var roleName: String { role == .developer ? Role.system.rawValue : role.rawValue }

    var isSystem: Bool { role == .system || role == .developer }
}

/// What a conversation may say besides its messages.
public struct ChatOptions: Sendable {
    /// Whether the answer may begin with thinking; only Qwen 3 asks.
    public var thinking: Bool
    /// The date in Llama 3's system turn, as its template writes it.
    public var date: String
    /// The functions the assistant may ask for, as JSON schemas.
    public var tools: [JSON]

    /// Options; the defaults are the templates' own.
    public init(thinking: Bool = true, date: String = "26 Jul 2024", tools: [JSON] = []) {
        self.thinking = thinking
        self.date = date
        self.tools = tools
    }
}
