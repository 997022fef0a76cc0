/// The lists and tables in some lines of a document.
enum MarkdownItems {
    /// A line of a list with what is indented below it.
    struct Item: Equatable {
        /// The text of the item's own lines, on one line.
        var text: String
        /// `[x]` or `[ ]`, where there is a box.
        var isTicked: Bool?
        var children: [Item] = []
    }

    /// The items of the lists; text between them that belongs to none is left out.
    ///
    /// Code blocks stay with the item they stand in and are not searched.
    static func items(_ lines: [String]) -> [Item] {
        let fenced = MarkdownOutline.fenced(lines)
        var open: [(indent: Int, item: Item)] = []
        var items: [Item] = []
        func close(to indent: Int) {
            while let last = open.last, last.indent >= indent {
                open.removeLast()
                if open.isEmpty {
                    items.append(last.item)
                } else {
                    open[open.count - 1].item.children.append(last.item)
                }
            }
        }
        var isBlankBefore = false
        for (at, line) in lines.enumerated() {
            let text = line.trimmed
            if fenced[at] { continue }
            let indent = line.prefix(while: \.isWhitespace).reduce(0) { $0 + ($1 == "\t" ? 4 : 1) }
            if let (ticked, rest) = marker(text) {
                close(to: indent)
                open.append((indent, Item(text: rest, isTicked: ticked)))
            } else if text.isEmpty {
                isBlankBefore = true
                continue
            } else if let last = open.last, indent > last.indent || !isBlankBefore {
                // A line goes on with the item above, unless a paragraph begins left of it.
                open[open.count - 1].item.text += (last.item.text.isEmpty ? "" : " ") + text
            } else {
                close(to: 0)
            }
            isBlankBefore = false
        }
        close(to: 0)
        return items
    }

    /// The text after `- `, `* `, `1. `, `- [x] `.
    private static func marker(_ text: String) -> (ticked: Bool?, rest: String)? {
        var rest: Substring
        if let mark = text.first, "-*+•".contains(mark), text.dropFirst().first?.isWhitespace != false {
            rest = text.dropFirst()
        } else {
            let digits = text.prefix(while: \.isASCIIDigit)
            let after = text.dropFirst(digits.count)
            guard (1...2).contains(digits.count), let dot = after.first, dot == "." || dot == ")",
                after.dropFirst().first == " "
            else { return nil }
            rest = after.dropFirst()
        }
        rest = rest.drop(while: \.isWhitespace)
        for (box, ticked) in [("[ ]", false), ("[x]", true), ("[X]", true)] where rest.hasPrefix(box) {
            return (ticked, rest.dropFirst(3).trimmed)
        }
        return (nil, rest.trimmed)
    }

    /// A table: its header and rows, all of as many cells as the header.
    struct Table: Equatable {
        let header: [String]
        let rows: [[String]]

        /// The column whose header has one of the words.
        func column(_ words: [String]) -> Int? {
            header.firstIndex { cell in words.contains { SectionRole.plain(cell).contains($0) } }
        }
    }

    /// The tables of some lines.
    static func tables(_ lines: [String]) -> [Table] {
        var tables: [Table] = []
        var at = 0
        while at + 1 < lines.count {
            guard lines[at].contains("|"), isRule(lines[at + 1]) else {
                at += 1
                continue
            }
            let header = cells(lines[at])
            var rows: [[String]] = []
            at += 2
            while at < lines.count, lines[at].contains("|") {
                let row = cells(lines[at])
                if row.contains(where: { !$0.isEmpty }) {
                    rows.append(header.indices.map { $0 < row.count ? row[$0] : "" })
                }
                at += 1
            }
            tables.append(Table(header: header, rows: rows))
        }
        return tables
    }

    private static func isRule(_ line: String) -> Bool {
        let text = line.trimmed
        return text.contains("-") && text.contains("|") && text.allSatisfy { "|-: ".contains($0) }
    }

    private static func cells(_ line: String) -> [String] {
        var text = line.trimmed[...]
        if text.hasPrefix("|") { text = text.dropFirst() }
        if text.hasSuffix("|"), !text.hasSuffix("\\|") { text = text.dropLast() }
        var cells = [""]
        var isEscaped = false
        for character in text {
            if character == "|", !isEscaped {
                cells.append("")
            } else {
                if isEscaped, character != "|" { cells[cells.count - 1].append("\\") }
                if character != "\\" { cells[cells.count - 1].append(character) }
            }
            isEscaped = character == "\\"
        }
        return cells.map(\.trimmed)
    }

    /// The paragraphs of some lines, each on one line; lists, tables and code are left out.
    static func paragraphs(_ lines: [String]) -> [String] {
        let fenced = MarkdownOutline.fenced(lines)
        var paragraphs: [String] = []
        var isOpen = false
        for (at, line) in lines.enumerated() {
            let text = line.trimmed
            let isText =
                !text.isEmpty && !fenced[at] && marker(text) == nil && !text.hasPrefix("|")
                && !isReference(text)
            if isText {
                if isOpen { paragraphs[paragraphs.count - 1] += " " + text } else { paragraphs.append(text) }
            }
            isOpen = isText
        }
        return paragraphs
    }

    /// `[1]: https://…`, the target of a link written elsewhere.
    private static func isReference(_ text: String) -> Bool {
        text.hasPrefix("[")
            && text.firstRange(of: "]: ").map { text[$0.upperBound...].contains("://") } == true
    }

    /// The text with `[words](target)` as its words, and the first target.
    static func unlinked(_ text: String) -> (text: String, link: String?) {
        var plain = ""
        var link: String?
        var rest = text[...]
        // Once through the text: what is not closed any more is no link.
        while let close = rest.firstRange(of: "]("), let end = rest[close.upperBound...].firstIndex(of: ")") {
            if let open = rest[..<close.lowerBound].lastIndex(of: "[") {
                plain += rest[..<open] + rest[rest.index(after: open)..<close.lowerBound]
                link = link ?? String(rest[close.upperBound..<end])
            } else {
                plain += rest[...end]
            }
            rest = rest[rest.index(after: end)...]
        }
        plain += rest
        if link == nil, let start = plain.firstRange(of: "https://") ?? plain.firstRange(of: "http://") {
            link = String(plain[start.lowerBound...].prefix { !$0.isWhitespace && !")>]".contains($0) })
        }
        return (plain, link)
    }
}
