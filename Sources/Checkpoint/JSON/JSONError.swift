/// Where a JSON text goes wrong, and how.
public struct JSONError: Error, Sendable, Equatable {
    /// The byte at which it was noticed, counted from 0.
    public let offset: Int
    /// What was noticed there.
    public let problem: Problem

    /// A problem at an offset.
    public init(offset: Int, problem: Problem) {
        self.offset = offset
        self.problem = problem
    }

    /// The ways in which a text is not the JSON we accept.
    public enum Problem: Sendable, Equatable {
        /// The text is longer than the limit.
        case tooLarge(limit: Int)
        /// The text begins with a byte order mark (or is UTF-16 or UTF-32).
        case byteOrderMark
        /// The text ends in the middle of a value.
        case endOfText
        /// A byte that cannot stand here.
        case unexpectedByte(UInt8)
        /// Something that begins like `true`, `false` or `null` and is not.
        case unknownWord
        /// A value of another kind than the reader asked for.
        case wrongKind(wanted: JSONKind, found: JSONKind)
        /// Bytes in a string that are not UTF-8.
        case invalidUTF8
        /// A control character in a string that should be escaped.
        case controlCharacter(UInt8)
        /// A backslash followed by something that is no escape.
        case invalidEscape
        /// Half of a surrogate pair.
        case loneSurrogate
        /// A string longer than any we need.
        case stringTooLong(limit: Int)
        /// A number JSON does not write like this (leading zero, plus sign, bare point…).
        case malformedNumber
        /// A number too large for a Double.
        case numberOutOfRange
        /// More digits than any number needs.
        case numberTooLong(limit: Int)
        /// A number where a whole one in the range of Int64 was asked for.
        case notAnInteger
        /// The same key twice in one object, compared by its bytes after unescaping.
        case duplicateKey(String)
        /// Too many arrays and objects inside each other.
        case tooDeep(limit: Int)
        /// Too many values in the whole text, or members in one object.
        case tooManyValues(limit: Int)
        /// Something follows after the end of the value.
        case trailingBytes
    }
}

/// The kinds of value JSON knows.
public enum JSONKind: String, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool
    /// Any number.
    case number
    /// A string.
    case string
    /// An array.
    case array
    /// An object.
    case object
}

/// How much a JSON text may ask of us.
public struct JSONLimits: Sendable {
    /// Arrays and objects inside each other.
    public var depth: Int
    /// Bytes of text; never more than 4 GiB whatever is set here.
    public var bytes: Int
    /// Values in the whole text: a value costs more memory than the two bytes it
    /// may be written in.
    public var values: Int
    /// Bytes of one string, escapes counted as they are written: so that nothing
    /// large is copied before anybody could look at it.
    public var string = 1 << 24

    /// Limits; the defaults suit configuration files and requests.
    public init(depth: Int = 64, bytes: Int = 1 << 26, values: Int = 400_000) {
        self.depth = depth
        self.bytes = bytes
        self.values = values
    }

    /// Limits for a big file read with `JSONReader`, where no tree is built.
    public static let largeFile = JSONLimits(depth: 64, bytes: 1 << 28, values: 1 << 24)
}
