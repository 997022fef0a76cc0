import CMicroHTTPD
import Foundation

/// libmicrohttpd, held by one hand: the only file that knows its pointers.
///
/// Contract: `add` hands over a connected descriptor, for good. Each connection
/// carries one request. While a request is answered its connection is parked,
/// so the library's one thread is never kept waiting. Why unsafe: it is a C
/// library's callback interface; every pointer is used within its call, except
/// the connection's own, which stays valid until the library says it is closed.
final class Daemon: @unchecked Sendable {
    typealias Handler = @Sendable (HTTPRequest) async -> HTTPReply
    typealias Admission = @Sendable (RequestHead) -> HTTPReply?

    private struct Connection: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let limits: TransportLimits
    private let admit: Admission
    private let handler: Handler
    private let live = Locked<[ObjectIdentifier: Exchange]>([:])
    private let bodies = Locked(0)
    private var daemon: OpaquePointer?

    init(
        limits: TransportLimits, tls: TLSIdentity?, admit: @escaping Admission, handler: @escaping Handler
    ) throws(ServingError) {
        self.limits = limits
        self.admit = admit
        self.handler = handler
        // The library calls back until it is stopped, so it holds us until then.
        let held = Unmanaged.passRetained(self)
        let me = held.toOpaque()
        var settings = hearth_daemon_settings()
        settings.connections = UInt32(clamping: limits.connections + 64)
        settings.idle_seconds = UInt32(clamping: max(1, limits.stallTime.components.seconds))
        settings.connection_memory = 2 * limits.head + (32 << 10)
        if let tls {
            guard MHD_is_feature_supported(.FEATURE_TLS) == .YES else {
                held.release()
                throw .noTLS
            }
            daemon = tls.certificate.withCString { certificate in
                tls.key.withCString { key in
                    settings.certificate = certificate
                    settings.private_key = key
                    return hearth_daemon_start(
                        settings, Self.onAccess, Self.onCompleted, Self.onConnection, me)
                }
            }
            if daemon == nil {
                held.release()
                throw .badCertificate
            }
        } else {
            daemon = hearth_daemon_start(settings, Self.onAccess, Self.onCompleted, Self.onConnection, me)
            if daemon == nil {
                held.release()
                throw .transport
            }
        }
    }

    /// Hands a connected socket over.
    func add(_ descriptor: Int32) -> Bool {
        guard let daemon else { return false }
        return MHD_add_connection(daemon, descriptor, nil, 0) == .YES
    }

    /// Connections the library has.
    var count: Int { live.withLock { $0.count } }

    /// Ends what is overdue or abandoned.
    ///
    /// The library does not watch a parked connection, so the kernel is asked.
    /// The table is locked meanwhile, and the library's notice of a closed
    /// connection waits for that lock: no descriptor here can be a reused one.
    func sweep(now: ContinuousClock.Instant = .now) {
        let ended = live.withLock { live in
            live.values.filter { exchange in
                let overdue = exchange.isOverdue(limits, now: now)
                if overdue { shutdown(exchange.descriptor, Int32(SHUT_RDWR)) }
                return overdue || (exchange.isWaiting && hearth_hung_up(exchange.descriptor) != 0)
            }
        }
        for exchange in ended { exchange.cancel() }
    }

    /// Ends every exchange, ready or not.
    func cancelAll() {
        let all = live.withLock { live in
            for exchange in live.values { shutdown(exchange.descriptor, Int32(SHUT_RDWR)) }
            return Array(live.values)
        }
        for exchange in all { exchange.cancel() }
    }

    /// Stops the library, unless a handler still holds a parked connection: the
    /// library would end the process. It then goes on, without a door, until exit.
    func stop() {
        guard let daemon, count == 0 else { return }
        self.daemon = nil
        MHD_stop_daemon(daemon)
        Unmanaged.passUnretained(self).release()
    }

    // MARK: The library's calls

    private static let onConnection: hearth_notify_connection = { me, connection, context, code in
        guard let me, let connection, let context else { return }
        let daemon = Unmanaged<Daemon>.fromOpaque(me).takeUnretainedValue()
        if code == .CONNECTION_NOTIFY_STARTED {
            let held = Connection(pointer: connection)
            let exchange = Exchange(
                descriptor: hearth_descriptor(connection),
                park: { MHD_suspend_connection(held.pointer) },
                resume: { MHD_resume_connection(held.pointer) })
            context.pointee = Unmanaged.passRetained(exchange).toOpaque()
            daemon.live.withLock { $0[ObjectIdentifier(exchange)] = exchange }
        } else if let raw = context.pointee {
            context.pointee = nil
            let exchange = Unmanaged<Exchange>.fromOpaque(raw).takeRetainedValue()
            _ = daemon.live.withLock { $0.removeValue(forKey: ObjectIdentifier(exchange)) }
            daemon.release(exchange)
            exchange.cancel()
        }
    }

    private static let onCompleted: MHD_RequestCompletedCallback = { _, connection, _, code in
        guard code != .REQUEST_TERMINATED_COMPLETED_OK, let connection else { return }
        Daemon.exchange(of: connection)?.cancel()
    }

