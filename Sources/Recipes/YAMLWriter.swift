/// Writes a tree as YAML, always the same way for the same tree.
///
/// Mappings of the top level take a line each; everything below is written in
/// flow style on that line. Text that could be read as anything else is put in
/// double quotes, with the escapes that JSON and YAML share.
enum YAMLWriter {
    /// The text of a mapping, one line an entry, with a final newline.
    static func write(_ entries: [(key: String, value: YAMLNode)]) -> String {
        entries.map { "\($0.key): \(flow($0.value))\n" }.joined()
    }

    /// A node on one line.
    static func flow(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(let text, let quoted): quoted ? string(text) : text
        case .sequence(let nodes): "[" + nodes.map(flow).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\(string($0.key)): \(flow($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    private static func string(_ text: String) -> String {
        isPlain(text) ? text : quoted(text)
    }

    private static func isPlain(_ text: String) -> Bool {
        let reserved = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        guard let first = text.utf8.first, !reserved.contains(text.lowercased()) else { return false }
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        func isLetter(_ byte: UInt8) -> Bool { letters.contains(byte | 0x20) || byte == UInt8(ascii: "_") }
        let starts = isLetter(first) || first == UInt8(ascii: "/") || text.hasPrefix("../")
        return starts
            && text.utf8.allSatisfy { isLetter($0) || digits.contains($0) || "./-".utf8.contains($0) }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            default:
                // Line and paragraph separators and controls would be folded or refused.
                let escape =
                    scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value)
                    || [0x2028, 0x2029, 0xFEFF].contains(scalar.value)
                let digits = String(scalar.value, radix: 16)
                if escape {
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}

extension YAMLNode {
    /// A node nobody wrote, for values that are written out.
    static func made(_ content: Content) -> YAMLNode { YAMLNode(content, at: YAMLPlace(.argument(""))) }

    static func text(_ text: String?) -> YAMLNode {
        made(text.map { .scalar($0, quoted: true) } ?? .scalar("null", quoted: false))
    }

    static func whole(_ value: Int?) -> YAMLNode { plain(value.map { String($0) }) }
    static func number(_ value: Double?) -> YAMLNode { plain(value.map { shortest($0) }) }
    static func flag(_ value: Bool) -> YAMLNode { plain(value ? "true" : "false") }

    private static func plain(_ text: String?) -> YAMLNode { made(.scalar(text ?? "null", quoted: false)) }

    /// The shortest digits that read back as the same number, without a needless `.0`.
    private static func shortest(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
