/// How long the body is, by the head's own word.
public enum Framing: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
}

extension RequestHead {
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    /// Fields whose second appearance could only mislead.
    private static let singular: Set<String> = [
        "authorization", "content-type", "content-encoding", "origin", "expect", "x-request-id",
    ]

    /// Refuses every head that another program might read differently.
    ///
    /// Contract: pure, and total over any strings; the same rules hold for a
    /// head scanned here and for one a library has taken apart.
    @discardableResult
    public func check(limits: TransportLimits) throws(HeadRefusal) -> Framing {
        guard !method.isEmpty, method.utf8.allSatisfy(Self.isToken) else { throw .requestLine }
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            throw version.hasPrefix("HTTP/") ? .version : .requestLine
        }
        guard Self.methods.contains(method) else { throw .method }
        try checkTarget(limit: limits.target)
        if fields.count > limits.fields { throw .fieldCount }
        var seen: Set<String> = []
        for field in fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isToken) else { throw .fieldName }
            guard field.value.utf8.allSatisfy({ $0 == 9 || ($0 >= 32 && $0 != 127) }) else {
                throw .controlCharacter
            }
            let repeated = !seen.insert(field.name).inserted
            if repeated, Self.singular.contains(field.name) { throw .repeatedField }
        }
        try checkHost()
        if let expected = value("expect"), expected.lowercased() != "100-continue" { throw .expectation }
        let framing = try framing()
        if case .length(let length) = framing, length > limits.body { throw .bodyTooLarge }
        return framing
    }

    private func checkTarget(limit: Int) throws(HeadRefusal) {
        if target.utf8.count > limit { throw .targetTooLong }
        guard target.utf8.first == UInt8(ascii: "/"), target.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw .target
        }
        if target.utf8.contains(UInt8(ascii: "#")) || target.utf8.contains(UInt8(ascii: "\\")) {
            throw .target
        }
        var rest = target.utf8[...]
        while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
            let digits = rest[percent...].dropFirst().prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Self.hexadecimal($0) != nil }) else { throw .target }
            rest = rest[digits.endIndex...]
        }
    }

    private func checkHost() throws(HeadRefusal) {
        let hosts = fields.filter { $0.name == "host" }
        guard hosts.count == 1, HostName(hosts[0].value) != nil else { throw .host }
    }

    private func framing() throws(HeadRefusal) -> Framing {
        let lengths = fields.filter { $0.name == "content-length" }
        let codings = fields.filter { $0.name == "transfer-encoding" }
        if lengths.count > 1 { throw .contentLength }
        if !codings.isEmpty {
            guard codings.count == 1, codings[0].value.lowercased() == "chunked", lengths.isEmpty,
                version == "HTTP/1.1"
            else { throw .transferEncoding }
            return .chunked
        }
        guard let length = lengths.first?.value else { return .none }
        guard (1...20).contains(length.utf8.count),
            length.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw .contentLength }
        guard let count = Int(length) else { throw .bodyTooLarge }
        return .length(count)
    }

    private static func hexadecimal(_ byte: UInt8) -> Int? { Character(UnicodeScalar(byte)).hexDigitValue }
}
