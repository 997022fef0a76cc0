/// Reads a JSON text value by value, without building a tree.
///
/// The caller says what it expects next; anything else is an error with its place.
/// The text is held to RFC 8259 and to less than that where two readers could
/// disagree: no byte order mark, no key twice, no lone surrogates, no number that
/// overflows a Double, nothing after the value.
///
/// ```swift
/// var reader = try JSONReader(file.bytes, limits: .largeFile)
/// try reader.beginObject()
/// while let key = try reader.nextKey() {
///     if key == "vocab" { … } else { try reader.skip() }
/// }
/// try reader.finish()
/// ```
///
/// Why: `tokenizer.json` has a million values; a tree of it is ten times the file.
public struct JSONReader {
    let text: JSONText
    let limits: JSONLimits
    var offset = 0
    private var values = 0
    private var scopes: [Scope] = []
    /// Key sets by depth, kept for the next object of the same depth.
    private var keys: [JSONKeys] = []

    private enum Scope { case emptyObject, object, emptyArray, array }

    /// A reader at the beginning of a text.
    public init(_ bytes: MappedBytes, limits: JSONLimits = .init()) throws(JSONError) {
        let limit = min(limits.bytes, Int(UInt32.max) - 1)
        guard bytes.count <= limit else { throw JSONError(offset: limit, problem: .tooLarge(limit: limit)) }
        text = JSONText(bytes: bytes)
        self.limits = limits
        if let first = bytes.count > 0 ? bytes[0] : nil, first == 0xef || first == 0xff || first == 0xfe {
            throw JSONError(offset: 0, problem: .byteOrderMark)
        }
    }

    /// The kind of the next value, which is not consumed.
    public mutating func peek() throws(JSONError) -> JSONKind {
        skipSpace()
        guard offset < bytes.count else { throw problem(.endOfText) }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case let other: throw problem(.unexpectedByte(other))
        }
    }

    /// Enters an object; its keys follow by `nextKey`.
    public mutating func beginObject() throws(JSONError) {
        try expect(.object)
        try enter(.emptyObject)
    }

    /// The next key of the object we are in, or nothing at its end.
    ///
    /// The value must be read or skipped before the next call. Compare unknown keys
    /// with `JSONReader.nextKeyBytes` where canonical equivalence could matter.
    public mutating func nextKey() throws(JSONError) -> String? {
        guard let range = try nextKeyRange() else { return nil }
        return text.text(range)
    }

    /// The next key as UTF-8 bytes, or nothing at the end of the object.
    public mutating func nextKeyBytes() throws(JSONError) -> [UInt8]? {
        guard let range = try nextKeyRange() else { return nil }
        return text.unescaped(range)
    }

    /// Enters an array; its elements follow by `nextElement`.
    public mutating func beginArray() throws(JSONError) {
        try expect(.array)
        try enter(.emptyArray)
    }

    /// Whether the array we are in has another element, which must then be read.
    public mutating func nextElement() throws(JSONError) -> Bool {
        skipSpace()
        guard offset < bytes.count else { throw problem(.endOfText) }
        let byte = bytes[offset]
        switch scopes.last {
        case .emptyArray where byte != UInt8(ascii: "]"):
            scopes[scopes.count - 1] = .array
            return true
        case .array where byte == UInt8(ascii: ","):
            offset += 1
            return true
        case .emptyArray, .array:
            guard byte == UInt8(ascii: "]") else { throw problem(.unexpectedByte(byte)) }
            offset += 1
            scopes.removeLast()
            return false
        default: preconditionFailure("nextElement outside of an array")
        }
    }

    /// Reads past the next value whatever it is, checking it all the same.
    public mutating func skip() throws(JSONError) {
        switch try peek() {
        case .object:
            try beginObject()
            while try nextKeyRange() != nil { try skip() }
        case .array:
            try beginArray()
            while try nextElement() { try skip() }
        case .string: _ = try stringRange()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: try null()
        }
    }

    /// Checks that nothing but white space follows.
    public mutating func finish() throws(JSONError) {
        precondition(scopes.isEmpty, "finish inside of a value")
        skipSpace()
        guard offset == bytes.count else { throw problem(.trailingBytes) }
    }

    // MARK: - Structure

    var bytes: MappedBytes { text.bytes }

    func problem(_ problem: JSONError.Problem) -> JSONError { JSONError(offset: offset, problem: problem) }

    /// Checks the next value's kind and counts it.
    mutating func expect(_ wanted: JSONKind) throws(JSONError) {
        let found = try peek()
        guard found == wanted else { throw problem(.wrongKind(wanted: wanted, found: found)) }
        values += 1
        guard values <= limits.values else { throw problem(.tooManyValues(limit: limits.values)) }
    }

    mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0a, 0x0d, 0x09: offset += 1
            default: return
            }
        }
    }

    private mutating func enter(_ scope: Scope) throws(JSONError) {
        guard scopes.count < limits.depth else { throw problem(.tooDeep(limit: limits.depth)) }
        offset += 1
        scopes.append(scope)
        if keys.count < scopes.count { keys.append(JSONKeys()) }
        if scope == .emptyObject { keys[scopes.count - 1].removeAll() }
    }

    private mutating func nextKeyRange() throws(JSONError) -> StringRange? {
        skipSpace()
        guard offset < bytes.count else { throw problem(.endOfText) }
        let byte = bytes[offset]
        switch scopes.last {
        case .emptyObject where byte != UInt8(ascii: "}"):
            scopes[scopes.count - 1] = .object
        case .object where byte == UInt8(ascii: ","):
            offset += 1
            skipSpace()
        case .emptyObject, .object:
            guard byte == UInt8(ascii: "}") else { throw problem(.unexpectedByte(byte)) }
            offset += 1
            scopes.removeLast()
            return nil
        default: preconditionFailure("nextKey outside of an object")
        }
        return try keyAndColon()
    }

    private mutating func keyAndColon() throws(JSONError) -> StringRange {
        guard offset < bytes.count else { throw problem(.endOfText) }
        guard bytes[offset] == UInt8(ascii: "\"") else { throw problem(.unexpectedByte(bytes[offset])) }
        let start = offset
        let key = try stringRange(counted: false)
        let depth = scopes.count - 1
        guard keys[depth].count < JSONKeys.limit else { throw problem(.tooManyValues(limit: JSONKeys.limit)) }
        let text = text
        let fresh = keys[depth].insert(hash: text.hash(key), offset: start) { earlier in
            text.isSame(text.string(at: earlier), key)
        }
        guard fresh else { throw JSONError(offset: start, problem: .duplicateKey(text.text(key))) }
        skipSpace()
        guard offset < bytes.count else { throw problem(.endOfText) }
        guard bytes[offset] == UInt8(ascii: ":") else { throw problem(.unexpectedByte(bytes[offset])) }
        offset += 1
        return key
    }
}
