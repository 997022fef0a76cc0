/// What a single line of a document is, by its marks: Markdown's, and those of wikis and plain text.
extension PostmortemText {
    /// A heading with its level; nothing where a line is none.
    static func heading(_ text: String) -> (level: Int, text: String)? {
        let level = text.prefix { $0 == "#" }.count
        if (1...6).contains(level), text.dropFirst(level).first == " " {
            return (level, plain(trimmed(text.dropFirst(level), of: "# ")))
        }
        // `== Heading ==` of wikis, `h2. Heading` of Jira, `<h2>Heading</h2>`.
        let equals = text.prefix { $0 == "=" }.count
        if (1...6).contains(equals), text.dropFirst(equals).first == " ", text.utf8.count < 120 {
            return (equals, plain(trimmed(text.dropFirst(equals), of: "= ")))
        }
        let lower = text.lowercased()
        for level in 1...6 {
            if lower.hasPrefix("h\(level). ") { return (level, plain(String(text.dropFirst(4)))) }
            if lower.hasPrefix("<h\(level)") { return (level, plain(text)) }
        }
        // A whole line in bold, or nothing but a usual heading, is how some write one.
        let isBold =
            (text.hasPrefix("**") && text.hasSuffix("**")) || (text.hasPrefix("__") && text.hasSuffix("__"))
        if text.utf8.count < 80,
            isBold || text.hasPrefix("**") && (text.hasSuffix("**:") || text.hasSuffix(":**"))
        {
            let inner = plain(text)
            return SectionKind(heading: inner) == nil ? nil : (7, inner)
        }
        let unnumbered = String(text.drop { $0.isNumber || $0 == "." || $0 == ")" || $0 == " " })
        return SectionKind(bareLine: unnumbered) == nil ? nil : (7, unnumbered)
    }

    /// A label in bold that begins a line, and what stands behind it: `**Impact:** nobody could pay`.
    static func label(_ text: String) -> (label: String, rest: String)? {
        guard text.hasPrefix("**"), let close = text.dropFirst(2).firstRange(of: "**") else { return nil }
        var label = String(text[text.index(text.startIndex, offsetBy: 2)..<close.lowerBound])
        var rest = Words.trimmed(text[close.upperBound...])
        guard label.utf8.count < 50, label.hasSuffix(":") || rest.hasPrefix(":") else { return nil }
        if label.hasSuffix(":") { label.removeLast() }
        if rest.hasPrefix(":") { rest = Words.trimmed(rest.dropFirst()) }
        return (label, rest)
    }

    /// An item of a list, and whether the box before it is ticked.
    static func item(_ text: String) -> (text: String, isDone: Bool?)? {
        var rest: Substring
        if let first = text.first, "-*+•◦‣·–".contains(first), text.dropFirst().first?.isWhitespace == true {
            rest = text.dropFirst(2)
        } else {
            let digits = text.prefix { $0.isNumber }
            guard (1...3).contains(digits.count) else { return nil }
            let after = text.dropFirst(digits.count)
            guard after.hasPrefix(". ") || after.hasPrefix(") ") else { return nil }
            rest = after.dropFirst(2)
        }
        rest = rest.drop { $0 == " " }
        for (box, isDone) in [
            ("[ ]", false), ("[x]", true), ("[X]", true), ("☐", false), ("☑", true), ("✅", true),
        ]
        where rest.hasPrefix(box) {
            return (String(rest.dropFirst(box.count)), isDone)
        }
        return (String(rest), nil)
    }

    /// The cells of a table's row; empty for the line of dashes below its head.
    static func cells(_ text: String) -> [String] {
        var parts = text.split(separator: "|", omittingEmptySubsequences: false).map { plain(String($0)) }
        if parts.first?.isEmpty == true { parts.removeFirst() }
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.allSatisfy { $0.allSatisfy { "-: ".contains($0) } } ? [] : parts
    }

    /// Whether there are two words in a text that are no addresses: `#2209` alone says nothing.
    static func saysSomething(_ text: String) -> Bool {
        let words = text.split(separator: " ").filter { word in
            !word.contains("://") && word.count { $0.isLetter } >= 2
        }
        return words.count >= 2
    }

    /// The address of a link that is named elsewhere: `[1]: https://…`.
    static func isReference(_ text: String) -> Bool {
        guard text.hasPrefix("["), let close = text.firstRange(of: "]:") else { return false }
        return !Words.trimmed(text[close.upperBound...]).contains(" ")
    }

    static func trimmed(_ text: Substring, of letters: String) -> String {
        var text = text
        while let first = text.first, letters.contains(first) { text.removeFirst() }
        while let last = text.last, letters.contains(last) { text.removeLast() }
        return String(text)
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
