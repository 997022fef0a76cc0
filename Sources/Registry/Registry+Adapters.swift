/// What is known of an adapter when it is put in.
public struct AdapterFacts: Sendable, Equatable {
    /// The name people use.
    public var name: String
    /// The run that made it, if it was made here.
    public var run: RowID<RunRow>?
    /// The base model it belongs to.
    public var model: RowID<ModelRow>
    /// Its folder.
    public var path: String
    /// SHA-256 of its weights and configuration.
    public var digest: String
    /// The step it was saved after.
    public var step: Int?
    /// The chat format it was trained with.
    public var chatFormat: String?
    /// When it was made, in seconds since 1970.
    public var created: Double

    /// The facts of an adapter.
    public init(
        name: String, run: RowID<RunRow>?, model: RowID<ModelRow>, path: String, digest: String, step: Int?,
        chatFormat: String?, created: Double
    ) {
        (self.name, self.run, self.model, self.path) = (name, run, model, path)
        (self.digest, self.step, self.chatFormat, self.created) = (digest, step, chatFormat, created)
    }
}

/// An adapter.
public struct AdapterRow: Sendable, Equatable, RegistryRow {
    /// Its number.
    public let id: RowID<AdapterRow>
    /// What is known of it.
    public let facts: AdapterFacts

    static let table = "adapters"
    static let columns = "id, name, run, model, path, digest, step, chat_format, created"

    init?(_ row: [SQLValue]) {
        guard let id = row[0].integer, let name = row[1].text, let model = row[3].integer,
            let path = row[4].text, let digest = row[5].text, let created = row[8].real
        else { return nil }
        self.id = RowID(id)
        facts = AdapterFacts(
            name: name, run: row[2].integer.map { RowID($0) }, model: RowID(model), path: path,
            digest: digest, step: row[6].integer.map { Int($0) }, chatFormat: row[7].text, created: created)
    }
}

extension Registry {
    /// Puts an adapter in; one with the same digest gets the given facts instead.
    public func register(_ adapter: AdapterFacts) throws(RegistryError) -> RowID<AdapterRow> {
        try change(
            """
            INSERT INTO adapters (name, run, model, path, digest, step, chat_format, created)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (digest) DO UPDATE SET name = excluded.name, run = excluded.run,
                path = excluded.path, step = excluded.step, chat_format = excluded.chat_format
            """,
            [
                .text(adapter.name), .optional(adapter.run?.number), .integer(adapter.model.number),
                .text(adapter.path), .text(adapter.digest), .optional(adapter.step.map { Int64($0) }),
                .optional(adapter.chatFormat), .real(adapter.created),
            ])
        guard let row = try self.adapter(digest: adapter.digest) else {
            throw RegistryError(.corrupt, path: path)
        }
        return row.id
    }

    /// All adapters, or those of one run, the newest first.
    public func adapters(of run: RowID<RunRow>? = nil) throws(RegistryError) -> [AdapterRow] {
        guard let run else { return try rows("ORDER BY id DESC") }
        return try rows("WHERE run = ? ORDER BY id DESC", [.integer(run.number)])
    }

    /// One adapter.
    public func adapter(_ id: RowID<AdapterRow>) throws(RegistryError) -> AdapterRow { try row(id) }

    /// The adapter with a digest, if it is known.
    public func adapter(digest: String) throws(RegistryError) -> AdapterRow? {
        try first("WHERE digest = ?", [.text(digest)])
    }
}
