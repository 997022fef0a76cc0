/// Where a record stands in a dataset.
public struct RecordPlace: Sendable, Hashable {
    /// The file.
    public let file: String
    /// The line of a JSONL file, otherwise the number of the record; counted from 1.
    public let number: Int
    /// Whether the number is a line.
    public let isLine: Bool

    /// A place in a file.
    public init(file: String, number: Int, isLine: Bool = true) {
        (self.file, self.number, self.isLine) = (file, number, isLine)
    }
}
