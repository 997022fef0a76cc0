import CSQLite

/// One open SQLite database: owns the handle, closes it in the end.
///
/// Not safe from two threads; `Registry` keeps it behind a lock.
final class Connection {
    let path: String
    private let handle: OpaquePointer

    /// Opens a database file, making it if it is not there.
    init(path: String) throws(RegistryError) {
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
    func wait(milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

    /// Runs statements that give no rows.
    func execute(_ sql: String) throws(RegistryError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// Runs one statement and gives its rows.
    func rows(_ sql: String, _ values: [SQLValue] = []) throws(RegistryError) -> [[SQLValue]] {
        let statement = try Statement(sql, on: handle, connection: self)
        try statement.bind(values)
        var rows: [[SQLValue]] = []
        while try statement.step() { rows.append(statement.row) }
        return rows
    }

    /// Runs one statement that changes rows and gives the number of the row put in last.
    @discardableResult
    func change(_ sql: String, _ values: [SQLValue]) throws(RegistryError) -> Int64 {
        _ = try rows(sql, values)
        return sqlite3_last_insert_rowid(handle)
    }

    /// Does everything or nothing; holds the write lock from the start.
    func transaction<Result>(
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
