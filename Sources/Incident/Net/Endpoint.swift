/// A place the configuration allows the agent to call.
///
/// Contract: `http://host[:port][/path]` or the same with `https`, nothing else.
public struct Endpoint: Sendable, Equatable {
    /// Whether it is reached under TLS.
    public let isSecure: Bool
    /// The host's name or address.
    public let host: String
    /// The port.
    public let port: Int
    /// The path and query, beginning with a slash.
    public let path: String

    /// Reads an address; nothing where it is none.
    public init?(_ text: String) {
        isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://"), text.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else { return nil }
        let usual = isSecure ? 443 : 80
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let place = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = String(rest[place.endIndex...])
        self.path = path.hasPrefix("/") ? path : "/" + path
        if place.hasPrefix("[") {
            guard let close = place.firstIndex(of: "]") else { return nil }
            host = String(place[place.index(after: place.startIndex)..<close])
            let tail = place[place.index(after: close)...]
            guard let port = Self.port(tail, usual) else { return nil }
            self.port = port
        } else {
            let name = place.prefix { $0 != ":" }
            host = String(name)
            guard let port = Self.port(place[name.endIndex...], usual) else { return nil }
            self.port = port
        }
        guard !host.isEmpty, !host.contains("@") else { return nil }
    }

    private init(isSecure: Bool, host: String, port: Int, path: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.path = path
    }

    private static func port(_ text: Substring, _ usual: Int) -> Int? {
        if text.isEmpty { return usual }
        guard text.hasPrefix(":"), let port = Int(text.dropFirst()), (1...65535).contains(port) else {
            return nil
        }
        return port
    }

    /// The same host with another path below this one.
    public func appending(_ path: String) -> Endpoint {
        let base = self.path.hasSuffix("/") ? String(self.path.dropLast()) : self.path
        return Endpoint(isSecure: isSecure, host: host, port: port, path: base + path)
    }

    /// The host and port as a `Host` field has them.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The address as it is written.
    public var text: String { "\(isSecure ? "https" : "http")://\(authority)\(path)" }

    /// Text as a value in a query: everything but letters, digits and `-._~` as bytes.
    public static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}
