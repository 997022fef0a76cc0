import Foundation

/// A thread of its own with a queue of things to do: the model's.
///
/// Contract: `turn` is called on the thread, once after everything posted has been
/// done, and again at once while it says that there is more; otherwise the thread
/// sleeps until something is posted. Why not Swift's pool: it has as many threads
/// as the machine has cores, and a model keeps them all busy.
final class ModelThread: @unchecked Sendable {
    typealias Job = @Sendable (ModelWorker) -> Void

    private let condition = NSCondition()
    private var jobs: [Job] = []
    private var isOver = false

    /// Starts the thread; `begin` makes the worker there, or nothing when it failed.
    init(_ begin: @escaping @Sendable () -> ModelWorker?) {
        let thread = Thread { [self] in
            guard let worker = begin() else { return }
            while let jobs = take(waits: !worker.hasWork) {
                for job in jobs { job(worker) }
                worker.turn()
            }
        }
        thread.name = "hearth.model"
        thread.stackSize = 16 << 20
        thread.start()
    }

    /// Has something done on the thread, in the order it was posted.
    func post(_ job: @escaping Job) {
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    /// Lets the thread end when it next looks.
    func end() {
        condition.lock()
        isOver = true
        condition.signal()
        condition.unlock()
    }

    private func take(waits: Bool) -> [Job]? {
        condition.lock()
        defer { condition.unlock() }
        while waits, jobs.isEmpty, !isOver { condition.wait() }
        defer { jobs = [] }
        return isOver ? nil : jobs
    }
}
