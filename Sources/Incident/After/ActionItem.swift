import Foundation

/// Something to be done, with whom and by when, where that is said.
public struct ActionItem: Sendable, Equatable {
    /// What is to be done.
    public let text: String
    /// The team or person; nothing where it is not said.
    public let owner: String?
    /// By when, as it is said.
    public let due: String?
    /// Whether it is done.
    public let isDone: Bool

    /// An item from its words.
    public init(_ text: String, isDone: Bool = false) {
        self.text = text
        self.isDone = isDone
        owner = Self.owner(in: text)
        due = Self.due(in: text)
    }

    /// An item from its parts.
    public init(_ text: String, owner: String?, due: String?, isDone: Bool = false) {
        self.text = text
        self.owner = owner
        self.due = due
        self.isDone = isDone
    }

    /// `@ada`, `owner: team-x`, `(assigned to ada)`.
    static func owner(in text: String) -> String? {
        let lower = text.lowercased()
        for mark in ["owner:", "owner is ", "assigned to ", "assignee:", "responsible:"] {
            guard let range = lower.firstRange(of: mark) else { continue }
            let rest = lower[range.upperBound...].drop { $0 == " " || $0 == "@" }
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "." }
            if !name.isEmpty { return Self.trimmedName(String(name)) }
        }
        if let at = text.firstIndex(of: "@") {
            let before = at == text.startIndex ? " " : text[text.index(before: at)]
            let name = text[text.index(after: at)...].prefix {
                $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "."
            }
            if !name.isEmpty, !before.isLetter, !before.isNumber { return trimmedName(String(name)) }
        }
        return nil
    }

    private static func trimmedName(_ name: String) -> String {
        var name = name
        while let last = name.last, ".-_".contains(last) { name.removeLast() }
        return name
    }

    private static let days: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "today",
    ]

    /// A date after `by`, `before`, `until` or `due`, or `YYYY-MM-DD` anywhere behind them.
    static func due(in text: String) -> String? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "(" || $0 == ")" }.map(String.init)
        for (index, word) in words.enumerated() {
            let lower = word.lowercased()
            guard
                ["by", "before", "until", "due", "due:", "eta", "eta:", "deadline", "deadline:"].contains(
                    lower)
            else { continue }
            for next in words[(index + 1)...].prefix(2) {
                let plain = String(
                    next.drop { $0 == "*" }.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "/" })
                let parts = plain.split(separator: "-")
                if parts.count == 3, parts.allSatisfy({ Int($0) != nil }) { return plain }
                if days.contains(plain.lowercased()) || plain.uppercased().hasPrefix("Q") && plain.count == 2
                {
                    return plain
                }
            }
        }
        return nil
    }
}
