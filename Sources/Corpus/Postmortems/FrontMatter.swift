/// The head of a document in which its author says what it is: `---` (YAML) or `+++` (TOML).
///
/// Only plain values and lists of them are taken; nested mappings are left out. A
/// head is a convenience, so nothing in it is an error.
struct FrontMatter: Sendable, Equatable {
    /// Keys in lower case, with their values in order.
    private(set) var entries: [(key: String, values: [String])] = []
    /// The lines after the head.
    private(set) var body: ArraySlice<String>

    init(_ lines: [String]) {
        body = lines[...]
        guard let fence = lines.first?.trimmed, fence == "---" || fence == "+++" else { return }
        guard let end = lines.dropFirst().firstIndex(where: { $0.trimmed == fence }) else { return }
        // A rule at the top of a document is no head: a head has a key in its first line.
        let separator: Character = fence == "---" ? ":" : "="
        guard lines[1].contains(separator) else { return }
        for line in lines[1..<end] { take(line, separator) }
        body = lines[(end + 1)...]
    }

    /// The first value of the first of these keys that is there.
    func value(_ keys: String...) -> String? {
        keys.lazy.compactMap { key in self.entries.first { $0.key == key }?.values.first }.first
    }

    private mutating func take(_ line: String, _ separator: Character) {
        let text = line.trimmed
        if text.isEmpty || text.hasPrefix("#") { return }
        if text.hasPrefix("- "), !entries.isEmpty {
            return entries[entries.count - 1].values.append(Self.unquoted(text.dropFirst(2)))
        }
        guard line.first?.isWhitespace != true, let place = text.firstIndex(of: separator) else { return }
        let key = text[..<place].lowercased().trimmed
        var value = text[text.index(after: place)...].trimmed
        var values: [String] = []
        if value.hasPrefix("["), value.hasSuffix("]") {
            value = String(value.dropFirst().dropLast())
            values = value.split(separator: ",").map { Self.unquoted($0) }
        } else if !value.isEmpty {
            values = [Self.unquoted(value[...])]
        }
        entries.append((key, values))
    }

    private static func unquoted(_ text: Substring) -> String {
        let text = text.trimmed
        for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast())
        }
        return text
    }

    static func == (a: Self, b: Self) -> Bool {
        a.body == b.body && a.entries.map(\.key) == b.entries.map(\.key)
            && a.entries.map(\.values) == b.entries.map(\.values)
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
