/// An evaluation that was asked to stop, and did.
public struct RunInterruption: Error, Sendable {
    /// The task it was at.
    public let task: String
    /// How many of its items are done.
    public let done: Int
    /// How many it has.
    public let total: Int
    /// Where the answers are kept; nothing where they are not.
    public let folder: String?
}
