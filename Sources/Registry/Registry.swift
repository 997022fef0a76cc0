import Foundation

/// The book of everything that was trained, evaluated and promoted: one SQLite file.
///
/// Facts flow in while runs go on, typed rows flow out. It is safe from several
/// threads and several processes at once; a writer waits for the other, up to ten
/// seconds. The files it names are the truth, the registry only finds them.
public final class Registry: Sendable {
    /// The database file.
    public let path: String
    private let connection: Locked<Connection>

    /// Opens a registry, making it and its folder if they are not there.
    ///
    /// A file that is damaged, another program's, or a newer Hearth's throws and stays as it is.
    public convenience init(path: String) throws(RegistryError) {
        try self.init(path: path, patience: 10)
    }

    /// The same, giving up on another process after some seconds.
    init(path: String, patience: Double) throws(RegistryError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        guard
            (try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)) != nil
        else { throw RegistryError(.cannotOpen, path: path) }
        let connection = try Connection(path: path)
        connection.wait(milliseconds: Int32(patience * 1000))
        try Schema.prepare(connection)
        try Self.useWAL(connection, patience: patience)
        self.path = path
        self.connection = Locked(connection)
    }

    /// The registry of a Hearth home: `$HEARTH_HOME/registry.sqlite`, by default below `~/.hearth`.
    public static func home(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(RegistryError) -> Registry {
        let home = environment["HEARTH_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        return try Registry(path: (home ?? NSHomeDirectory() + "/.hearth") + "/registry.sqlite")
    }

    /// SQLite does not wait by itself while the journal changes, so this does.
    private static func useWAL(_ connection: Connection, patience: Double) throws(RegistryError) {
        let deadline = Date(timeIntervalSinceNow: patience)
        while true {
            do {
                try connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
                return
            } catch {
                guard error.problem == .busy, Date() < deadline else { throw error }
                Thread.sleep(forTimeInterval: 0.02)
            }
        }
    }

    func rows<Row: RegistryRow>(_ rest: String, _ values: [SQLValue] = []) throws(RegistryError) -> [Row] {
        let sql = "SELECT \(Row.columns) FROM \(Row.table) \(rest)"
        let rows = try connection.with { connection throws(RegistryError) in
            try connection.rows(sql, values)
        }
        var result: [Row] = []
        for row in rows {
            // STRICT tables hold what their columns say; anything else is damage.
            guard let row = Row(row) else { throw RegistryError(.corrupt, path: path) }
            result.append(row)
        }
        return result
    }

    func first<Row: RegistryRow>(_ rest: String, _ values: [SQLValue]) throws(RegistryError) -> Row? {
        let rows: [Row] = try rows(rest + " LIMIT 1", values)
        return rows.first
    }

    func row<Row: RegistryRow>(_ id: RowID<Row>) throws(RegistryError) -> Row {
        guard let row: Row = try first("WHERE id = ?", [.integer(id.number)]) else {
            throw RegistryError(.noSuch(table: Row.table, id: id.number), path: path)
        }
        return row
    }

    /// Puts one row in; the columns are those of the values.
    func insert(_ table: String, _ columns: [(name: String, value: SQLValue)]) throws(RegistryError) -> Int64
    {
        let names = columns.map(\.name).joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let sql = "INSERT INTO \(table) (\(names)) VALUES (\(marks))"
        return try connection.with { connection throws(RegistryError) in
            try connection.change(sql, columns.map(\.value))
        }
    }

    func change(_ sql: String, _ values: [SQLValue]) throws(RegistryError) {
        _ = try connection.with { connection throws(RegistryError) in try connection.change(sql, values) }
    }

    /// Does everything or nothing, also against other processes.
    func transaction<Result>(
        _ body: (Connection) throws(RegistryError) -> Result
    ) throws(RegistryError) -> Result {
        try connection.with { connection throws(RegistryError) in
            try connection.transaction { () throws(RegistryError) in try body(connection) }
        }
    }
}
