/// A postmortem taken apart: its paragraphs, list items and table rows, each under the kind its headings say.
public struct PostmortemText: Sendable {
    /// One paragraph, list item or table row.
    public struct Block: Sendable, Equatable {
        /// The words, without marks of Markdown.
        public var text: String
        /// What the headings above it say it is about; nothing where they say nothing.
        public let kind: SectionKind?
        /// Whether it is an item of a list or the row of a table.
        public let isItem: Bool
        /// A box before it that is ticked or not.
        public let isDone: Bool?
        /// A row's cells by what the table's head calls them.
        public var cells: [TableColumn: String] = [:]
    }

    /// The document's blocks in order.
    public let blocks: [Block]

    /// Reads Markdown, a wiki's page or plain text.
    public init(_ document: String) {
        var reader = Reader()
        let lines = document.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let next = number + 1 < lines.count ? Words.trimmed(lines[number + 1]) : ""
            reader.read(line, next: next)
        }
        reader.finish()
        blocks = reader.blocks
    }

    /// What was read of a document so far.
    private struct Reader {
        var blocks: [Block] = []
        private var kinds: [(level: Int, kind: SectionKind?)] = []
        private var paragraph = ""
        private var isFenced = false
        private var isInItem = false
        private var hasHeading = false
        private var columns: [TableColumn?]?
        /// Whether the line is the one below a heading that was told by it.
        private var isUnderline = false

        private var kind: SectionKind? { kinds.last { $0.kind != nil }?.kind }

        mutating func read(_ line: Substring, next: String) {
            let text = Words.trimmed(line)
            let indent = line.prefix { $0 == " " || $0 == "\t" }.count
            if text.hasPrefix("```") || text.hasPrefix("~~~") {
                isFenced.toggle()
                return
            }
            if isFenced { return }
            if isUnderline {
                isUnderline = false
                return
            }
            if !text.hasPrefix("|") { columns = nil }
            if PostmortemText.isReference(text) { return }
            if text.isEmpty {
                finish()
                return
            }
            if paragraph.isEmpty, let level = Self.level(underlining: next), PostmortemText.item(text) == nil,
                !text.hasPrefix("|"), !text.hasPrefix("#")
            {
                isUnderline = true
                return open(PostmortemText.plain(text), level: level)
            }
            if let heading = PostmortemText.heading(text) { return open(heading.text, level: heading.level) }
            if text.hasPrefix("|") { return row(text, next: next) }
            if let item = PostmortemText.item(text) {
                finish()
                // `- **Impact**:` announces what is set in below it.
                let rest = announced(by: item.text, indent: indent) ?? item.text
                return put(PostmortemText.plain(rest), isItem: true, isDone: item.isDone)
            }
            if let rest = announced(by: text, indent: indent) {
                paragraph = rest
                return
            }
            if isInItem, let last = blocks.indices.last {
                // An item goes on until a line is empty, set in or not.
                blocks[last].text += " " + PostmortemText.plain(text)
                return
            }
            paragraph += paragraph.isEmpty ? text : " " + text
        }

        /// What stands behind a label that announces a section; another label ends the one before.
        private mutating func announced(by text: String, indent: Int) -> String? {
            guard let label = PostmortemText.label(text) else { return nil }
            guard SectionKind(heading: label.label) != nil else {
                kinds.removeAll { $0.level >= 7 + indent }
                return nil
            }
            open(label.label, level: 7 + indent)
            return label.rest
        }

        /// The line `===` or `---` below a heading.
        private static func level(underlining line: String) -> Int? {
            guard line.utf8.count >= 3 else { return nil }
            if line.allSatisfy({ $0 == "=" }) { return 1 }
            return line.allSatisfy { $0 == "-" } ? 2 : nil
        }

        private mutating func open(_ heading: String, level: Int) {
            finish()
            kinds.removeAll { $0.level >= level }
            // A document's title is what it is about, not a section.
            let isTitle =
                !hasHeading && level == 1
                && (Words.list(heading).count > 4 || heading.contains(where: \.isNumber))
            hasHeading = true
            kinds.append((level, isTitle ? nil : SectionKind(heading: heading)))
        }

        private mutating func row(_ text: String, next: String) {
            finish()
            let cells = PostmortemText.cells(text)
            guard !cells.isEmpty else { return }
            // The row above the line of dashes names the columns, unless it holds numbers as the others do.
            if columns == nil, next.hasPrefix("|"), PostmortemText.cells(next).isEmpty,
                !text.contains(where: \.isNumber)
            {
                columns = cells.map { TableColumn(heading: $0) }
                return
            }
            var block = Block(
                text: cells.filter { !$0.isEmpty }.joined(separator: " | "), kind: kind, isItem: true,
                isDone: nil)
            for (column, cell) in zip(columns ?? [], cells) where !cell.isEmpty {
                if let column { block.cells[column] = block.cells[column] ?? cell }
            }
            if columns == nil { columns = [] }
            if block.text.contains(where: \.isLetter) { blocks.append(block) }
        }

        private mutating func put(_ text: String, isItem: Bool, isDone: Bool?) {
            guard PostmortemText.saysSomething(text) else { return }
            blocks.append(Block(text: text, kind: kind, isItem: isItem, isDone: isDone))
            isInItem = isItem
        }

        mutating func finish() {
            let text = PostmortemText.plain(paragraph)
            paragraph = ""
            isInItem = false
            put(text, isItem: false, isDone: nil)
        }
    }
}

/// What a column of a table of action items holds.
public enum TableColumn: String, Sendable, CaseIterable {
    case task, owner, due, status

    private var words: [String] {
        switch self {
        case .task:
            [
                "action", "task", "item", "what", "description", "todo", "to do", "measure", "follow-up",
                "maßnahme", "massnahme", "aufgabe", "was", "beschreibung", "tâche", "acción", "tarea", "ação",
            ]
        case .owner:
            [
                "owner", "assignee", "assigned", "who", "responsible", "team", "dri", "lead", "person",
                "verantwortlich", "zuständig", "wer", "responsable", "responsável",
            ]
        case .due:
            [
                "due", "date", "deadline", "eta", "when", "by", "target", "frist", "fällig", "termin", "bis",
                "wann", "datum", "échéance", "fecha", "prazo",
            ]
        case .status: ["status", "state", "done", "progress", "complete", "stand", "erledigt", "estado"]
        }
    }

    init?(heading: String) {
        let words = Words.list(heading)
        guard
            let column = Self.allCases.first(where: { column in
                words.contains { word in
                    column.words.contains { word.hasPrefix($0) && word.count < $0.count + 4 }
                }
            })
        else { return nil }
        self = column
    }
}
