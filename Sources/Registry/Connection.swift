import CSQLite

/// One open SQLite database: owns the handle, closes it in the end.
///
/// Not safe from two threads; `Registry` keeps it behind a lock. Other stores of
/// this package stand on it too, so that SQLite's pointers are in one place.
package final class Connection {
    package let path: String
    private let handle: OpaquePointer

    /// Opens a database file, making it if it is not there.
    package init(path: String) throws(RegistryError) {
        self.path = path
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            // A handle may be there even when opening failed.
            sqlite3_close_v2(handle)
            throw RegistryError(.cannotOpen, path: path)
        }
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
    }

    deinit { sqlite3_close_v2(handle) }

    /// How long a call waits for another process before it gives up.
    package func wait(milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

    /// Runs statements that give no rows.
    package func execute(_ sql: String) throws(RegistryError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// Runs one statement and gives its rows.
    package func rows(_ sql: String, _ values: [SQLValue] = []) throws(RegistryError) -> [[SQLValue]] {
        let statement = try Statement(sql, on: handle, connection: self)
        try statement.bind(values)
        var rows: [[SQLValue]] = []
        while try statement.step() { rows.append(statement.row) }
        return rows
    }

    /// Runs one statement that changes rows and gives the number of the row put in last.
    @discardableResult
    package func change(_ sql: String, _ values: [SQLValue]) throws(RegistryError) -> Int64 {
        _ = try rows(sql, values)
        return sqlite3_last_insert_rowid(handle)
    }

    /// Runs one statement once for every list of values; best inside a transaction.
    package func changeEach(_ sql: String, _ values: [[SQLValue]]) throws(RegistryError) {
        let statement = try Statement(sql, on: handle, connection: self)
        for row in values {
            try statement.bind(row)
            _ = try statement.step()
            statement.reset()
        }
    }

    /// Hands the numbers of each row over without making lists: for a million of them.
    package func each(
        _ sql: String, _ values: [SQLValue] = [], _ body: (Numbers) -> Void
    ) throws(RegistryError) {
        let statement = try Statement(sql, on: handle, connection: self)
        try statement.bind(values)
        while try statement.step() { body(Numbers(statement: statement)) }
    }

    /// The numbers of the row a statement stands on.
    package struct Numbers {
        fileprivate let statement: Statement

        /// A column as a whole number.
        package func integer(_ column: Int32) -> Int64 { statement.integer(column) }
        /// A column as a number.
        package func real(_ column: Int32) -> Double { statement.real(column) }
    }

    /// How many rows the last statement changed.
    package var changes: Int { Int(sqlite3_changes(handle)) }

    /// Does everything or nothing; holds the write lock from the start.
    package func transaction<Result>(
        _ body: () throws(RegistryError) -> Result
    ) throws(RegistryError) -> Result {
        try execute("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            try? execute("ROLLBACK")
            throw error
        }
    }

    /// The fact behind a result code.
    func error(_ code: Int32) -> RegistryError {
        let problem: RegistryError.Problem =
            switch code & 0xFF {
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL, SQLITE_IOERR: .cannotWrite
            case SQLITE_READONLY, SQLITE_PERM: .readOnly
            case SQLITE_CANTOPEN: .cannotOpen
            case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG: .refused
            default: .failed(code: code)
            }
        return RegistryError(problem, path: path)
    }
}
