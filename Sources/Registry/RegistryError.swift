/// Why the registry could not be used.
public struct RegistryError: Error, Sendable, Equatable {
    /// The database file.
    public let path: String
    /// What happened.
    public let problem: Problem

    /// A problem with a database.
    public init(_ problem: Problem, path: String) {
        self.path = path
        self.problem = problem
    }

    /// What can happen.
    public enum Problem: Sendable, Equatable {
        /// The file or its folder cannot be opened or made.
        case cannotOpen
        /// The file is no database, or its pages are damaged.
        case corrupt
        /// The file is another program's database.
        case notARegistry
        /// A newer Hearth wrote it.
        case newer(version: Int, known: Int)
        /// Another process kept it locked for longer than the time allowed.
        case busy
        /// There is no room left, or the medium failed.
        case cannotWrite
        /// The file or its folder may not be written.
        case readOnly
        /// A row refers to one that is not there, or a value breaks a rule of its table.
        case refused
        /// There is no row with this number.
        case noSuch(table: String, id: Int64)
        /// Anything else, by SQLite's extended code.
        case failed(code: Int32)
    }
}
