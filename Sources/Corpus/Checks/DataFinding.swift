import Checkpoint

/// Something that a check found in a dataset.
public struct DataFinding: Sendable, Equatable {
    /// What was found.
    public enum Kind: Sendable, Equatable {
        /// The record cannot be read as an example.
        case unreadable(CorpusError.Problem)
        /// A text is empty.
        case empty(field: String)
        /// A text begins or ends with white space.
        case edges(field: String)
        /// A text has control characters in it.
        case control(field: String)
        /// A text has letters that a wrong conversion made: `Ã¼` or U+FFFD.
        case damaged(field: String)
        /// The answer is not in the text.
        case answerNotThere
        /// The answer does not stand where the record says; the right place, if there is one.
        case answerElsewhere(Int?)
        /// More tokens than there may be.
        case tooLong(tokens: Int, limit: Int)
        /// The same as an earlier record of the same file.
        case duplicate(RecordPlace)
        /// Almost the same as an earlier record of the same file.
        case nearDuplicate(RecordPlace, likeness: Double)
        /// Asks what an earlier record of the same file asks, with another answer.
        case conflict(RecordPlace)
        /// The same as a record of another file.
        case overlap(RecordPlace)
        /// About a text that a record of another file is about.
        case sharedText(RecordPlace)
        /// Almost the same text as one of another file.
        case nearText(RecordPlace, likeness: Double)
        /// A secret.
        case secret(String, field: String)
        /// Something that belongs to a person.
        case personal(String, field: String)
    }

    /// The kinds in groups, as a table shows them.
    public enum Group: String, Sendable, CaseIterable {
        /// Records and texts that are not as they should be.
        case form
        /// Answers and their places.
        case answers
        /// Lengths.
        case lengths
        /// Repetitions within a file.
        case duplicates
        /// What two files have in common.
        case overlap
        /// Keys, tokens, passwords.
        case secrets
        /// Addresses, numbers, accounts.
        case personalData = "personal data"
    }

    /// Where.
    public let place: RecordPlace
    /// What.
    public let kind: Kind

    /// The group it belongs to.
    public var group: Group {
        switch kind {
        case .unreadable, .empty, .edges, .control, .damaged: .form
        case .answerNotThere, .answerElsewhere: .answers
        case .tooLong: .lengths
        case .duplicate, .nearDuplicate, .conflict: .duplicates
        case .overlap, .sharedText, .nearText: .overlap
        case .secret: .secrets
        case .personal: .personalData
        }
    }

    /// Whether it makes the data wrong, and is not only worth a look.
    public var isError: Bool {
        switch kind {
        case .unreadable, .empty, .tooLong, .overlap, .sharedText, .nearText, .secret, .answerElsewhere: true
        case .edges, .control, .damaged, .answerNotThere, .duplicate, .nearDuplicate, .conflict, .personal:
            false
        }
    }
}
