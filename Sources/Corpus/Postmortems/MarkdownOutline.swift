/// A document as its headings divide it.
///
/// Headings are `#` lines, lines underlined with `=` or `-`, and, where what they say
/// is known from incident reports, lines in bold, bullets that begin with a label in
/// bold, and plain lines of a text that has no other headings (as out of a PDF).
struct MarkdownOutline: Sendable {
    /// A heading and the lines below it, up to the next.
    struct Section: Sendable, Equatable {
        /// 1 to 6 for `#` lines, 7 for lines in bold and labels; 0 for what comes before all headings.
        var level: Int
        var heading: String
        var lines: [String] = []
    }

    private(set) var sections: [Section] = [Section(level: 0, heading: "")]

    init(_ lines: some Sequence<String>) {
        let lines = Self.withoutComments(Array(lines))
        let fenced = Self.fenced(lines)
        var at = 0
        while at < lines.count {
            defer { at += 1 }
            let line = lines[at]
            if fenced[at] {
                append(line)
            } else if let section = Self.marked(line) {
                sections.append(section)
            } else if at + 1 < lines.count, !fenced[at + 1],
                let level = Self.underline(lines[at + 1], below: line)
            {
                sections.append(Section(level: level, heading: line.trimmed))
                at += 1
            } else if let section = Self.label(line), !isWithinList {
                sections.append(section)
            } else {
                append(line)
            }
        }
        let known = sections.count { SectionRole(heading: $0.heading) != nil }
        if known < 2 { divideAtPlainHeadings() }
        sections.removeAll { $0.level == 0 && $0.lines.allSatisfy(\.trimmed.isEmpty) }
    }

    private mutating func append(_ line: String) { sections[sections.count - 1].lines.append(line) }

    /// Whether labels in bold are entries of a list here, not headings.
    private var isWithinList: Bool {
        sections.last { (1...6).contains($0.level) }.flatMap { SectionRole(heading: $0.heading) }?.keepsAll
            == true
    }

    // MARK: - Kinds of heading

    private static func marked(_ line: String) -> Section? {
        let level = line.prefix { $0 == "#" }.count
        guard (1...6).contains(level) else { return nil }
        let rest = line.dropFirst(level)
        guard rest.first == " " || rest.first == "\t" else { return nil }
        let heading = rest.trimmed.split(separator: " #").first.map(String.init) ?? ""
        return heading.isEmpty ? nil : Section(level: level, heading: heading)
    }

    private static func underline(_ line: String, below heading: String) -> Int? {
        let text = heading.trimmed
        guard line.count >= 3, let first = line.first, first == "=" || first == "-",
            line.trimmed.allSatisfy({ $0 == first }), !text.isEmpty, text.count <= 100,
            !text.contains("|"), !["-", "*", ">", "+"].contains(String(text.prefix(1)))
        else { return nil }
        return first == "=" ? 1 : 2
    }

    /// `**Impact:** text`, `- **Impact**: text` or `**Impact**`, where the label says a known role.
    private static func label(_ line: String) -> Section? {
        var rest = line[...]
        if ["- ", "* "].contains(where: rest.hasPrefix) { rest = rest.dropFirst(2) }
        for mark in ["**", "__"] where rest.hasPrefix(mark) {
            let inner = rest.dropFirst(2)
            guard let end = inner.firstRange(of: mark) else { return nil }
            let label = inner[..<end.lowerBound].trimmed
            var after = inner[end.upperBound...].drop(while: \.isWhitespace)
            guard label.hasSuffix(":") || after.isEmpty || after.first == ":", label.count <= 60,
                SectionRole(heading: label) != nil
            else { return nil }
            if after.first == ":" { after = after.dropFirst() }
            return Section(level: 7, heading: label, lines: after.isEmpty ? [] : [after.trimmed])
        }
        return nil
    }

    /// Lines that are nothing but the name of a part, such as a PDF's text has them.
    private mutating func divideAtPlainHeadings() {
        sections = sections.flatMap { section -> [Section] in
            var parts = [Section(level: section.level, heading: section.heading)]
            for line in section.lines {
                let text = line.trimmed
                let words = text.split(separator: " ").count
                let isHeading =
                    (1...6).contains(words) && text.first?.isUppercase == true && text.last != "."
                    && !text.contains { $0.isNumber || $0 == "," } && SectionRole(heading: text) != nil
                if isHeading {
                    parts.append(Section(level: 2, heading: text))
                } else {
                    parts[parts.count - 1].lines.append(line)
                }
            }
            return parts
        }
    }

    // MARK: - What is no text of the document

    /// For every line, whether it is within a code block.
    static func fenced(_ lines: [String]) -> [Bool] {
        var fence: String?
        return lines.map { line in
            let text = line.trimmed
            if let open = fence {
                if text.hasPrefix(open), text.allSatisfy({ $0 == open.first }) { fence = nil }
                return true
            }
            for mark in ["```", "~~~"] where text.hasPrefix(mark) {
                fence = mark
                return true
            }
            return false
        }
    }

    private static func withoutComments(_ lines: [String]) -> [String] {
        var isComment = false
        return lines.compactMap { line in
            if isComment {
                if line.contains("-->") { isComment = false }
                return nil
            }
            guard line.trimmed.hasPrefix("<!--") else { return line }
            isComment = !line.contains("-->")
            return nil
        }
    }
}
