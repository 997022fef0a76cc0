/// A postmortem taken apart: its paragraphs, list items and table rows, each under the kind its headings say.
public struct PostmortemText: Sendable {
    /// One paragraph, list item or table row.
    public struct Block: Sendable, Equatable {
        /// The words, without marks of Markdown.
        public let text: String
        /// What the headings above it say it is about; nothing where they say nothing.
        public let kind: SectionKind?
        /// Whether it is an item of a list or the row of a table.
        public let isItem: Bool
        /// A box before it that is ticked or not.
        public let isDone: Bool?
    }

    /// The document's blocks in order.
    public let blocks: [Block]

    /// Reads Markdown.
    public init(_ markdown: String) {
        var blocks: [Block] = []
        var kinds: [(level: Int, kind: SectionKind?)] = []
        var paragraph = ""
        var isFenced = false
        var lastItem = false
        func kind() -> SectionKind? { kinds.last { $0.kind != nil }?.kind }
        func finish() {
            let text = Self.plain(paragraph)
            if text.utf8.count >= 3 {
                blocks.append(Block(text: text, kind: kind(), isItem: false, isDone: nil))
            }
            paragraph = ""
        }
        for line in markdown.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let text = Words.trimmed(line)
            if text.hasPrefix("```") {
                isFenced.toggle()
                continue
            }
            if isFenced { continue }
            if text.isEmpty {
                finish()
                lastItem = false
                continue
            }
            if let heading = Self.heading(text) {
                finish()
                lastItem = false
                kinds.removeAll { $0.level >= heading.level }
                kinds.append((heading.level, SectionKind(heading: heading.text)))
                continue
            }
            if let item = Self.item(text) {
                finish()
                let plain = Self.plain(item.text)
                if plain.utf8.count >= 3 {
                    blocks.append(Block(text: plain, kind: kind(), isItem: true, isDone: item.isDone))
                    lastItem = true
                }
                continue
            }
            if text.hasPrefix("|") {
                finish()
                if let row = Self.row(text) {
                    blocks.append(Block(text: row, kind: kind(), isItem: true, isDone: nil))
                }
                continue
            }
            if lastItem, line.first == " " || line.first == "\t", let last = blocks.popLast() {
                // A list item goes on where the next line is set in.
                blocks.append(
                    Block(
                        text: last.text + " " + Self.plain(text), kind: last.kind, isItem: true,
                        isDone: last.isDone))
                continue
            }
            paragraph += paragraph.isEmpty ? text : " " + text
        }
        finish()
        self.blocks = blocks
    }

    private static func heading(_ text: String) -> (level: Int, text: String)? {
        let level = text.prefix { $0 == "#" }.count
        if (1...6).contains(level), text.dropFirst(level).first == " " {
            return (level, plain(String(text.dropFirst(level))))
        }
        // A whole line in bold is how some write a heading.
        if text.hasPrefix("**"), text.utf8.count < 80,
            text.hasSuffix("**") || text.hasSuffix("**:") || text.hasSuffix(":**")
        {
            let inner = plain(text)
            return SectionKind(heading: inner) == nil ? nil : (7, inner)
        }
        return nil
    }

    private static func item(_ text: String) -> (text: String, isDone: Bool?)? {
        var rest: Substring
        if let first = text.first, "-*+".contains(first), text.dropFirst().first == " " {
            rest = text.dropFirst(2)
        } else {
            let digits = text.prefix { $0.isNumber }
            guard (1...3).contains(digits.count) else { return nil }
            let after = text.dropFirst(digits.count)
            guard after.hasPrefix(". ") || after.hasPrefix(") ") else { return nil }
            rest = after.dropFirst(2)
        }
        rest = rest.drop { $0 == " " }
        for (box, isDone) in [("[ ]", false), ("[x]", true), ("[X]", true)] where rest.hasPrefix(box) {
            return (String(rest.dropFirst(3)), isDone)
        }
        return (String(rest), nil)
    }

    private static func row(_ text: String) -> String? {
        let cells = text.split(separator: "|").map { plain(String($0)) }.filter { !$0.isEmpty }
        // The line below the head is dashes only.
        guard !cells.isEmpty, cells.contains(where: { $0.contains { $0 != "-" && $0 != ":" && $0 != " " } })
        else {
            return nil
        }
        return cells.joined(separator: " | ")
    }

    /// Without stars, code marks and the addresses of links.
    static func plain(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let letter = rest.first {
            if letter == "[", let close = rest.firstIndex(of: "]"),
                rest[rest.index(after: close)...].hasPrefix("("),
                let end = rest[close...].firstIndex(of: ")")
            {
                result += rest[rest.index(after: rest.startIndex)..<close]
                rest = rest[rest.index(after: end)...]
            } else if letter == "*" || letter == "`" {
                rest = rest.dropFirst()
            } else if letter == "<", let close = rest.firstIndex(of: ">"),
                rest.distance(from: rest.startIndex, to: close) < 80
            {
                result += " "
                rest = rest[rest.index(after: close)...]
            } else {
                result.append(letter)
                rest = rest.dropFirst()
            }
        }
        return Words.trimmed(
            result.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " "))
    }
}
