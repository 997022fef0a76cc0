import Dispatch
import Foundation

/// Why a server ends, waited for.
///
/// SIGTERM and SIGINT are taken by a queue, never by a handler inside whatever was
/// interrupted. A second signal while it ends does nothing.
final class ServerEnd: @unchecked Sendable {
    enum Reason {
        case asked
        /// The model could not be loaded.
        case failed(any Error)
    }

    private let condition = NSCondition()
    private var reason: Reason?
    private let sources: [any DispatchSourceSignal]

    init() {
        let queue = DispatchQueue(label: "hearth.signals")
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: queue)
        }
        for source in sources {
            source.setEventHandler { [weak self] in self?.come(.asked) }
            source.resume()
        }
    }

    /// Tells that the end has come; the first reason counts.
    func come(_ reason: Reason) {
        condition.lock()
        if self.reason == nil { self.reason = reason }
        condition.signal()
        condition.unlock()
    }

    /// Waits for the end, stops, and throws what it ended with.
    func wait(stop: @escaping @Sendable () async -> Void) throws {
        condition.lock()
        while reason == nil { condition.wait() }
        let reason = reason
        condition.unlock()
        let stopped = DispatchSemaphore(value: 0)
        Task {
            await stop()
            stopped.signal()
        }
        stopped.wait()
        if case .failed(let error) = reason { throw error }
    }
}
