import Registry

/// Words the agent wrote for people to edit, accept or reject.
public struct Draft: Sendable, Equatable, Identifiable {
    /// What became of it.
    public enum Verdict: String, Sendable, CaseIterable { case open, accepted, edited, rejected }

    /// Its number.
    public let id: Int64
    /// The incident.
    public let incident: Int64
    /// The same for the same draft.
    public let key: String
    /// `summary:company`, `postmortem:impact`, …
    public let kind: String
    /// `model`, `retry` or `template`.
    public let origin: String
    /// What the model was or would have been asked.
    public let prompt: String
    /// What the agent wrote.
    public let text: String
    /// What people made of it.
    public let edited: String?
    /// What became of it.
    public let verdict: Verdict
    /// When it was written.
    public let created: Double

    /// The words that hold: people's where there are any.
    public var current: String { edited ?? text }
}

extension IncidentStore {
    private static let draftColumns =
        "id, incident, key, kind, origin, prompt, text, edited, verdict, created"

    private static func draft(_ row: Row) -> Draft {
        Draft(
            id: row.integer(0), incident: row.integer(1), key: row.text(2), kind: row.text(3),
            origin: row.text(4), prompt: row.text(5), text: row.text(6), edited: row.optionalText(7),
            verdict: .init(rawValue: row.text(8)) ?? .open, created: row.real(9))
    }

    /// The drafts of an incident, or of all.
    public func drafts(of incident: Int64? = nil) throws(IncidentError) -> [Draft] {
        let condition = incident == nil ? "" : "WHERE incident = ? "
        return try rows(
            "SELECT \(Self.draftColumns) FROM drafts \(condition)ORDER BY id",
            incident.map { [.integer($0)] } ?? []
        ).map(Self.draft)
    }

    /// The draft with this number.
    public func draft(_ id: Int64) throws(IncidentError) -> Draft? {
        try rows("SELECT \(Self.draftColumns) FROM drafts WHERE id = ?", [.integer(id)]).first.map(Self.draft)
    }

    /// Keeps a draft and what goes out with it, once for its key.
    @discardableResult
    func keep(
        draft key: String, kind: String, of incident: Int64, origin: String, prompt: String, text: String,
        at time: Double, saying messages: [OutboxMessage] = []
    ) throws(IncidentError) -> Bool {
        try write { connection throws(RegistryError) in
            try connection.change(
                """
                INSERT INTO drafts (incident, key, kind, origin, prompt, text, edited, verdict, created, decided)
                VALUES (?, ?, ?, ?, ?, ?, NULL, 'open', ?, NULL) ON CONFLICT(key) DO NOTHING
                """,
                [
                    .integer(incident), .text(key), .text(kind), .text(origin), .text(prompt), .text(text),
                    .real(time),
                ])
            guard connection.changes > 0 else { return false }
            for message in messages { try OutboxMessage.put(message, on: connection) }
            return true
        }
    }

    /// Keeps what people decided about a draft.
    public func decide(
        draft id: Int64, _ verdict: Draft.Verdict, text: String?, at time: Double
    ) throws(IncidentError) {
        try change(
            "UPDATE drafts SET verdict = ?, edited = ?, decided = ? WHERE id = ?",
            [.text(verdict.rawValue), .optional(text), .real(time), .integer(id)])
    }
}
