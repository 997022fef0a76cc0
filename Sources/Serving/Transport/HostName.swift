/// The host a client believes it is talking to, taken from the Host header.
///
/// Why it is checked: a web page of a stranger can make a browser call this
/// machine under a name of the stranger's (DNS rebinding); the name gives it away.
public struct HostName: Sendable, Hashable {
    /// The name or address in lower case, without port; IPv6 in brackets.
    public let name: String
    /// The port, where one was given.
    public let port: Int?

    /// Takes `host`, `host:port`, `[v6]` or `[v6]:port`; nothing else.
    public init?(_ text: String) {
        var rest = text.utf8[...]
        let host: Substring.UTF8View
        if rest.first == UInt8(ascii: "[") {
            guard let close = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = rest[...close]
            let inner = host.dropFirst().dropLast()
            guard !inner.isEmpty, inner.allSatisfy({ Self.isHexadecimal($0) || ":.".utf8.contains($0) })
            else { return nil }
            rest = rest[rest.index(after: close)...]
        } else {
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            host = rest[..<end]
            guard !host.isEmpty, host.count <= 255, host.allSatisfy(Self.isNameByte) else { return nil }
            rest = rest[end...]
        }
        if rest.isEmpty {
            port = nil
        } else {
            guard rest.removeFirst() == UInt8(ascii: ":"), (1...5).contains(rest.count),
                rest.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = Int(Substring(rest)), number <= 65535
            else { return nil }
            port = number
        }
        name = String(Substring(host)).lowercased()
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: ".-_".utf8.contains(byte)
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        Character(UnicodeScalar(byte)).hexDigitValue != nil
    }
}
