import Registry

/// Words on their way out: kept before they are sent, and marked when they are.
public struct OutboxMessage: Sendable, Equatable {
    /// How far a message is.
    public enum State: String, Sendable, CaseIterable {
        /// It waits for its time.
        case waiting
        /// It is being sent; found after a restart, nobody knows whether it arrived.
        case sending
        /// The other side has it.
        case sent
        /// It was given up.
        case failed
    }

    /// Its number; 0 before it is kept.
    public var id: Int64 = 0
    /// The incident it is about.
    public let incident: Int64?
    /// Sent along as `Idempotency-Key`; a message with a key that was there before is not taken.
    public let key: String
    /// The name of the channel it goes to.
    public let target: String
    /// The words.
    public let text: String
    /// The text and its evidence, as JSON.
    public let body: String
    /// How far it is.
    public var state: State = .waiting
    /// How often it was tried.
    public var attempts: Int = 0
    /// When it was made.
    public let created: Double
    /// When it may be sent.
    public var due: Double
    /// When it was sent.
    public var sent: Double?

    /// A message that is to be sent.
    public init(
        incident: Int64?, key: String, target: String, text: String, body: String, created: Double
    ) {
        self.incident = incident
        self.key = key
        self.target = target
        self.text = text
        self.body = body
        self.created = created
        due = created
    }

    /// Puts a message into the outbox and into the timeline, once for its key.
    static func put(_ message: Self, on connection: Connection) throws(RegistryError) {
        try connection.change(
            """
            INSERT INTO outbox (incident, key, target, text, body, state, attempts, created, due)
            VALUES (?, ?, ?, ?, ?, 'waiting', 0, ?, ?) ON CONFLICT(key) DO NOTHING
            """,
            [
                .optional(message.incident), .text(message.key), .text(message.target), .text(message.text),
                .text(message.body), .real(message.created), .real(message.due),
            ])
        guard connection.changes > 0 else { return }
        try connection.change(
            """
            INSERT INTO events (incident, kind, source, key, time, seen, author, text, data)
            VALUES (?, 'agent', 'agent', ?, ?, ?, 'hearth', ?, '{}') ON CONFLICT(key) DO NOTHING
            """,
            [
                .optional(message.incident), .text("agent:" + message.key), .real(message.created),
                .real(message.created), .text(message.text),
            ])
    }

    fileprivate init(_ row: Row) {
        self.init(
            incident: row.optionalInteger(1), key: row.text(2), target: row.text(3), text: row.text(4),
            body: row.text(5), created: row.real(8))
        id = row.integer(0)
        state = .init(rawValue: row.text(6)) ?? .failed
        attempts = Int(row.integer(7))
        due = row.real(9)
        sent = row.optionalReal(10)
    }
}

extension IncidentStore {
    private static let outboxColumns =
        "id, incident, key, target, text, body, state, attempts, created, due, sent"

    /// Puts a message into the outbox, once for its key.
    func post(_ message: OutboxMessage) throws(IncidentError) {
        try write { connection throws(RegistryError) in try OutboxMessage.put(message, on: connection) }
    }

    /// What is waiting and due, oldest first.
    func due(_ now: Double) throws(IncidentError) -> [OutboxMessage] {
        try rows(
            "SELECT \(Self.outboxColumns) FROM outbox WHERE state = 'waiting' AND due <= ? ORDER BY id LIMIT 50",
            [.real(now)]
        ).map { OutboxMessage($0) }
    }

    /// Messages in a state.
    public func messages(_ state: OutboxMessage.State) throws(IncidentError) -> [OutboxMessage] {
        try rows(
            "SELECT \(Self.outboxColumns) FROM outbox WHERE state = ? ORDER BY id", [.text(state.rawValue)]
        ).map { OutboxMessage($0) }
    }

    /// Moves a message on.
    func mark(
        _ id: Int64, _ state: OutboxMessage.State, attempts: Int, due: Double, sent: Double? = nil
    ) throws(IncidentError) {
        try change(
            "UPDATE outbox SET state = ?, attempts = ?, due = ?, sent = ? WHERE id = ?",
            [
                .text(state.rawValue), .integer(Int64(attempts)), .real(due), .optional(sent), .integer(id),
            ])
    }

    /// How many messages about an incident were made since a moment, and when the last one was.
    func spoken(
        of incident: Int64, keys prefix: String, since: Double
    ) throws(IncidentError) -> (count: Int, last: Double?) {
        let row = try rows(
            "SELECT count(*), max(created) FROM outbox WHERE incident = ? AND created >= ? AND substr(key, 1, ?) = ?",
            [.integer(incident), .real(since), .integer(Int64(prefix.utf8.count)), .text(prefix)]
        ).first
        return (Int(row?.integer(0) ?? 0), row?.optionalReal(1))
    }

    /// Whether a text is one of the agent's own since a moment, whatever a channel put around it.
    func saidItself(_ text: String, since: Double) throws(IncidentError) -> Bool {
        let heard = Words.list(text).joined(separator: " ")
        return try rows(
            "SELECT text FROM outbox WHERE created >= ? ORDER BY id DESC LIMIT 500", [.real(since)]
        )
        .contains { row in
            let said = Words.list(row.text(0)).joined(separator: " ")
            return said.utf8.count >= 8 && heard.contains(said)
        }
    }
}
