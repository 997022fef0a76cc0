import CKernels

/// A fixed set of threads that work on one operation at a time.
///
/// `run` splits work in numbered parts; a part always runs on the same thread,
/// and the split never depends on timing. One caller at a time: the model
/// belongs to one thread. Why not Dispatch: an operation lasts tens of
/// microseconds, less than it takes to wake a thread that sleeps.
public final class Workers: @unchecked Sendable {
    private let pool: OpaquePointer
    /// How many threads there are, the caller's among them.
    public let count: Int
    /// Each thread's own memory.
    let scratch: [Scratch]

    /// Starts the threads, one fewer than `count`, since the caller is one.
    public init(count: Int) {
        precondition(count >= 1)
        guard let pool = ck_pool_create(count) else { preconditionFailure("no memory for threads") }
        self.pool = pool
        self.count = count
        scratch = (0..<count).map { _ in Scratch() }
    }

    deinit { ck_pool_destroy(pool) }

    /// Runs `work(0) … work(parts - 1)` and returns when all are done.
    public func run(parts: Int, _ work: (Int) -> Void) {
        if parts == 1 { return work(0) }
        withoutActuallyEscaping(work) { escaping in
            var job: (Int) -> Void = escaping
            withUnsafeMutablePointer(to: &job) { pointer in
                ck_pool_run(
                    pool,
                    { context, part in
                        context?.assumingMemoryBound(to: ((Int) -> Void).self).pointee(part)
                    }, pointer, parts)
            }
        }
    }

    /// The same, telling the work which thread it is on.
    func runByThread(parts: Int, _ work: (_ part: Int, _ thread: Int) -> Void) {
        run(parts: parts) { work($0, $0 % count) }
    }

    /// Runs a whole step of new tokens as one job.
    func step(_ decoder: inout ck_decoder, _ step: inout ck_step, _ room: UnsafeMutablePointer<Float>) {
        ck_step_run(pool, &decoder, &step, room)
    }

    /// Splits `0 ..< total` in one range a thread and runs them.
    ///
    /// Ranges start at multiples of `grain`; nothing is run for an empty range.
    public func split(_ total: Int, grain: Int = 1, _ work: (Range<Int>) -> Void) {
        splitByThread(total, grain: grain) { range, _ in work(range) }
    }

    /// The same, telling the work which thread it is on.
    func splitByThread(_ total: Int, grain: Int = 1, _ work: (Range<Int>, Int) -> Void) {
        let grains = (total + grain - 1) / grain
        let parts = min(count, grains)
        if parts == 0 { return }
        if parts == 1 { return work(0..<total, 0) }
        run(parts: parts) { part in
            let from = grains * part / parts * grain
            let to = min(grains * (part + 1) / parts * grain, total)
            if from < to { work(from..<to, part) }
        }
    }
}
