/// Why the server cannot start.
public enum ServingError: Error, Sendable, Equatable {
    /// The address is not numeric, not ours, or taken.
    case cannotListen(ListenAddress, error: Int32)
    /// The library was built without TLS.
    case noTLS
    /// The certificate and the key do not make a pair, or are not PEM.
    case badCertificate
    /// The system refused a descriptor or a thread.
    case transport
    /// The file of keys cannot be read.
    case unreadableKeys(path: String)
    /// A line of the file of keys is not `KEY` or `NAME KEY`, or the key is short.
    case badKey(path: String, line: Int)
    /// Others could read the file of keys.
    case exposedKeys(path: String)
    /// The server would be open to other machines without a key.
    case openToAll
}
