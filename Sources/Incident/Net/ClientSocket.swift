import Glibc

/// A TCP connection, plain or under TLS, with a deadline for everything that is done on it.
final class ClientSocket {
    private let descriptor: Int32
    private var secure: SecureLayer?

    /// Connects to an endpoint; `authorities` is a file of certificates to trust beside the system's.
    convenience init(
        _ endpoint: Endpoint, authorities: String?, deadline: ContinuousClock.Instant
    ) throws(CallFailure) {
        try self.init(host: endpoint.host, port: endpoint.port, deadline: deadline)
        guard endpoint.isSecure else { return }
        guard Self.limit(descriptor, SO_RCVTIMEO, until: deadline) else { throw .late }
        secure = try SecureLayer(
            descriptor, host: endpoint.host, authorities: authorities, deadline: deadline)
    }

    /// Connects to the first address of a host that accepts.
    private init(host: String, port: Int, deadline: ContinuousClock.Instant) throws(CallFailure) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list = hints.ai_next
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { throw .unreachable }
        defer { freeaddrinfo(list) }
        while let address = list?.pointee {
            let kind = address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue)
            let descriptor = Glibc.socket(address.ai_family, kind, address.ai_protocol)
            // The kernel counts a connection's time as time of sending.
            if descriptor >= 0 {
                if Self.limit(descriptor, SO_SNDTIMEO, until: deadline),
                    connect(descriptor, address.ai_addr, address.ai_addrlen) == 0
                {
                    self.descriptor = descriptor
                    return
                }
                close(descriptor)
            }
            list = address.ai_next
        }
        throw .unreachable
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(CallFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard Self.limit(descriptor, SO_SNDTIMEO, until: deadline) else { throw .late }
            let part = Array(rest.prefix(1 << 20))
            if let secure {
                rest = rest.dropFirst(try secure.send(part))
                continue
            }
            let sent = Glibc.send(descriptor, part, part.count, Int32(MSG_NOSIGNAL))
            if sent > 0 {
                rest = rest.dropFirst(sent)
            } else if errno == EAGAIN {
                throw .late
            } else if errno != EINTR {
                throw .hungUp
            }
        }
    }

    /// All bytes of one answer: until it is whole by its own word, or the other side closes.
    func receive(atMost limit: Int, deadline: ContinuousClock.Instant) throws(CallFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        var end = AnswerEnd()
        while true {
            guard Self.limit(descriptor, SO_RCVTIMEO, until: deadline) else { throw .late }
            let count: Int
            do throws(CallFailure) {
                count = try receive(&piece)
            } catch {
                // Under TLS a record may come that is not the answer's, such as a ticket for the next time.
                if error == .late, deadline > .now { continue }
                throw error
            }
            if count == 0 { return bytes }
            bytes += piece.prefix(count)
            if bytes.count > limit { throw .tooLong }
            if end.isReached(by: bytes) { return bytes }
        }
    }

    private func receive(_ piece: inout [UInt8]) throws(CallFailure) -> Int {
        if let secure { return try secure.receive(&piece) }
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count >= 0 { return count }
            if errno != EINTR { throw errno == EAGAIN ? .late : .hungUp }
        }
    }

    /// Lets the next call on a socket take until the deadline; false where that has passed.
    private static func limit(
        _ descriptor: Int32, _ option: Int32, until deadline: ContinuousClock.Instant
    ) -> Bool {
        let left = deadline - .now
        let microseconds =
            left.components.seconds * 1_000_000 + left.components.attoseconds / 1_000_000_000_000
        guard microseconds > 0 else { return false }
        var time = timeval(
            tv_sec: Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
        setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        return true
    }
}
