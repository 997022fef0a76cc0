import Foundation
import Registry

/// Everything the incident agent knows: one SQLite file of its own.
///
/// What is put in is on the disk before the call returns, and every row that
/// could be made twice has a key that lets it in once. That is what makes a kill
/// at any moment harmless. Safe from several threads; several processes may
/// share the file.
public final class IncidentStore: Sendable {
    /// The database file.
    public let path: String
    private let connection: Locked<Connection>

    /// Opens a store, making it and its folder where they are not there.
    public init(path: String) throws(IncidentError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        guard (try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)) != nil
        else { throw .store(RegistryError(.cannotOpen, path: path)) }
        self.path = path
        do throws(RegistryError) {
            let connection = try Connection(path: path)
            connection.wait(milliseconds: 10_000)
            try Schema.prepare(connection)
            self.connection = Locked(connection)
        } catch {
            throw .store(error)
        }
    }

    /// A store that is gone with the process: for replays.
    public static func inMemory() throws(IncidentError) -> IncidentStore { try IncidentStore(memory: ()) }

    private init(memory: Void) throws(IncidentError) {
        path = ":memory:"
        do throws(RegistryError) {
            let connection = try Connection(path: path)
            try Schema.prepare(connection)
            self.connection = Locked(connection)
        } catch {
            throw .store(error)
        }
    }

    func read<Result>(_ body: (Connection) throws(RegistryError) -> Result) throws(IncidentError) -> Result {
        do throws(RegistryError) {
            return try connection.with { connection throws(RegistryError) in try body(connection) }
        } catch {
            throw .store(error)
        }
    }

    /// Does everything or nothing.
    func write<Result>(_ body: (Connection) throws(RegistryError) -> Result) throws(IncidentError) -> Result {
        try read { connection throws(RegistryError) in
            try connection.transaction { () throws(RegistryError) in try body(connection) }
        }
    }

    func rows(_ sql: String, _ values: [SQLValue] = []) throws(IncidentError) -> [Row] {
        try read { connection throws(RegistryError) in
            try connection.rows(sql, values).map { Row(columns: $0) }
        }
    }

    func change(_ sql: String, _ values: [SQLValue]) throws(IncidentError) {
        _ = try read { connection throws(RegistryError) in try connection.change(sql, values) }
    }
}

/// One row; its tables are STRICT, so a column holds what the schema says.
struct Row {
    let columns: [SQLValue]

    func integer(_ column: Int) -> Int64 { columns[column].integer ?? 0 }
    func real(_ column: Int) -> Double { columns[column].real ?? 0 }
    func text(_ column: Int) -> String { columns[column].text ?? "" }
    func optionalInteger(_ column: Int) -> Int64? { columns[column].integer }
    func optionalReal(_ column: Int) -> Double? { columns[column].real }
    func optionalText(_ column: Int) -> String? { columns[column].text }
}
