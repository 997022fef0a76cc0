import Text

/// Which tokens of an example are trained.
public struct MaskRule: Sendable, Equatable {
    /// Which ends of turn are trained.
    public enum End: String, Sendable, CaseIterable {
        /// Those of trained turns.
        case turn
        /// Those of all turns.
        case all
        /// Only the last one of the conversation, if its turn is trained.
        case last
        /// None.
        case none
    }

    /// Whether every token is trained but the first, which nothing predicts.
    public var everything = false
    /// Whose turns are trained, where the data does not say so itself.
    public var roles: Set<ChatMessage.Role> = [.assistant]
    /// Which ends of turn are trained.
    public var end: End = .turn
    /// Whether only the last trained turn counts.
    public var lastTurnOnly = false

    /// The usual rule: the assistant's turns, text and end.
    public init() {}

    /// The mask of a conversation: what a model would have said itself, of the turns that count.
    func mask(_ tokens: TaggedTokens, _ turns: [Conversation.Turn]) -> [Bool] {
        var counts = turns.map { $0.isTrained ?? roles.contains($0.message.role) }
        if lastTurnOnly, let last = counts.lastIndex(of: true) {
            counts = counts.indices.map { $0 == last }
        }
        let mask = tokens.tags.map { tag in
            if everything { return true }
            guard let turn = tag.message else { return false }
            return switch (tag.part, end) {
            case (.header, _): false
            case (.content, _): counts[turn]
            case (.end, .turn): counts[turn]
            case (.end, .all): true
            case (.end, .last): counts[turn] && turn == turns.count - 1
            case (.end, .none): false
            }
        }
        return Self.withoutFirst(mask)
    }

    /// The mask of a text in parts, of which the last are learnt, and the end that may follow.
    func mask(parts: [Int], learnt: Int, hasBegin: Bool, hasEnd: Bool) -> [Bool] {
        let body = parts.map { everything || $0 >= learnt }
        return Self.withoutFirst(
            (hasBegin ? [everything] : []) + body + (hasEnd ? [everything || end != .none] : []))
    }

    private static func withoutFirst(_ mask: [Bool]) -> [Bool] {
        mask.isEmpty ? mask : [false] + mask.dropFirst()
    }
}
