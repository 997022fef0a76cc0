extension JSON {
    /// The value as JSON text: the same value gives the same bytes, always.
    ///
    /// Members keep their order. Doubles are written with the fewest digits that
    /// read back as the same Double; one that is not finite, which JSON cannot
    /// write, becomes `null`. `pretty` puts one member a line, two spaces a level.
    public func serialised(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(pretty: pretty)
        writer.write(self)
        if pretty { writer.bytes.append(UInt8(ascii: "\n")) }
        return writer.bytes
    }
}

/// Puts values one after another into a text.
private struct JSONWriter {
    let pretty: Bool
    var bytes: [UInt8] = []
    var depth = 0

    init(pretty: Bool) { self.pretty = pretty }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: put("null")
        case .bool(let value): put(value ? "true" : "false")
        case .integer(let value): put(String(value))
        case .number(let value): put(value.isFinite ? "\(value)" : "null")
        case .string(let value): quote(value)
        case .array(let elements):
            list("[", elements, "]") { writer, element in writer.write(element) }
        case .object(let object):
            list("{", object.members, "}") { writer, member in
                writer.quote(member.key)
                writer.put(writer.pretty ? ": " : ":")
                writer.write(member.value)
            }
        }
    }

    private mutating func list<Element>(
        _ opening: String, _ elements: [Element], _ closing: String, each: (inout Self, Element) -> Void
    ) {
        put(opening)
        depth += 1
        for (index, element) in elements.enumerated() {
            if index > 0 { put(",") }
            newLine()
            each(&self, element)
        }
        depth -= 1
        if !elements.isEmpty { newLine() }
        put(closing)
    }

    private mutating func newLine() {
        if pretty { put("\n" + String(repeating: "  ", count: depth)) }
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func quote(_ text: String) {
        put("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): put("\\\"")
            case UInt8(ascii: "\\"): put("\\\\")
            case 0x0a: put("\\n")
            case 0x0d: put("\\r")
            case 0x09: put("\\t")
            case 0..<0x20, 0x7f:
                let digits = String(byte, radix: 16)
                put("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: bytes.append(byte)
            }
        }
        put("\"")
    }
}
