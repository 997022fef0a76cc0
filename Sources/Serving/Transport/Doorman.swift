import CMicroHTTPD
import Foundation

/// Stands at the listening socket and lets in only requests it has read.
///
/// Contract: one thread. The head of every connection is read without being
/// taken (`MSG_PEEK`), checked byte by byte, and the connection is handed on
/// untouched, or answered and closed here. Heads that are not there in time
/// are cut off. Why: the library behind forgives bytes that a proxy before it
/// may have read otherwise, and only the raw bytes show it. With TLS the bytes
/// cannot be read here; the library takes the connection at once, and the same
/// rules are applied to what it says it has read.
final class Doorman: @unchecked Sendable {
    private struct Visitor {
        let since: ContinuousClock.Instant
        var leaving = false
    }

    private let listener: Listener
    private let limits: TransportLimits
    private let readsHeads: Bool
    private let daemon: Daemon
    private let refused: @Sendable (HeadRefusal) -> Void
    private let open = Locked(true)
    private let ended = DispatchSemaphore(value: 0)
    private var visitors: [Int32: Visitor] = [:]
    private var room: [UInt8]
    private var epoll: Int32 = -1

    init(
        listener: Listener, limits: TransportLimits, readsHeads: Bool, daemon: Daemon,
        refused: @escaping @Sendable (HeadRefusal) -> Void
    ) {
        self.listener = listener
        self.limits = limits
        self.readsHeads = readsHeads
        self.daemon = daemon
        self.refused = refused
        room = [UInt8](repeating: 0, count: limits.head + 4)
    }

    /// Opens the door.
    func start() throws(ServingError) {
        epoll = hearth_epoll()
        guard epoll >= 0, hearth_watch(epoll, listener.descriptor, 0) == 0 else { throw .transport }
        let thread = Thread { self.run() }
        thread.name = "doorman"
        thread.start()
    }

    /// Takes no one new, and returns once the last visitor is out of its hands.
    func close() {
        open.withLock { $0 = false }
        ended.wait()
    }

    private func run() {
        var ready = [Int32](repeating: 0, count: 64)
        let pause = Int32(clamping: limits.sweep.components.attoseconds / 1_000_000_000_000_000)
        var swept = ContinuousClock.now
        while open.withLock({ $0 }) {
            let count = hearth_wait(epoll, &ready, 64, pause)
            for descriptor in ready.prefix(Int(max(0, count))) {
                if descriptor == listener.descriptor { accept() } else { look(at: descriptor) }
            }
            let now = ContinuousClock.now
            if now - swept >= limits.sweep {
                swept = now
                sweep(now)
            }
        }
        for descriptor in visitors.keys { dismiss(descriptor) }
        Glibc.close(epoll)
        ended.signal()
    }

    private func accept() {
        for _ in 0..<64 {
            let descriptor = hearth_accept(listener.descriptor)
            if descriptor == -EAGAIN || descriptor == -EINTR || descriptor == -ECONNABORTED { return }
            // Out of descriptors: the client waits in the queue until one is free.
            if descriptor < 0 {
                Thread.sleep(forTimeInterval: 0.02)
                return
            }
            if visitors.count + daemon.count >= limits.connections {
                visitors[descriptor] = Visitor(since: .now)
                refuse(descriptor, .tooManyConnections)
            } else if !readsHeads {
                _ = daemon.add(descriptor)
            } else if hearth_watch(epoll, descriptor, 1) == 0 {
                visitors[descriptor] = Visitor(since: .now)
                look(at: descriptor)
            } else {
                Glibc.close(descriptor)
            }
        }
    }

    private func look(at descriptor: Int32) {
        guard let visitor = visitors[descriptor] else { return }
        if visitor.leaving { return drain(descriptor) }
        let count = hearth_peek(descriptor, &room, room.count)
        if count == -Int(EAGAIN) || count == -Int(EINTR) { return }
        if count <= 0 { return dismiss(descriptor) }
        switch RequestHead.scan(Array(room[..<count]), limits: limits) {
        case .complete:
            visitors[descriptor] = nil
            _ = hearth_unwatch(epoll, descriptor)
            _ = daemon.add(descriptor)
        case .incomplete:
            if count == room.count {
                refuse(descriptor, .headTooLarge)
            } else if hearth_hung_up(descriptor) != 0 {
                dismiss(descriptor)
            }
        case .refused(let reason): refuse(descriptor, reason)
        }
    }

    /// Answers, then reads on for a moment: closing with bytes unread would
    /// take the answer back before the client has seen it.
    private func refuse(_ descriptor: Int32, _ reason: HeadRefusal) {
        refused(reason)
        let bytes = Refusals.raw(reason)
        _ = hearth_send(descriptor, bytes, bytes.count)
        shutdown(descriptor, Int32(SHUT_WR))
        visitors[descriptor]?.leaving = true
        drain(descriptor)
        if reason == .tooManyConnections { dismiss(descriptor) }
    }

    private func drain(_ descriptor: Int32) {
        for _ in 0..<1024 {
            let count = hearth_discard(descriptor, &room, room.count)
            if count == -Int(EAGAIN) || count == -Int(EINTR) { return }
            if count <= 0 { return dismiss(descriptor) }
        }
    }

    private func dismiss(_ descriptor: Int32) {
        guard visitors.removeValue(forKey: descriptor) != nil else { return }
        Glibc.close(descriptor)
    }

    private func sweep(_ now: ContinuousClock.Instant) {
        for (descriptor, visitor) in visitors {
            let late = now - visitor.since > limits.headTime
            if late, !visitor.leaving { refuse(descriptor, .tooSlow) }
            if late { dismiss(descriptor) } else if visitor.leaving { drain(descriptor) }
        }
        daemon.sweep(now: now)
    }
}
