/// The four kinds of character that pre-tokeniser patterns tell apart: `\p{L}`,
/// `\p{N}`, `\s`, and everything else.
enum ScalarClass: UInt8 {
    case other, letter, number, space

    /// The class of a scalar.
    init(_ scalar: Unicode.Scalar) {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            self = .letter
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        default: self = properties.isWhitespace ? .space : .other
        }
    }

    /// The classes of the Basic Multilingual Plane, looked up once, because
    /// asking the Unicode tables for each character of a text is slow.
    private static let basicPlane: [ScalarClass] = (0..<0x10000).map { value in
        Unicode.Scalar(UInt32(value)).map { ScalarClass($0) } ?? .other
    }

    /// The class of a scalar given by its number.
    @inline(__always)
    static func of(_ value: UInt32) -> ScalarClass {
        if value < 0x10000 { return basicPlane[Int(value)] }
        return Unicode.Scalar(value).map { ScalarClass($0) } ?? .other
    }
}

/// One scalar read from UTF-8: its number and how many bytes it takes.
struct DecodedScalar {
    let value: UInt32
    let length: Int

    /// The scalar that begins at `index` of bytes that are known to be UTF-8.
    @inline(__always)
    init(_ bytes: [UInt8], at index: Int) {
        let first = UInt32(bytes[index])
        func tail(_ offset: Int) -> UInt32 { UInt32(bytes[index + offset] & 0x3F) }
        if first < 0x80 {
            (value, length) = (first, 1)
        } else if first < 0xE0 {
            (value, length) = ((first & 0x1F) << 6 | tail(1), 2)
        } else if first < 0xF0 {
            (value, length) = ((first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3)
        } else {
            (value, length) = ((first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
        }
    }
}
