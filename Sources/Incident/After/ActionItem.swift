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
        due = DueDate.find(in: text)
    }

    /// An item from its parts.
    public init(_ text: String, owner: String?, due: String?, isDone: Bool = false) {
        self.text = text
        self.owner = owner
        self.due = due
        self.isDone = isDone
    }

    /// The item a block of a postmortem is; a table's columns say what its words would have to.
    init(_ block: PostmortemText.Block) {
        let text = block.cells[.task] ?? block.text
        let status = block.cells[.status]
        let isDone = block.isDone ?? Self.isDone(status ?? text)
        func cell(_ column: TableColumn) -> String? {
            block.cells[column].flatMap {
                ["-", "–", "?", "n/a", "tbd", "none"].contains($0.lowercased()) ? nil : $0
            }
        }
        self.init(
            text, owner: cell(.owner).map { Self.trimmedName($0) } ?? Self.owner(in: text),
            due: cell(.due) ?? DueDate.find(in: text), isDone: isDone)
    }

    private static func isDone(_ text: String) -> Bool {
        let words = Words.set(text)
        let done: Set<String> = [
            "done", "completed", "finished", "shipped", "closed", "merged", "erledigt", "abgeschlossen",
            "fertig",
        ]
        return !words.isDisjoint(with: done) || text.contains("✅") || text.contains("~~")
            ? words.isDisjoint(with: ["not", "todo", "progress", "be", "nicht", "until", "once", "when"])
            : false
    }

    private static let labels = [
        "owner:", "owner is ", "owned by ", "assigned to ", "assigned to: ", "assignee:", "responsible:",
        "dri:",
        "who:", "verantwortlich:", "verantwortlich ist ", "zuständig:", "zuständig ist ", "owner – ",
        "owner - ",
    ]

    /// `@ada`, `owner: team-x`, `(assigned to Ada Lovelace)`, `zuständig: Team Netz`.
    static func owner(in text: String) -> String? {
        let lower = text.lowercased()
        for mark in labels {
            guard let range = lower.firstRange(of: mark) else { continue }
            let offset = lower.distance(from: lower.startIndex, to: range.upperBound)
            guard let name = name(at: text.dropFirst(offset).drop { $0 == " " || $0 == "@" }) else {
                continue
            }
            return name
        }
        if let at = text.firstIndex(of: "@") {
            let before = at == text.startIndex ? " " : text[text.index(before: at)]
            let name = text[text.index(after: at)...].prefix { isOfName($0) }
            if !name.isEmpty, !before.isLetter, !before.isNumber { return trimmedName(String(name)) }
        }
        return nil
    }

    /// A name at the beginning: one word, and up to two more that begin with a capital.
    private static func name(at rest: Substring) -> String? {
        var names: [String] = []
        var rest = rest
        while names.count < 3 {
            let word = rest.prefix { isOfName($0) }
            guard !word.isEmpty, names.isEmpty || word.first?.isUppercase == true else { break }
            names.append(String(word))
            rest = rest.dropFirst(word.count)
            // A full stop behind a word ends the sentence, behind a letter it does not.
            guard rest.first == " ", word.count <= 2 || !word.hasSuffix(".") else { break }
            rest = rest.dropFirst()
        }
        let name = trimmedName(names.joined(separator: " "))
        return name.isEmpty ? nil : name
    }

    private static func isOfName(_ letter: Character) -> Bool {
        letter.isLetter || letter.isNumber || "-_.".contains(letter)
    }

    private static func trimmedName(_ name: String) -> String {
        PostmortemText.trimmed(name[...], of: "@.-_ ")
    }
}
