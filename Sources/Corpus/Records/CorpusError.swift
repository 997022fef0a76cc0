import Checkpoint
import Text

/// What is wrong with a dataset, and where.
public struct CorpusError: Error, Sendable, Equatable {
    /// The file or folder.
    public let path: String
    /// The record, where one is at fault.
    public let place: RecordPlace?
    /// What is wrong.
    public let problem: Problem

    /// A problem of a whole file or folder.
    public init(_ problem: Problem, path: String) {
        (self.path, place, self.problem) = (path, nil, problem)
    }

    /// A problem of a record.
    public init(_ problem: Problem, at place: RecordPlace) {
        (path, self.place, self.problem) = (place.file, place, problem)
    }

    /// What can be wrong with a dataset.
    public enum Problem: Sendable, Equatable {
        /// There is no such file or folder.
        case notThere
        /// The file system said no.
        case file(FileFault)
        /// A folder without a file for the split.
        case noSplit(String, found: [String])
        /// A split was named, and the path is a file.
        case splitOfFile(String)
        /// The text is not JSON; the offset counts from the start of the record.
        case json(JSONError)
        /// There is not one example.
        case empty
        /// The first record's fields belong to no format.
        case unknownFormat(fields: [String])
        /// A nested SQuAD file read as something else.
        case nestedSquad(RecordFormat)
        /// A field that has to be there.
        case missingField(String)
        /// A field of another kind than it should be.
        case wrongKind(field: String, wanted: String, found: JSONKind)
        /// A role that no conversation has.
        case unknownRole(field: String, role: String)
        /// A list that should have something in it.
        case emptyList(field: String)
        /// A question without an answer.
        case noAnswer(field: String)
        /// A weight that is neither 0 nor 1.
        case notAWeight(field: String)
        /// A function call that is not `{"name", "arguments"}`.
        case notACall(field: String)
        /// The conversation cannot be written in the chat format.
        case chat(ChatError)
        /// Conversations need a chat format, and the model has none.
        case noChatFormat
        /// More tokens than `max_length`; `others` more examples are too long as well.
        case tooLong(tokens: Int, limit: Int, others: Int)
        /// Nothing in the example would be trained.
        case noTrainedToken
        /// The example begins with two begin-of-text tokens.
        case doubledBOS
        /// More examples should be put aside than there are.
        case nothingLeft(examples: Int, wanted: Int)
    }
}
