import CSQLite

/// A value as SQLite keeps it.
package enum SQLValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    package static func optional(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
    package static func optional(_ value: Double?) -> SQLValue { value.map { .real($0) } ?? .null }
    package static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }

    package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    package var text: String? { if case .text(let value) = self { value } else { nil } }
    package var real: Double? {
        switch self {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
}

/// One prepared statement: owns the handle, finalises it in the end.
final class Statement {
    private let handle: OpaquePointer
    private let connection: Connection

    init(_ sql: String, on database: OpaquePointer, connection: Connection) throws(RegistryError) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v2(database, sql, -1, &handle, nil)
        guard code == SQLITE_OK, let handle else { throw connection.error(code) }
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    /// Puts values in place of `?`, in order.
    func bind(_ values: [SQLValue]) throws(RegistryError) {
        precondition(values.count == Int(sqlite3_bind_parameter_count(handle)), "one value for every ?")
        // SQLITE_TRANSIENT is a cast, which C macros cannot carry over: SQLite copies the text.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (index, value) in values.enumerated() {
            let at = Int32(index + 1)
            let code =
                switch value {
                case .null: sqlite3_bind_null(handle, at)
                case .integer(let value): sqlite3_bind_int64(handle, at, value)
                case .real(let value): sqlite3_bind_double(handle, at, value)
                case .text(let value):
                    sqlite3_bind_text64(
                        handle, at, value, UInt64(value.utf8.count), copied, UInt8(SQLITE_UTF8))
                }
            guard code == SQLITE_OK else { throw connection.error(code) }
        }
    }

    /// Goes to the next row; false after the last.
    func step() throws(RegistryError) -> Bool {
        let code = sqlite3_step(handle)
        guard code == SQLITE_ROW || code == SQLITE_DONE else { throw connection.error(code) }
        return code == SQLITE_ROW
    }

    /// Makes it ready for other values.
    func reset() { sqlite3_reset(handle) }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

    /// The row the statement stands on.
    var row: [SQLValue] {
        (0..<sqlite3_column_count(handle)).map { column in
            switch sqlite3_column_type(handle, column) {
            case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, column))
            case SQLITE_FLOAT: .real(sqlite3_column_double(handle, column))
            case SQLITE_TEXT, SQLITE_BLOB:
                .text(
                    String(
                        decoding: UnsafeBufferPointer(
                            start: sqlite3_column_text(handle, column),
                            count: Int(sqlite3_column_bytes(handle, column))),
                        as: UTF8.self))
            default: .null
            }
        }
    }
}
