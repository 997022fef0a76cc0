import Registry

extension IncidentStore {
    private static let columns = "id, incident, kind, source, key, time, seen, author, text, data"

    private static func entry(_ row: Row) -> TimelineEntry {
        TimelineEntry(
            id: row.integer(0), incident: row.optionalInteger(1), seen: row.real(6),
            event: Event(row: row, from: 2))
    }

    /// Keeps events, each once; gives how many were new.
    ///
    /// They are on the disk when this returns, so the sender may forget them.
    @discardableResult
    public func keep(
        _ events: [Event], incident: Int64? = nil, seen: Double
    ) throws(IncidentError) -> Int {
        try write { connection throws(RegistryError) in
            var count = 0
            for event in events {
                try connection.change(
                    """
                    INSERT INTO events (incident, kind, source, key, time, seen, author, text, data)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO NOTHING
                    """,
                    [
                        .optional(incident), .text(event.kind.rawValue), .text(event.source),
                        .text(event.key), .real(event.time), .real(seen), .text(event.author),
                        .text(event.text), .text(event.data),
                    ])
                count += connection.changes
            }
            return count
        }
    }

    /// The events of a span of time, in order of time and then of arrival.
    public func events(from start: Double, through end: Double) throws(IncidentError) -> [TimelineEntry] {
        try rows(
            "SELECT \(Self.columns) FROM events WHERE time >= ? AND time <= ? ORDER BY time, id",
            [.real(start), .real(end)]
        ).map(Self.entry)
    }

    /// The timeline of an incident.
    public func timeline(of incident: Int64) throws(IncidentError) -> [TimelineEntry] {
        try rows(
            "SELECT \(Self.columns) FROM events WHERE incident = ? ORDER BY time, id", [.integer(incident)]
        ).map(Self.entry)
    }

    /// Events that arrived after the one with this number, in order of arrival.
    public func events(after id: Int64, limit: Int = 1000) throws(IncidentError) -> [TimelineEntry] {
        try rows(
            "SELECT \(Self.columns) FROM events WHERE id > ? ORDER BY id LIMIT ?",
            [.integer(id), .integer(Int64(limit))]
        ).map(Self.entry)
    }

    /// Events that belong to no incident yet, and happened or were seen since a moment.
    func unassigned(from start: Double) throws(IncidentError) -> [TimelineEntry] {
        try rows(
            "SELECT \(Self.columns) FROM events WHERE incident IS NULL AND (time >= ? OR seen >= ?) ORDER BY time, id",
            [.real(start), .real(start)]
        ).map(Self.entry)
    }

    /// Says to which incident events belong.
    func assign(_ events: [Int64], to incident: Int64) throws(IncidentError) {
        guard !events.isEmpty else { return }
        try write { connection throws(RegistryError) in
            try connection.changeEach(
                "UPDATE events SET incident = ? WHERE id = ?",
                events.map { [.integer(incident), .integer($0)] })
        }
    }
}
