import Checkpoint

/// JSON as Python's `json.dumps(value, ensure_ascii=False)` writes it, which
/// is what chat templates put before a model.
struct PythonJSON {
    /// The text.
    let text: String

    /// Writes a value, on lines with so many spaces a level if asked to.
    init(_ value: JSON, indent: Int? = nil) {
        var text = ""
        Self.write(value, indent, 0, &text)
        self.text = text
    }

    private static func write(_ value: JSON, _ indent: Int?, _ level: Int, _ text: inout String) {
        switch value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += "\(value)"
        case .string(let value): quote(value, &text)
        case .array(let values):
            list("[", "]", values, indent, level, &text) { element, text in
                write(element, indent, level + 1, &text)
            }
        case .object(let object):
            list("{", "}", object.members, indent, level, &text) { member, text in
                quote(member.key, &text)
                text += ": "
                write(member.value, indent, level + 1, &text)
            }
        }
    }

    private static func list<Element>(
        _ open: String, _ close: String, _ elements: [Element], _ indent: Int?, _ level: Int,
        _ text: inout String, _ body: (Element, inout String) -> Void
    ) {
        func line(_ level: Int) -> String {
            indent.map { "\n" + String(repeating: " ", count: $0 * level) } ?? ""
        }
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += indent == nil ? ", " : "," }
            text += line(level + 1)
            body(element, &text)
        }
        if !elements.isEmpty { text += line(level) }
        text += close
    }

    private static func quote(_ value: String, _ text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
