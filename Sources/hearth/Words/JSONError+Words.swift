import Checkpoint

extension JSONError: Explained {
    var sentence: String { "At byte \(offset) of the JSON text, \(what)." }

    private var what: String {
        switch problem {
        case .tooLarge(let limit): "it is too long: at most \(limit) bytes are read"
        case .byteOrderMark: "there is a byte order mark or UTF-16; write plain UTF-8 without one"
        case .endOfText: "it ends in the middle of a value"
        case .unexpectedByte(let byte): "there is \(Self.name(byte)), which cannot stand there"
        case .unknownWord: "there is a word that is none of true, false and null"
        case .wrongKind(let wanted, let found): "there is a value of kind \(found) where \(wanted) is needed"
        case .invalidUTF8: "there are bytes that are not UTF-8"
        case .controlCharacter(let byte):
            "there is \(Self.name(byte)) inside a string; write it as an escape like \\n or \\u0001"
        case .invalidEscape: "there is a backslash that begins no escape; write a backslash itself as \\\\"
        case .loneSurrogate: "there is half of a surrogate pair; write both \\u escapes of the character"
        case .stringTooLong(let limit): "there is a string of more than \(limit) bytes"
        case .malformedNumber: "there is a number JSON does not write like that; write it like -1.5e3"
        case .numberOutOfRange: "there is a number too large for a Double; write one below 1.8e308"
        case .numberTooLong(let limit): "there is a number of more than \(limit) digits"
        case .notAnInteger:
            "there is a number where a whole number is needed, written without point and exponent"
        case .duplicateKey(let key): "the key \(quoted(key)) stands a second time; write each key once"
        case .tooDeep(let limit): "arrays and objects are nested more than \(limit) deep"
        case .tooManyValues(let limit): "there are more than \(limit) values"
        case .trailingBytes: "something follows after the end of the value; remove it"
        }
    }

    private static func name(_ byte: UInt8) -> String {
        switch byte {
        case 0x21...0x7e: "“\(Character(Unicode.Scalar(byte)))”"
        case 0x20: "a space"
        case 0x0a, 0x0d: "a line end"
        case 0x09: "a tab"
        case 0x00..<0x20, 0x7f: "the control character \(byte)"
        default: "the byte \(byte)"
        }
    }
}
