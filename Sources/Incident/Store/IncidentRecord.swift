import Registry

/// One incident.
public struct IncidentRecord: Sendable, Equatable, Identifiable {
    /// How far it is.
    public enum State: String, Sendable, CaseIterable {
        /// It goes on.
        case open
        /// Some impacted series are on their way back.
        case recovering
        /// Everything has held its usual range, and closing was proposed.
        case settled
        /// People closed it.
        case closed
    }

    /// Its number.
    public let id: Int64
    /// What it is called.
    public var title: String
    /// How far it is.
    public var state: State
    /// When it began.
    public var opened: Double
    /// When it was closed.
    public var closed: Double?
    /// The services it is about, by what was said and alerted.
    public var services: [String]
}

extension IncidentStore {
    private static let incidentColumns = "id, title, state, opened, closed, services"

    private static func incident(_ row: Row) -> IncidentRecord {
        IncidentRecord(
            id: row.integer(0), title: row.text(1), state: .init(rawValue: row.text(2)) ?? .open,
            opened: row.real(3), closed: row.optionalReal(4),
            services: row.text(5).split(separator: ",").map(String.init))
    }

    /// Opens an incident, and gives it the event that says so in the same step.
    @discardableResult
    public func open(
        title: String, services: [String], at time: Double, with event: Int64? = nil
    ) throws(IncidentError) -> IncidentRecord {
        let id = try write { connection throws(RegistryError) in
            let id = try connection.change(
                "INSERT INTO incidents (title, state, opened, closed, services) VALUES (?, ?, ?, NULL, ?)",
                [.text(title), .text("open"), .real(time), .text(services.joined(separator: ","))])
            if let event {
                try connection.change(
                    "UPDATE events SET incident = ? WHERE id = ?", [.integer(id), .integer(event)])
            }
            return id
        }
        return IncidentRecord(id: id, title: title, state: .open, opened: time, services: services)
    }

    /// All incidents, the newest first.
    public func incidents() throws(IncidentError) -> [IncidentRecord] {
        try rows("SELECT \(Self.incidentColumns) FROM incidents ORDER BY opened DESC, id DESC")
            .map(Self.incident)
    }

    /// The incident with this number.
    public func incident(_ id: Int64) throws(IncidentError) -> IncidentRecord {
        let rows = try rows(
            "SELECT \(Self.incidentColumns) FROM incidents WHERE id = ?", [.integer(id)])
        guard let row = rows.first else { throw .noIncident(id) }
        return Self.incident(row)
    }

    /// Keeps what changed about an incident.
    public func update(_ incident: IncidentRecord) throws(IncidentError) {
        try change(
            "UPDATE incidents SET title = ?, state = ?, opened = ?, closed = ?, services = ? WHERE id = ?",
            [
                .text(incident.title), .text(incident.state.rawValue), .real(incident.opened),
                .optional(incident.closed), .text(incident.services.joined(separator: ",")),
                .integer(incident.id),
            ])
    }

    /// A small fact kept with an incident, such as when a summary was last written.
    func note(_ name: String, of incident: Int64) throws(IncidentError) -> String? {
        try rows(
            "SELECT value FROM notes WHERE incident = ? AND name = ?", [.integer(incident), .text(name)]
        ).first?.text(0)
    }

    /// Keeps such a fact in place of the one before.
    func keep(note name: String, _ value: String, of incident: Int64) throws(IncidentError) {
        try change(
            "INSERT INTO notes (incident, name, value) VALUES (?, ?, ?) "
                + "ON CONFLICT(incident, name) DO UPDATE SET value = excluded.value",
            [.integer(incident), .text(name), .text(value)])
    }
}
