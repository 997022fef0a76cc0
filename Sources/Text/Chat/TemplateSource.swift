/// The words and string literals of a Jinja template, comments left out.
///
/// Text outside of the template's tags counts as a literal too: it is written
/// as it stands.
struct TemplateSource {
    private(set) var words: Set<String> = []
    private(set) var literals: [[UInt8]] = []

    /// Cuts a template; nothing where a tag or a literal does not end.
    init?(_ template: String) {
        let bytes = Array(template.utf8)
        var index = 0
        var outside: [UInt8] = []
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "{"), index + 1 < bytes.count,
                let close = Self.closing(bytes[index + 1])
            else {
                outside.append(bytes[index])
                index += 1
                continue
            }
            keep(outside)
            outside = []
            let isComment = close.first == UInt8(ascii: "#")
            guard let end = isComment ? Self.find(close, bytes, index + 2) : tag(bytes, index + 2, close)
            else {
                return nil
            }
            index = end
        }
        keep(outside)
    }

    /// Layout between tags is not text that a reader would miss.
    private mutating func keep(_ outside: [UInt8]) {
        if outside.contains(where: { $0 > 0x20 }) { literals.append(outside) }
    }

    /// Reads the inside of a tag; returns where the template goes on.
    private mutating func tag(_ bytes: [UInt8], _ start: Int, _ close: [UInt8]) -> Int? {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if bytes[index...].starts(with: close) { return index + 2 }
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                guard let end = literal(bytes, index + 1, quote: byte) else { return nil }
                index = end
            } else if Self.isWord(byte) {
                let end = bytes[index...].firstIndex { !Self.isWord($0) } ?? bytes.count
                let word = String(decoding: bytes[index..<end], as: UTF8.self)
                // Jinja takes both spellings of its constants.
                if Int(word) == nil {
                    words.insert(["None", "True", "False"].contains(word) ? word.lowercased() : word)
                }
                index = end
            } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
                // A tag in a tag, or a mapping: no template of ours has either.
                return nil
            } else {
                index += 1
            }
        }
        return nil
    }

    private mutating func literal(_ bytes: [UInt8], _ start: Int, quote: UInt8) -> Int? {
        var text: [UInt8] = []
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case quote:
                literals.append(text)
                return index + 1
            case UInt8(ascii: "\\"):
                guard index + 1 < bytes.count else { return nil }
                let letter = bytes[index + 1]
                if letter == UInt8(ascii: "n") {
                    text.append(0x0A)
                } else {
                    // Other escapes stay as they are, so that only a plain
                    // quote can be what we know.
                    if letter != quote, letter != UInt8(ascii: "\""), letter != UInt8(ascii: "'") {
                        text.append(UInt8(ascii: "\\"))
                    }
                    text.append(letter)
                }
                index += 2
            default:
                text.append(bytes[index])
                index += 1
            }
        }
        return nil
    }

    private static func closing(_ second: UInt8) -> [UInt8]? {
        switch second {
        case UInt8(ascii: "%"): Array("%}".utf8)
        case UInt8(ascii: "{"): Array("}}".utf8)
        case UInt8(ascii: "#"): Array("#}".utf8)
        default: nil
        }
    }

    private static func find(_ mark: [UInt8], _ bytes: [UInt8], _ start: Int) -> Int? {
        var index = start
        while index + mark.count <= bytes.count {
            if bytes[index...].starts(with: mark) { return index + mark.count }
            index += 1
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A, 0x80...0xFF: true
        default: false
        }
    }
}
