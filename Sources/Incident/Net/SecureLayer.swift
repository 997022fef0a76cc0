import CGnuTLS

/// TLS over a socket: the only file that talks to GnuTLS.
///
/// Contract: nothing is sent before the server's certificate was checked against the
/// system's authorities (and those of the configuration) and the host's name.
final class SecureLayer {
    private var state = hearth_tls()

    /// Greets the server on a connected socket.
    init(
        _ descriptor: Int32, host: String, authorities: String?, deadline: ContinuousClock.Instant
    ) throws(CallFailure) {
        let left = (deadline - .now).components
        let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
        guard milliseconds > 0 else { throw .late }
        _ = try Self.count(
            hearth_tls_begin(
                &state, descriptor, host, authorities ?? "", UInt32(min(milliseconds, 86_400_000))))
    }

    deinit { hearth_tls_end(&state) }

    func send(_ bytes: [UInt8]) throws(CallFailure) -> Int {
        try Self.count(hearth_tls_send(&state, bytes, bytes.count))
    }

    /// Bytes that came, into the beginning of `piece`; 0 at the end.
    func receive(_ piece: inout [UInt8]) throws(CallFailure) -> Int {
        try Self.count(hearth_tls_receive(&state, &piece, piece.count))
    }

    private static func count(_ code: Int) throws(CallFailure) -> Int {
        if code >= 0 { return code }
        switch Int32(truncatingIfNeeded: code) {
        case Int32(HEARTH_TLS_LATE): throw .late
        case Int32(HEARTH_TLS_UNTRUSTED): throw .untrusted
        default: throw .hungUp
        }
    }
}
