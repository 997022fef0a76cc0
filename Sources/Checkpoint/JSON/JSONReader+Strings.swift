extension JSONReader {
    /// Reads a string.
    public mutating func string() throws(JSONError) -> String { text.text(try stringRange()) }

    /// Reads a string as UTF-8 bytes.
    ///
    /// Why: vocabularies are keyed by bytes, and need no `String` on the way.
    public mutating func utf8() throws(JSONError) -> [UInt8] { text.unescaped(try stringRange()) }

    /// Checks a string and steps past it.
    ///
    /// - Parameter counted: whether it counts as a value; keys do not.
    mutating func stringRange(counted: Bool = true) throws(JSONError) -> StringRange {
        if counted { try expect(.string) }
        offset += 1
        let start = offset
        var hasEscapes = false
        while true {
            guard offset < bytes.count else { throw problem(.endOfText) }
            guard offset - start <= limits.string else {
                throw JSONError(offset: start, problem: .stringTooLong(limit: limits.string))
            }
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                let range = StringRange(bytes: start..<offset, hasEscapes: hasEscapes)
                offset += 1
                return range
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try checkEscape()
            case let byte where byte < 0x20: throw problem(.controlCharacter(byte))
            case let byte where byte < 0x80: offset += 1
            default: try checkUTF8()
            }
        }
    }

    private mutating func checkEscape() throws(JSONError) {
        guard offset + 1 < bytes.count else { throw problem(.endOfText) }
        guard bytes[offset + 1] == UInt8(ascii: "u") else {
            guard JSONText.character(escapedBy: bytes[offset + 1]) != nil else {
                throw problem(.invalidEscape)
            }
            offset += 2
            return
        }
        guard let first = text.hexadecimal(at: offset + 2) else { throw problem(.invalidEscape) }
        if (0xdc00..<0xe000).contains(first) { throw problem(.loneSurrogate) }
        guard (0xd800..<0xdc00).contains(first) else {
            offset += 6
            return
        }
        guard offset + 7 < bytes.count, bytes[offset + 6] == UInt8(ascii: "\\"),
            bytes[offset + 7] == UInt8(ascii: "u"), let second = text.hexadecimal(at: offset + 8),
            (0xdc00..<0xe000).contains(second)
        else { throw problem(.loneSurrogate) }
        offset += 12
    }

    /// Steps past one character of more than one byte: the table of RFC 3629.
    private mutating func checkUTF8() throws(JSONError) {
        guard let length = bytes.lengthOfUTF8Character(at: offset) else { throw problem(.invalidUTF8) }
        offset += length
    }
}
