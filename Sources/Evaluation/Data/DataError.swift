import Checkpoint

/// Why a task's data cannot be used, and in which row.
public struct DataError: Error, Sendable {
    /// The data file.
    public let path: String
    /// The row or line, counted from 1; nothing for the file as a whole.
    public let row: Int?
    /// What is wrong.
    public let problem: Problem

    /// A problem in a file.
    public init(_ problem: Problem, in path: String, row: Int? = nil) {
        self.path = path
        self.row = row
        self.problem = problem
    }

    /// The ways in which data do not fit their task.
    public enum Problem: Sendable, Equatable {
        /// The file cannot be read.
        case unreadable
        /// The file, unpacked, is larger than the limit.
        case tooLarge(limit: Int)
        /// The file's compression is damaged.
        case damagedGzip
        /// The text is not UTF-8.
        case notUTF8
        /// A line that is not JSON.
        case notJSON(JSONError)
        /// A row that is not an object.
        case notAnObject
        /// A file of one JSON value that is not a list of objects.
        case notAList
        /// A table row with another number of cells than the header.
        case raggedRow(cells: Int, columns: Int)
        /// A quotation mark that opens a cell and is never closed.
        case openQuote
        /// Two columns of one name.
        case duplicateColumn(String)
        /// No rows, or none left after skipping.
        case empty
        /// A field that a template asks for and the row does not have.
        case missingField(String)
        /// A field that the task asks for and not one row has.
        case unknownField(String, key: String)
        /// A field that holds something a template cannot use.
        case wrongField(String, wanted: String, found: JSONKind)
        /// A right answer that metrics of fields cannot read.
        case targetNotJSON
        /// A label that a judge could never agree with.
        case notALabel(wanted: String)
        /// A row with fewer than two choices.
        case tooFewChoices(Int)
        /// A choice without text.
        case emptyChoice(Int)
        /// A target that is none of the choices.
        case noSuchChoice(String, choices: Int)
        /// More examples asked for than there are rows.
        case tooFewExamples(wanted: Int, found: Int)
        /// A rendered request without a part it needs.
        case incompleteRequest(String)
        /// Rendered requests of one item whose places do not follow each other.
        case brokenRequests(item: Int)
        /// A text without anything in it, whose likelihood is nothing.
        case emptyText
    }
}
