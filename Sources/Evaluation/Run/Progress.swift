/// How far an evaluation is.
public struct Progress: Sendable {
    /// The task that is running.
    public let task: String
    /// Which of the tasks it is, counted from 1.
    public let place: Int
    /// How many tasks there are.
    public let tasks: Int
    /// Items of the task that are done, and all of them.
    public let done: Int
    /// All items of the task.
    public let total: Int
    /// Seconds the task has run.
    public let elapsed: Double
    /// Seconds it will still take, as far as can be told.
    public let remaining: Double?
}

/// The time a task takes, told by the work that is done.
///
/// Items are not equally long, so work is counted in characters, not in items.
/// What an earlier process did takes no time now and is left out.
struct Pace {
    private let start: ContinuousClock.Instant
    private let total: Int
    private var done = 0

    init(total: Int) {
        start = .now
        self.total = total
    }

    mutating func advance(_ work: Int) { done += work }

    var elapsed: Double {
        let parts = (ContinuousClock.now - start).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }

    var remaining: Double? {
        done == 0 ? nil : elapsed / Double(done) * Double(max(0, total - done))
    }
}
