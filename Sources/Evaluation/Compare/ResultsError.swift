import Checkpoint

/// Why two evaluations cannot be compared.
public struct ResultsError: Error, Sendable, Equatable {
    /// The file or folder.
    public let path: String
    /// What is wrong.
    public let problem: Problem

    /// A problem with a file or folder.
    public init(_ problem: Problem, at path: String) {
        self.path = path
        self.problem = problem
    }

    /// The ways in which results do not compare.
    public enum Problem: Sendable, Equatable {
        /// There is no such file, or it cannot be read.
        case unreadable
        /// A folder without a results file.
        case noResults
        /// The file is not JSON.
        case notJSON(JSONError)
        /// The file is JSON and not an evaluation's results.
        case notResults
        /// A task's samples file is not beside the results.
        case noSamples(task: String)
        /// A line of a samples file is not a sample.
        case badSample(task: String, line: Int)
        /// The two have no task in common.
        case noCommonTask
        /// A task has another version in the other results.
        case otherVersion(task: String, here: String, there: String)
        /// No item of a task is in both.
        case noCommonItems(task: String)
        /// An item has the same place in both and is another question.
        case otherItem(task: String, item: Int)
    }
}