    private static let onAccess: MHD_AccessHandlerCallback = {
        me, connection, url, method, version, bytes, count, context in
        guard let me, let connection, let url, let method, let version, let count, let context,
            let exchange = Daemon.exchange(of: connection)
        else { return .NO }
        let daemon = Unmanaged<Daemon>.fromOpaque(me).takeUnretainedValue()
        if context.pointee == nil {
            context.pointee = Unmanaged.passUnretained(exchange).toOpaque()
            let head = RequestHead(
                method: String(cString: method), target: String(cString: url),
                version: String(cString: version),
                fields: Daemon.fields(of: connection))
            return daemon.begin(exchange, head)
        }
        if count.pointee > 0 {
            defer { count.pointee = 0 }
            return daemon.read(exchange, UnsafeRawBufferPointer(start: bytes, count: count.pointee))
        }
        return daemon.proceed(exchange, connection)
    }

    private static func exchange(of connection: OpaquePointer) -> Exchange? {
        hearth_connection_context(connection).map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func fields(of connection: OpaquePointer) -> [RequestHead.Field] {
        var fields: [RequestHead.Field] = []
        withUnsafeMutablePointer(to: &fields) { pointer in
            _ = MHD_get_connection_values(
                connection, .HEADER_KIND,
                { context, _, name, value in
                    guard let context, let name else { return .NO }
                    let fields = context.assumingMemoryBound(to: [RequestHead.Field].self)
                    let text = value.map { String(cString: $0) } ?? ""
                    fields.pointee.append(RequestHead.Field(String(cString: name), text))
                    return .YES
                }, pointer)
        }
        return fields
    }

    // MARK: One exchange's way

    private func begin(_ exchange: Exchange, _ head: RequestHead) -> MHD_Result {
        exchange.state.withLock { state in
            guard case .head = state.phase else { return .NO }
            state.phase = .body(.now)
            do throws(HeadRefusal) {
                try head.check(limits: limits)
                state.course = admit(head).map { .refuse($0) } ?? .handle(head)
            } catch {
                state.course = .refuse(Refusals.reply(error))
            }
            return .YES
        }
    }

    private func read(_ exchange: Exchange, _ bytes: UnsafeRawBufferPointer) -> MHD_Result {
        exchange.state.withLock { state in
            if case .refuse = state.course {
                state.drained += bytes.count
                return state.drained > 16 * limits.body ? .NO : .YES
            }
            if state.body.count + bytes.count > limits.body {
                state.course = .refuse(Refusals.reply(.bodyTooLarge))
            } else if !reserve(bytes.count) {
                state.course = .refuse(Refusals.reply(.tooManyConnections))
            } else {
                state.body.append(contentsOf: bytes)
                return .YES
            }
            reserve(-state.body.count)
            state.body = []
            return .YES
        }
    }

    private func proceed(_ exchange: Exchange, _ connection: OpaquePointer) -> MHD_Result {
        let (course, phase, reply, body) = exchange.state.withLock { state in
            defer { state.body = [] }
            return (state.course, state.phase, state.reply, state.body)
        }
        reserve(-body.count)
        switch (phase, course) {
        case (.body, .handle(let head)?):
            exchange.park()
            exchange.start(HTTPRequest(head: head, body: body), handler: handler)
            return .YES
        case (.body, .refuse(let reply)?): return queue(reply, exchange, connection)
        case (.answering, _): return reply.map { queue($0, exchange, connection) } ?? .NO
        default: return .NO
        }
    }

    private func queue(_ reply: HTTPReply, _ exchange: Exchange, _ connection: OpaquePointer) -> MHD_Result {
        var size = UInt64.max
        if case .bytes(let bytes) = reply.body {
            size = UInt64(bytes.count)
            exchange.outbox.fill(bytes)
        }
        exchange.state.withLock { state in
            state.phase = .replying
            state.streaming = size == .max
        }
        let raw = Unmanaged.passRetained(exchange).toOpaque()
        guard
            let response = MHD_create_response_from_callback(
                size, 16 << 10,
                { raw, _, buffer, room in
                    guard let raw, let buffer else { return -1 }
                    return Daemon.take(
                        Unmanaged<Exchange>.fromOpaque(raw).takeUnretainedValue(), buffer, room)
                }, raw,
                { raw in
                    guard let raw else { return }
                    Unmanaged<Exchange>.fromOpaque(raw).release()
                })
        else {
            Unmanaged<Exchange>.fromOpaque(raw).release()
            return .NO
        }
        defer { MHD_destroy_response(response) }
        for header in reply.headers { MHD_add_response_header(response, header.name, header.value) }
        MHD_add_response_header(response, "Connection", "close")
        return MHD_queue_response(connection, UInt32(clamping: reply.status), response)
    }

    private static func take(_ exchange: Exchange, _ buffer: UnsafeMutablePointer<CChar>, _ room: Int) -> Int
    {
        let taken = exchange.outbox.take(into: UnsafeMutableRawBufferPointer(start: buffer, count: room)) {
            exchange.park()
        }
        switch taken {
        case .bytes(let count): return count
        case .parked: return 0
        case .ended: return -1
        case .broken: return -2
        }
    }

    @discardableResult
    private func reserve(_ count: Int) -> Bool {
        bodies.withLock { held in
            if count > 0, held + count > limits.bodies { return false }
            held += count
            return true
        }
    }

    private func release(_ exchange: Exchange) {
        let count = exchange.state.withLock { state in
            defer { state.body = [] }
            return state.body.count
        }
        reserve(-count)
    }
}
