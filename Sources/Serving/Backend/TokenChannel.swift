/// The way from an engine to the task that writes an answer.
///
/// Contract: the engine calls `offer` from its own thread and is never kept
/// waiting; it reads the returned demand and pauses or drops the request by
/// itself. One task iterates, once. When that task is cancelled, or stops
/// iterating and calls `cancel`, the demand is `.none` for good. Why: with one
/// thread for all answers, one slow reader must cost the others nothing.
public final class TokenChannel: AsyncSequence, Sendable {
    /// What the reader wants.
    public enum Demand: Sendable, Equatable {
        case more
        /// Enough for now; `demandChanged` is called when there is room.
        case enough
        /// Nothing more, ever: free what the request holds.
        case none
    }

    private struct State {
        var events: [AnswerEvent] = []
        var taken = 0
        var finished = false
        var failure: BackendError?
        var cancelled = false
        var reader: CheckedContinuation<Void, Never>?
        var demandChanged: (@Sendable () -> Void)?

        var pending: Int { events.count - taken }
    }

    private let capacity: Int
    private let state = Locked(State())

    /// A channel that asks for a pause when `capacity` events wait.
    public init(capacity: Int = 256) { self.capacity = capacity }

    // MARK: The engine's side

    /// Hands over news; never blocks and never refuses.
    @discardableResult
    public func offer(_ event: AnswerEvent) -> Demand {
        let (demand, reader) = state.withLock { state -> (Demand, CheckedContinuation<Void, Never>?) in
            if state.cancelled || state.finished { return (.none, nil) }
            state.events.append(event)
            defer { state.reader = nil }
            return (state.pending < capacity ? .more : .enough, state.reader)
        }
        reader?.resume()
        return demand
    }

    /// No more news; with an error, the answer is broken off.
    public func finish(throwing failure: BackendError? = nil) {
        let reader = state.withLock { state in
            if !state.finished {
                state.finished = true
                state.failure = failure
            }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// What the reader wants now.
    public var demand: Demand {
        state.withLock { state in
            if state.cancelled { return .none }
            return state.pending < capacity ? .more : .enough
        }
    }

    /// Registers who is told, on any thread, that `enough` became `more` or the
    /// reader has gone.
    public func whenDemandChanges(_ call: @escaping @Sendable () -> Void) {
        let late = state.withLock { state in
            state.demandChanged = call
            return state.cancelled
        }
        if late { call() }
    }

    // MARK: The reader's side

    /// Tells the engine that nobody reads on.
    public func cancel() {
        let (reader, call) = state.withLock { state in
            if state.cancelled {
                return (nil as CheckedContinuation<Void, Never>?, nil as (@Sendable () -> Void)?)
            }
            state.cancelled = true
            state.events = []
            state.taken = 0
            defer { state.reader = nil }
            return (state.reader, state.demandChanged)
        }
        reader?.resume()
        call?()
    }

    /// The next news, or nothing at the end.
    public func next() async throws -> AnswerEvent? {
        while true {
            switch try take() {
            case .event(let event, let changed):
                changed?()
                return event
            case .end: return nil
            case .wait: await wait()
            }
        }
    }

    /// Iterates over the channel itself; there is one reader.
    public struct Iterator: AsyncIteratorProtocol {
        let channel: TokenChannel

        /// The next news, or nothing at the end.
        public mutating func next() async throws -> AnswerEvent? { try await channel.next() }
    }

    /// The one reader's iterator.
    public func makeAsyncIterator() -> Iterator { Iterator(channel: self) }

    private enum Taken {
        case event(AnswerEvent, (@Sendable () -> Void)?)
        case end
        case wait
    }

    private func take() throws -> Taken {
        try state.withLock { state in
            if state.cancelled { throw CancellationError() }
            guard state.pending > 0 else {
                guard state.finished else { return .wait }
                if let failure = state.failure { throw failure }
                return .end
            }
            let event = state.events[state.taken]
            state.taken += 1
            let relieved = state.pending == capacity - 1
            if state.pending == 0 {
                state.events.removeAll(keepingCapacity: true)
                state.taken = 0
            }
            return .event(event, relieved ? state.demandChanged : nil)
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state in
                    if state.cancelled || state.finished || state.pending > 0 { return true }
                    state.reader = continuation
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }
}
