/// Where a string's characters stand in the text, between the quotes.
struct StringRange {
    var bytes: Range<Int>
    var hasEscapes: Bool
}

/// Strings of a JSON text that have been checked already.
struct JSONText {
    let bytes: MappedBytes

    /// The string whose opening quote stands at a place.
    func string(at quote: Int) -> StringRange {
        var range = StringRange(bytes: quote + 1..<quote + 1, hasEscapes: false)
        var end = quote + 1
        while bytes[end] != UInt8(ascii: "\"") {
            if bytes[end] == UInt8(ascii: "\\") {
                range.hasEscapes = true
                end += 1
            }
            end += 1
        }
        range.bytes = quote + 1..<end
        return range
    }

    /// Whether two strings are the same characters.
    func isSame(_ a: StringRange, _ b: StringRange) -> Bool { unescaped(a) == unescaped(b) }

    func text(_ range: StringRange) -> String {
        if range.hasEscapes { return String(decoding: unescaped(range), as: UTF8.self) }
        return bytes[range.bytes].withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    func hash(_ range: StringRange) -> Int {
        var hasher = Hasher()
        if range.hasEscapes {
            unescaped(range).withUnsafeBytes { hasher.combine(bytes: $0) }
        } else {
            bytes[range.bytes].withUnsafeBytes { hasher.combine(bytes: $0) }
        }
        return hasher.finalize()
    }

    /// The characters of a checked string.
    func unescaped(_ range: StringRange) -> [UInt8] {
        guard range.hasEscapes else { return bytes[range.bytes].array }
        var result: [UInt8] = []
        result.reserveCapacity(range.bytes.count)
        var index = range.bytes.lowerBound
        while index < range.bytes.upperBound {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                index += 1
                continue
            }
            let letter = bytes[index + 1]
            guard letter == UInt8(ascii: "u") else {
                result.append(Self.character(escapedBy: letter) ?? letter)
                index += 2
                continue
            }
            var scalar = hexadecimal(at: index + 2) ?? 0
            index += 6
            if (0xd800..<0xdc00).contains(scalar) {
                scalar = 0x10000 + (scalar - 0xd800) << 10 + ((hexadecimal(at: index + 2) ?? 0xdc00) - 0xdc00)
                index += 6
            }
            Unicode.Scalar(scalar).map { result.append(contentsOf: UTF8.encode($0) ?? .init()) }
        }
        return result
    }

    static func character(escapedBy letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0c
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "r"): 0x0d
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// Four hexadecimal digits, or nothing where they are not all there.
    func hexadecimal(at start: Int) -> UInt32? {
        guard start + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            let digit: UInt8
            switch bytes[index] {
            case let byte where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"):
                digit = byte - UInt8(ascii: "0")
            case let byte where byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"):
                digit = byte - UInt8(ascii: "a") + 10
            case let byte where byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "F"):
                digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
