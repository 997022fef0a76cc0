import Checkpoint
import Registry

/// Something the agent found, and what became of it.
public struct Finding: Sendable, Equatable, Identifiable {
    /// What became of a finding.
    public enum Fate: String, Sendable, CaseIterable {
        /// It was said in the channel.
        case said
        /// The channel knew it already.
        case known
        /// The agent spoke too much already; it is on the page.
        case held
        /// It was not surprising or not related enough.
        case quiet
    }

    /// Its number.
    public let id: Int64
    /// The incident it is about.
    public let incident: Int64
    /// The same for the same finding.
    public let key: String
    /// When it began.
    public let onset: Double
    /// When the agent noticed.
    public let detected: Double
    /// Surprise times relation.
    public let score: Double
    /// What became of it.
    public let fate: Fate
    /// What was or would be said.
    public let text: String
    /// Numbers, times and the graph.
    public let evidence: JSON
}

extension IncidentStore {
    private static let findingColumns =
        "id, incident, key, onset, detected, score, fate, text, data"

    private static func finding(_ row: Row) -> Finding {
        Finding(
            id: row.integer(0), incident: row.integer(1), key: row.text(2), onset: row.real(3),
            detected: row.real(4), score: row.real(5), fate: .init(rawValue: row.text(6)) ?? .quiet,
            text: row.text(7), evidence: (try? JSON.parse(Array(row.text(8).utf8))) ?? .null)
    }

    /// The findings of an incident, by onset.
    public func findings(of incident: Int64) throws(IncidentError) -> [Finding] {
        try rows(
            "SELECT \(Self.findingColumns) FROM findings WHERE incident = ? ORDER BY onset, id",
            [.integer(incident)]
        ).map(Self.finding)
    }

    /// The finding with this number.
    public func finding(_ id: Int64) throws(IncidentError) -> Finding? {
        try rows("SELECT \(Self.findingColumns) FROM findings WHERE id = ?", [.integer(id)])
            .first.map(Self.finding)
    }

    /// Findings, and the words about them that go out, in one step: all or none.
    ///
    /// False where the first one's key was kept before; then nothing goes out again.
    @discardableResult
    func keep(_ findings: [NewFinding], saying messages: [OutboxMessage] = []) throws(IncidentError) -> Bool {
        try write { connection throws(RegistryError) in
            for (number, finding) in findings.enumerated() {
                try connection.change(
                    """
                    INSERT INTO findings (incident, key, onset, detected, score, fate, text, data)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO NOTHING
                    """,
                    [
                        .integer(finding.incident), .text(finding.key), .real(finding.onset),
                        .real(finding.detected), .real(finding.score), .text(finding.fate.rawValue),
                        .text(finding.text),
                        .text(String(decoding: finding.evidence.serialised(), as: UTF8.self)),
                    ])
                if number == 0, connection.changes == 0 { return false }
            }
            for message in messages { try OutboxMessage.put(message, on: connection) }
            return true
        }
    }
}

/// A finding that is not kept yet.
struct NewFinding: Sendable {
    let incident: Int64
    let key: String
    let onset: Double
    let detected: Double
    let score: Double
    let fate: Finding.Fate
    let text: String
    let evidence: JSON
}
