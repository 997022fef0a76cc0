import Checkpoint

/// What an import made, and what a person should know about it.
public struct Imported: Sendable {
    /// The records, ready to be written one a line.
    public var records: [JSON] = []
    /// What was left out or repaired, with how often and where first.
    public private(set) var notes: [Note] = []

    /// Something that happened to some records.
    public struct Note: Sendable, Equatable {
        /// What.
        public let kind: Kind
        /// How often.
        public var count: Int
        /// The first time.
        public let first: RecordPlace
    }

    /// What can happen to a record.
    public enum Kind: Sendable, Equatable, Hashable {
        /// A question that the text does not answer was left out.
        case unanswerable
        /// The answer stands elsewhere than the record says, and the place was corrected.
        case moved
        /// The answer does not stand in the text.
        case notInText
        /// A row of a table had nothing in a column that is needed.
        case emptyCell(String)
        /// Nothing but text was found in a report.
        case unstructured
        /// A report has nothing of what is asked for.
        case without(String)
    }

    /// Nothing yet.
    public init() {}

    mutating func note(_ kind: Kind, at place: RecordPlace) {
        if let known = notes.firstIndex(where: { $0.kind == kind }) {
            notes[known].count += 1
        } else {
            notes.append(Note(kind: kind, count: 1, first: place))
        }
    }
}
