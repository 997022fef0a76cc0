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
/// What an earlier process did takes no time now and is left out. Answers are
/// written side by side and end almost together: those on their way count as
/// half done, or the first of them would promise hours.
struct Pace {
    /// How many answers are written side by side.
    static let parallel = 16

    private let start: ContinuousClock.Instant
    private let total: Double
    private let isWriting: Bool
    private var open: Int
    private var done = 0.0

    /// A task with items of these sizes, all still to be done.
    init(_ sizes: [Int], isWriting: Bool) {
        start = .now
        total = Double(sizes.reduce(0, +))
        open = sizes.count
        self.isWriting = isWriting
    }

    mutating func advance(_ work: Int) {
        done += Double(work)
        open -= 1
    }

    var elapsed: Double { (ContinuousClock.now - start) / .seconds(1) }

    var remaining: Double? { remaining(after: elapsed) }

    func remaining(after elapsed: Double) -> Double? {
        guard done > 0 else { return nil }
        let rest = max(0, total - done)
        let flying = isWriting ? rest * Double(min(Self.parallel, open)) / Double(max(1, open)) : 0
        let work = done + flying / 2
        return elapsed / work * max(0, total - work)
    }
}
