import Foundation

/// Notices Ctrl-C and SIGTERM, so that a run can end between two steps.
///
/// The first one asks; a second one ends the process at once, which loses the steps
/// since the last checkpoint and nothing else.
final class StopSignals: @unchecked Sendable {
    // `@unchecked`: the flag is only touched under the lock.
    private let lock = NSLock()
    private var isSet = false
    private var sources: [any DispatchSourceSignal] = []

    /// Begins to listen; `notice` is called at the first signal.
    init(notice: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "hearth.stop")
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [weak self] in
                guard let self else { return }
                if self.set() { exit(ExitStatus.interrupted.rawValue) }
                notice()
            }
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }

    /// Whether a signal came.
    var isStopped: Bool {
        lock.lock()
        defer { lock.unlock() }
        return isSet
    }

    /// Sets the flag, and gives what it was.
    private func set() -> Bool {
        lock.lock()
        defer { lock.unlock() }
        defer { isSet = true }
        return isSet
    }
}
