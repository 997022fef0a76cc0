/// The bytes of one reply on their way from the request's task to the network.
///
/// Contract: one task sends, one thread takes. A sender that is more than
/// `highWater` bytes ahead waits. When there is nothing to take, the connection
/// is parked, and the next `send` unparks it; both happen under one lock, so no
/// wake-up is lost. Why parked: a quiet stream costs neither a thread nor a poll.
final class Outbox: ReplySink {
    /// What a taker finds.
    enum Taken: Equatable {
        case bytes(Int)
        case parked
        case ended
        case broken
    }

    private struct State {
        var bytes: [UInt8] = []
        var taken = 0
        var ended = false
        var broken = false
        var gone = false
        var parked = false
        var waiter: CheckedContinuation<Void, Never>?
        var waitingSince: ContinuousClock.Instant?
        var takenSince = 0

        var pending: Int { bytes.count - taken }

        mutating func await() {
            waitingSince = .now
            takenSince = 0
        }
    }

    private static let highWater = 64 << 10
    private static let progress = 16 << 10
    private let state = Locked(State())
    private let unpark: @Sendable () -> Void

    init(unpark: @escaping @Sendable () -> Void) { self.unpark = unpark }

    func send(_ bytes: [UInt8]) async throws {
        if bytes.isEmpty { return }
        let full = try state.withLock { state in
            if state.gone { throw CancellationError() }
            if state.pending == 0 { state.await() }
            state.bytes.append(contentsOf: bytes)
            wake(&state)
            return state.pending > Self.highWater
        }
        if full { await room() }
        if state.withLock({ $0.gone }) { throw CancellationError() }
    }

    /// Takes a whole reply at once, which needs no sender.
    func fill(_ bytes: [UInt8]) {
        state.withLock { state in
            state.bytes = bytes
            state.ended = true
            state.await()
        }
    }

    /// Nothing more will be sent; `broken` makes the end visible as an error.
    func finish(broken: Bool = false) {
        state.withLock { state in
            state.ended = true
            state.broken = broken
            wake(&state)
        }
    }

    /// The client has gone: what waits is dropped and the sender is told.
    func abandon() {
        let waiter = state.withLock { state in
            state.gone = true
            state.ended = true
            wake(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Since when the client has taken neither everything nor a fair amount.
    ///
    /// It goes on after the last byte: that one is still on its way.
    var waitingSince: ContinuousClock.Instant? { state.withLock { $0.waitingSince } }

    /// Moves bytes out; `park` is called under the lock when there are none.
    func take(into buffer: UnsafeMutableRawBufferPointer, park: () -> Void) -> Taken {
        let (taken, waiter) = state.withLock { state -> (Taken, CheckedContinuation<Void, Never>?) in
            if state.gone { return (.broken, nil) }
            if state.pending == 0 {
                if state.ended {
                    if state.waitingSince == nil { state.await() }
                    return (state.broken ? .broken : .ended, nil)
                }
                state.parked = true
                park()
                return (.parked, nil)
            }
            let count = min(state.pending, buffer.count)
            buffer.copyBytes(from: state.bytes[state.taken..<state.taken + count])
            state.taken += count
            state.takenSince += count
            if state.pending == 0 {
                state.bytes.removeAll(keepingCapacity: state.bytes.capacity <= 2 * Self.highWater)
                state.taken = 0
                state.waitingSince = nil
                if state.ended { state.await() }
            } else if state.takenSince >= Self.progress {
                state.await()
            }
            guard state.pending <= Self.highWater else { return (.bytes(count), nil) }
            defer { state.waiter = nil }
            return (.bytes(count), state.waiter)
        }
        waiter?.resume()
        return taken
    }

    private func wake(_ state: inout State) {
        guard state.parked else { return }
        state.parked = false
        unpark()
    }

    private func room() async {
        await withCheckedContinuation { continuation in
            let now = state.withLock { state in
                if state.gone || state.pending <= Self.highWater { return true }
                state.waiter = continuation
                return false
            }
            if now { continuation.resume() }
        }
    }
}
