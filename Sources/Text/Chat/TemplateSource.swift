/// The words and string literals of a Jinja template, comments left out.
///
/// Text outside of the template's tags counts as a literal too: it is written
/// as it stands.
struct TemplateSource {
    private(set) var words: Set<String> = []
    private(set) var literals: [[UInt8]] = []
    /// Whether white space between tags is written: layout that Jinja, as
    /// Hugging Face sets it up, does not take away.
    private(set) var writesSpace = false

    private let bytes: [UInt8]
    private var index = 0

    private static let dash = UInt8(ascii: "-")

    /// Cuts a template; nothing where a tag or a literal does not end.
    init?(_ template: String) {
        bytes = Self.withPlainLineEnds(template)
        var before = Edge.start
        while true {
            let start = index
            while index < bytes.count, closing == nil { index += 1 }
            keep(bytes[start..<index], before, isLast: index == bytes.count)
            guard let close = closing else { return }
            index += 2
            guard skipTag(close) else { return nil }
            before = bytes[index - 3] == Self.dash ? .trimmed : close == Self.variableEnd ? .variable : .block
        }
    }

    /// Line ends of every kind are one to Jinja.
    private static func withPlainLineEnds(_ template: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var last: UInt8 = 0
        for byte in template.utf8 {
            if byte != 0x0A || last != 0x0D { bytes.append(byte == 0x0D ? 0x0A : byte) }
            last = byte
        }
        return bytes
    }

    /// What stands before a stretch of text, which decides how it is laid out.
    private enum Edge { case start, block, variable, trimmed }

    private static let variableEnd = Array("}}".utf8)
    private static let commentEnd = Array("#}".utf8)

    /// What closes the tag that opens here, if one does.
    private var closing: [UInt8]? {
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "{") else { return nil }
        switch bytes[index + 1] {
        case UInt8(ascii: "%"): return Array("%}".utf8)
        case UInt8(ascii: "{"): return Self.variableEnd
        case UInt8(ascii: "#"): return Self.commentEnd
        default: return nil
        }
    }

    /// Keeps the text between two tags, less what Jinja takes away: all white
    /// space at a dash, a line end after a block, the indentation before one,
    /// and the last line end of the template.
    private mutating func keep(_ text: ArraySlice<UInt8>, _ before: Edge, isLast: Bool) {
        var text = text
        func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }
        if before == .trimmed { text = text.drop(while: isSpace) }
        if before == .block, text.first == 0x0A { text = text.dropFirst() }
        if isLast {
            if text.last == 0x0A { text = text.dropLast() }
        } else if index + 2 < bytes.count, bytes[index + 2] == Self.dash {
            while let last = text.last, isSpace(last) { text = text.dropLast() }
        } else if bytes[index + 1] != UInt8(ascii: "{") {
            var indented = text
            while let last = indented.last, last == 0x20 || last == 0x09 { indented = indented.dropLast() }
            if indented.last == 0x0A || (indented.isEmpty && before != .variable) { text = indented }
        }
        guard !text.isEmpty else { return }
        if text.allSatisfy(isSpace) { writesSpace = true } else { literals.append(Array(text)) }
    }

    /// Reads the inside of a tag and its end; false where it does not end.
    private mutating func skipTag(_ close: [UInt8]) -> Bool {
        let isComment = close == Self.commentEnd
        while index < bytes.count {
            let byte = bytes[index]
            if bytes[index...].starts(with: close) {
                index += 2
                return true
            }
            if isComment {
                index += 1
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                index += 1
                guard readLiteral(quote: byte) else { return false }
            } else if Self.isWord(byte) {
                readWord()
            } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
                // A tag in a tag, or a mapping: no template of ours has either.
                return false
            } else {
                index += 1
            }
        }
        return false
    }

    private mutating func readWord() {
        let end = bytes[index...].firstIndex { !Self.isWord($0) } ?? bytes.count
        let word = String(decoding: bytes[index..<end], as: UTF8.self)
        // Jinja takes both spellings of its constants.
        let isConstant = ["None", "True", "False"].contains(word)
        if Int(word) == nil { words.insert(isConstant ? word.lowercased() : word) }
        index = end
    }

    /// Reads a literal up to its closing quote; false where it has none.
    private mutating func readLiteral(quote: UInt8) -> Bool {
        var text: [UInt8] = []
        while index < bytes.count {
            switch bytes[index] {
            case quote:
                literals.append(text)
                index += 1
                return true
            case UInt8(ascii: "\\"):
                guard index + 1 < bytes.count else { return false }
                let letter = bytes[index + 1]
                switch letter {
                case UInt8(ascii: "n"): text.append(0x0A)
                case UInt8(ascii: "\""), UInt8(ascii: "'"): text.append(letter)
                // Any other escape stays as it is written, and is in no text we know.
                default: text += [UInt8(ascii: "\\"), letter]
                }
                index += 2
            default:
                text.append(bytes[index])
                index += 1
            }
        }
        return false
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A, 0x80...0xFF: true
        default: false
        }
    }
}
