/// Why an evaluation cannot go on.
public enum RunError: Error, Sendable, Equatable {
    /// The output folder, or a file in it, cannot be written.
    case unwritable(path: String)
    /// A file of an evaluation to go on with cannot be read.
    case unreadable(path: String)
    /// Another process is writing this evaluation.
    case inUse(path: String)
    /// Two tasks of the suites have one name, so their files would be one.
    case sameTaskTwice(String)
    /// A log-probability that is not a number, or above zero.
    case impossibleScore(task: String, item: Int)
    /// An answer with another number of scores than it was asked for.
    case wrongCount(task: String, item: Int, wanted: Int, found: Int)
    /// An item the subject never answered.
    case unanswered(task: String, item: Int)
}
