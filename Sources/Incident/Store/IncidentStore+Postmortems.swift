import Registry

/// A stored postmortem that is like an incident.
public struct SimilarIncident: Sendable, Equatable {
    /// Its key.
    public let key: String
    /// Its title.
    public let title: String
    /// Its day, where it is known.
    public let day: String?
    /// Whose it is.
    public let organisation: String
    /// How alike: higher is more.
    public let score: Double
    /// Its action items that are not done.
    public let open: [ActionItem]
}

extension IncidentStore {
    /// Keeps postmortems, each in place of the one with its key.
    public func keep(_ records: [PostmortemRecord], incident: Int64? = nil) throws(IncidentError) {
        try write { connection throws(RegistryError) in
            for record in records {
                try connection.change("DELETE FROM postmortems WHERE key = ?", [.text(record.key)])
                let id = try connection.change(
                    "INSERT INTO postmortems (key, title, day, organisation, text, incident) VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        .text(record.key), .text(record.title), .optional(record.day),
                        .text(record.organisation), .text(record.text), .optional(incident),
                    ])
                for action in record.actions {
                    try connection.change(
                        "INSERT INTO actions (postmortem, text, owner, due, done) VALUES (?, ?, ?, ?, ?)",
                        [
                            .integer(id), .text(action.text), .optional(action.owner), .optional(action.due),
                            .integer(action.isDone ? 1 : 0),
                        ])
                }
            }
        }
    }

    /// All stored postmortems.
    public func postmortems() throws(IncidentError) -> [PostmortemRecord] {
        try rows("SELECT key, title, day, organisation, text FROM postmortems ORDER BY id").map { row in
            PostmortemRecord(
                key: row.text(0), title: row.text(1), day: row.optionalText(2), organisation: row.text(3),
                text: row.text(4))
        }
    }

    /// The stored postmortems most like some words, best first.
    ///
    /// The words are quoted one by one, so nothing in them is taken for the search's own language.
    public func similar(
        to text: String, limit: Int = 5, except key: String? = nil
    ) throws(IncidentError) -> [SimilarIncident] {
        var seen: Set<String> = []
        let words = Words.list(text).filter {
            $0.utf8.count >= 3 && !Self.common.contains($0) && Double($0) == nil && seen.insert($0).inserted
        }.prefix(40)
        guard !words.isEmpty else { return [] }
        let query = words.map { "\"\($0.replacing("\"", with: ""))\"" }.joined(separator: " OR ")
        let found = try rows(
            """
            SELECT p.id, p.key, p.title, p.day, p.organisation, -bm25(postmortem_words, 4.0, 1.0) AS score
            FROM postmortem_words JOIN postmortems p ON p.id = postmortem_words.rowid
            WHERE postmortem_words MATCH ? AND p.key != ? ORDER BY score DESC LIMIT ?
            """, [.text(query), .text(key ?? ""), .integer(Int64(limit))])
        var similar: [SimilarIncident] = []
        for row in found {
            let actions = try rows(
                "SELECT text, owner, due FROM actions WHERE postmortem = ? AND done = 0 ORDER BY id LIMIT 20",
                [.integer(row.integer(0))]
            ).map { ActionItem($0.text(0), owner: $0.optionalText(1), due: $0.optionalText(2)) }
            similar.append(
                SimilarIncident(
                    key: row.text(1), title: row.text(2), day: row.optionalText(3), organisation: row.text(4),
                    score: row.real(5), open: actions))
        }
        return similar
    }

    private static let common: Set<String> = [
        "the", "and", "was", "were", "that", "this", "with", "for", "from", "has", "have", "had", "not",
        "but", "are", "its",
        "our", "their", "they", "you", "can", "will", "been", "which", "when", "then", "than", "there",
        "what", "usually",
        "since", "utc", "about", "incident", "opened", "affected", "firing", "alert", "its", "all", "any",
        "also", "into",
    ]
}
