import Checkpoint

extension RequestProblem {
    /// What is wrong with a JSON text, without repeating any of it.
    static func words(_ problem: JSONError.Problem) -> String {
        switch problem {
        case .tooLarge: "it is too large"
        case .byteOrderMark: "it begins with a byte order mark"
        case .endOfText: "it ends too early"
        case .unexpectedByte: "an unexpected character"
        case .unknownWord: "a word that is not `true`, `false` or `null`"
        case .wrongKind: "a value of another kind than expected"
        case .invalidUTF8: "bytes that are not UTF-8"
        case .controlCharacter: "an unescaped control character"
        case .invalidEscape: "an escape JSON does not have"
        case .loneSurrogate: "half of a surrogate pair"
        case .stringTooLong: "a string that is too long"
        case .malformedNumber: "a malformed number"
        case .numberOutOfRange: "a number out of range"
        case .numberTooLong: "a number with too many digits"
        case .notAnInteger: "a number that is not whole"
        case .duplicateKey: "a key that stands twice in one object"
        case .tooDeep(let limit): "more than \(limit) levels of nesting"
        case .tooManyValues: "too many values"
        case .trailingBytes: "something after the end"
        }
    }
}
