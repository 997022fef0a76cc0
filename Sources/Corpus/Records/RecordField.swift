import Checkpoint

/// A value within a record, which knows its path, so that whatever is wrong with it can be told.
struct RecordField {
    let value: JSON
    let place: RecordPlace
    /// The way from the record to here: `messages[2].content`; empty for the record itself.
    let path: String

    init(_ value: JSON, at place: RecordPlace, path: String = "") {
        (self.value, self.place, self.path) = (value, place, path)
    }

    func error(_ problem: CorpusError.Problem) -> CorpusError { CorpusError(problem, at: place) }

    /// Whether there is a member of this name that is not null.
    func has(_ name: String) -> Bool { value[name].map { !$0.isNull } ?? false }

    /// A member, or nothing if it is absent or null.
    func member(_ name: String) -> RecordField? {
        guard let member = value[name], !member.isNull else { return nil }
        return RecordField(member, at: place, path: path.isEmpty ? name : "\(path).\(name)")
    }

    /// A member that has to be there.
    func required(_ name: String) throws(CorpusError) -> RecordField {
        guard let member = member(name) else {
            throw error(.missingField(path.isEmpty ? name : "\(path).\(name)"))
        }
        return member
    }

    func string() throws(CorpusError) -> String {
        guard let string = value.string else { throw wrongKind("a text") }
        return string
    }

    func bool() throws(CorpusError) -> Bool {
        guard let bool = value.bool else { throw wrongKind("true or false") }
        return bool
    }

    /// The object itself, when it is one.
    func object() throws(CorpusError) -> RecordField {
        guard value.object != nil else { throw wrongKind("an object") }
        return self
    }

    /// The elements, at least one.
    func elements() throws(CorpusError) -> [RecordField] {
        guard let array = value.array else { throw wrongKind("a list") }
        guard !array.isEmpty else { throw error(.emptyList(field: path)) }
        return array.enumerated().map { RecordField($1, at: place, path: "\(path)[\($0)]") }
    }

    func wrongKind(_ wanted: String) -> CorpusError {
        error(.wrongKind(field: path, wanted: wanted, found: value.kind))
    }
}
