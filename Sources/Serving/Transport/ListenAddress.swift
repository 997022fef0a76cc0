/// Where the server listens.
public enum ListenAddress: Sendable, Equatable {
    /// A numeric address and a port; port 0 takes a free one.
    case port(host: String, port: UInt16)
    /// A socket in the file system, for callers on this machine.
    case socket(path: String)

    /// Loopback, which is the default: other machines cannot reach it.
    public static func loopback(_ port: UInt16) -> ListenAddress { .port(host: "127.0.0.1", port: port) }

    /// Whether only this machine can call.
    public var isLocal: Bool {
        switch self {
        case .port(let host, _): host.hasPrefix("127.") || host == "::1"
        case .socket: true
        }
    }
}
