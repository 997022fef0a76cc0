/// One connection's one request and its reply.
///
/// Contract: its methods may be called from any thread. Why one request a
/// connection: what a connection carries after its first request cannot be
/// mistaken for anything, because nothing reads it.
final class Exchange: @unchecked Sendable {
    /// How far the exchange has come.
    enum Phase: Equatable {
        case head(ContinuousClock.Instant)
        case body(ContinuousClock.Instant)
        /// The request's task is at work and nothing has been sent.
        case answering
        case replying
    }

    /// What to do once the body has been read.
    enum Course {
        case handle(RequestHead)
        case refuse(HTTPReply)
    }

    struct State {
        var phase: Phase
        var course: Course?
        var body: [UInt8] = []
        var drained = 0
        var task: Task<Void, Never>?
        var reply: HTTPReply?
        var streaming = false
        var cancelled = false
    }

    let descriptor: Int32
    let state: Locked<State>
    let outbox: Outbox
    /// Takes the connection out of the network's hands; `resume` gives it back.
    let park: @Sendable () -> Void
    private let resume: @Sendable () -> Void

    init(
        descriptor: Int32, park: @escaping @Sendable () -> Void, resume: @escaping @Sendable () -> Void
    ) {
        self.descriptor = descriptor
        self.park = park
        self.resume = resume
        state = Locked(State(phase: .head(.now)))
        outbox = Outbox(unpark: resume)
    }

    var phase: Phase { state.withLock { $0.phase } }

    /// Whether work would stop if the client were gone.
    var isWaiting: Bool {
        state.withLock { $0.phase == .answering || ($0.phase == .replying && $0.streaming) }
    }

    /// Runs the handler in a task; the parked connection resumes with its reply.
    func start(_ request: HTTPRequest, handler: @escaping @Sendable (HTTPRequest) async -> HTTPReply) {
        state.withLock { state in
            state.phase = .answering
            let cancelled = state.cancelled
            state.task = Task {
                if cancelled { return deliver(HTTPReply(status: 499, body: .bytes([]))) }
                let reply = await handler(request)
                deliver(reply)
                guard case .stream(let write) = reply.body else { return }
                do {
                    try await write(outbox)
                    outbox.finish()
                } catch {
                    outbox.finish(broken: true)
                }
            }
        }
    }

    /// The client has gone, or has to go: the task is told, and nobody waits.
    func cancel() {
        let task = state.withLock { state in
            state.cancelled = true
            return state.task
        }
        task?.cancel()
        outbox.abandon()
    }

    /// Whether this exchange has taken longer than it may.
    func isOverdue(_ limits: TransportLimits, now: ContinuousClock.Instant) -> Bool {
        switch phase {
        case .head(let since): now - since > limits.headTime
        case .body(let since): now - since > limits.bodyTime
        case .answering: false
        case .replying: outbox.waitingSince.map { now - $0 > limits.stallTime } ?? false
        }
    }

    private func deliver(_ reply: HTTPReply) {
        state.withLock { $0.reply = reply }
        resume()
    }
}
