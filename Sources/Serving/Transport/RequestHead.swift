/// The request line and the header fields of one request.
///
/// Contract: a head that came out of `scan` or passed `check` holds a known
/// method, a path, a version and fields no two servers could read differently.
/// Why: a request that two programs read differently is how one client speaks
/// in another's name.
public struct RequestHead: Sendable, Equatable {
    /// One header field; the name is in lower case, the value trimmed.
    public struct Field: Sendable, Equatable {
        /// The name, in lower case.
        public let name: String
        /// The value without the blanks around it.
        public let value: String

        /// A field as given; the name is put into lower case.
        public init(_ name: String, _ value: String) {
            self.name = name.lowercased()
            self.value = value
        }
    }

    /// The method, as sent.
    public let method: String
    /// The target, as sent: path and query.
    public let target: String
    /// The protocol version, as sent.
    public let version: String
    /// The fields in order.
    public let fields: [Field]

    /// A head from its parts, unchecked.
    public init(method: String, target: String, version: String = "HTTP/1.1", fields: [Field]) {
        self.method = method
        self.target = target
        self.version = version
        self.fields = fields
    }

    /// The target up to the question mark.
    public var path: String { String(target.prefix { $0 != "?" }) }

    /// The first value of a field, or nothing.
    public func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}

extension RequestHead {
    /// What the bytes read so far amount to.
    public enum Scan: Sendable, Equatable {
        case incomplete
        case refused(HeadRefusal)
        case complete(RequestHead, Framing)
    }

    /// Reads a head from the raw bytes at the start of a connection.
    ///
    /// Contract: every byte up to and with the empty line is looked at; a
    /// prefix of a good head is `incomplete`, and what is wrong is said as soon
    /// as it is seen. Why raw: a C library's view hides what it has already
    /// forgiven, such as a NUL or a bare line feed.
    public static func scan(_ bytes: [UInt8], limits: TransportLimits) -> Scan {
        guard let first = bytes.first else { return .incomplete }
        if !isToken(first) { return .refused(.requestLine) }
        var end: Int?
        var index = 0
        while index < bytes.count, end == nil {
            switch bytes[index] {
            case 10: return .refused(.bareLineFeed)
            case 13:
                guard index + 1 < bytes.count else { break }
                guard bytes[index + 1] == 10 else { return .refused(.bareCarriageReturn) }
                if index >= 2, bytes[index - 1] == 10 { end = index }
                index += 1
            case 9, 32...126, 128...255: break
            default: return .refused(.controlCharacter)
            }
            index += 1
        }
        if (end ?? bytes.count) > limits.head { return .refused(.headTooLarge) }
        guard let end else { return .incomplete }
        do throws(HeadRefusal) {
            let head = try parse(bytes[..<end], limits: limits)
            return .complete(head, try head.check(limits: limits))
        } catch {
            return .refused(error)
        }
    }

    private static func parse(
        _ bytes: ArraySlice<UInt8>, limits: TransportLimits
    ) throws(HeadRefusal) -> RequestHead {
        var lines = bytes.split(separator: 13, omittingEmptySubsequences: false)[...]
        guard let request = lines.popFirst() else { throw .requestLine }
        let parts = request.split(separator: 32, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .requestLine }
        if parts[1].count > limits.target { throw .targetTooLong }
        var fields: [Field] = []
        for line in lines {
            let line = line.dropFirst()
            if line.isEmpty { continue }
            guard let colon = line.firstIndex(of: 58), colon > line.startIndex,
                line[..<colon].allSatisfy(isToken)
            else { throw .fieldName }
            if fields.count == limits.fields { throw .fieldCount }
            fields.append(Field(text(line[..<colon]), text(trimmed(line[(colon + 1)...]))))
        }
        return RequestHead(
            method: text(parts[0]), target: text(parts[1]), version: text(parts[2]), fields: fields)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let blank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 }
        let start = bytes.drop(while: blank)
        guard let last = start.lastIndex(where: { !blank($0) }) else { return [] }
        return start[...last]
    }

    /// RFC 9110's token characters.
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
