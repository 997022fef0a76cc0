/// A base model that was trained or evaluated.
public struct ModelRow: Sendable, Equatable, RegistryRow {
    /// Its number.
    public let id: RowID<ModelRow>
    /// The name people use.
    public let name: String
    /// Where it was last seen.
    public let path: String
    /// SHA-256 over its weights, in hexadecimal.
    public let digest: String
    /// The decoder family.
    public let family: String
    /// How many parameters it has.
    public let parameters: Int64

    static let table = "models"
    static let columns = "id, name, path, digest, family, parameters"

    init?(_ row: [SQLValue]) {
        guard let id = row[0].integer, let name = row[1].text, let path = row[2].text,
            let digest = row[3].text, let family = row[4].text, let parameters = row[5].integer
        else { return nil }
        (self.id, self.name, self.path, self.digest) = (RowID(id), name, path, digest)
        (self.family, self.parameters) = (family, parameters)
    }
}

extension Registry {
    /// The number of a model, which is put in if its digest is new.
    ///
    /// The name and path of a known one become the given ones: files move.
    public func register(
        model name: String, path modelPath: String, digest: String, family: String, parameters: Int64,
        at time: Double
    ) throws(RegistryError) -> RowID<ModelRow> {
        try change(
            """
            INSERT INTO models (name, path, digest, family, parameters, created) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (digest) DO UPDATE SET name = excluded.name, path = excluded.path
            """,
            [
                .text(name), .text(modelPath), .text(digest), .text(family), .integer(parameters),
                .real(time),
            ])
        guard let model: ModelRow = try first("WHERE digest = ?", [.text(digest)]) else {
            throw RegistryError(.corrupt, path: path)
        }
        return model.id
    }

    /// All models, the newest first.
    public func models() throws(RegistryError) -> [ModelRow] { try rows("ORDER BY id DESC") }

    /// One model.
    public func model(_ id: RowID<ModelRow>) throws(RegistryError) -> ModelRow { try row(id) }
}
