/// The number of a row, which knows what table it belongs to.
public struct RowID<Row>: Sendable, Hashable, CustomStringConvertible {
    /// The number, as people write it.
    public let number: Int64

    /// A number from outside; whether there is such a row is found out on use.
    public init(_ number: Int64) { self.number = number }

    /// The number.
    public var description: String { String(number) }
}

/// A row that can be read from its columns.
protocol RegistryRow: Sendable {
    static var table: String { get }
    static var columns: String { get }
    init?(_ row: [SQLValue])
}
