import Checkpoint

/// Where visibility was missing, over all stored postmortems, and what to instrument next.
public struct Observability: Sendable {
    /// One thing that could not be seen.
    public struct Line: Sendable {
        /// What would have shown it.
        public let signal: Gap.Signal
        /// What could not be seen; nothing where nobody says.
        public let concept: Concept?
        /// The service, where it is known.
        public let service: String
        /// How often it was missing.
        public let count: Int
        /// Minutes it cost, where they were said.
        public let minutes: Double?
        /// The incidents that justify it: key, title and the sentence.
        public let evidence: [(key: String, title: String, quote: String)]

        /// What to do about it.
        public var advice: String {
            let thing = concept.map(\.rawValue) ?? "health"
            switch signal {
            case .alert: return "alert on \(thing) of \(service)"
            case .metric: return "export \(thing) of \(service) as a metric"
            case .log: return "keep logs about \(thing) of \(service)"
            case .trace: return "trace requests through \(service)"
            case .dashboard: return "put \(thing) of \(service) on a dashboard"
            case .check: return "check \(thing) of \(service) before a release"
            }
        }
    }

    /// The lines, most telling first.
    public let lines: [Line]
    /// How many postmortems were read.
    public let read: Int

    /// Reads all postmortems; `services` are names that are looked for.
    public init(_ records: [PostmortemRecord], services: Set<String>) {
        var groups: [String: [(gap: Gap, record: PostmortemRecord)]] = [:]
        for record in records {
            let place = Self.place(record, services: services)
            var seen: Set<String> = []
            for block in PostmortemText(record.text).blocks {
                for sentence in Words.sentences(block.text) {
                    guard let gap = Gap(sentence, services: services, place: place) else { continue }
                    let name = "\(gap.signal.rawValue)|\(gap.concept?.rawValue ?? "-")|\(gap.service ?? "-")"
                    // An incident counts once a line, however often it says so.
                    if seen.insert(name).inserted { groups[name, default: []].append((gap, record)) }
                }
            }
        }
        lines = groups.values.map { members in
            let minutes = members.compactMap(\.gap.minutes)
            return Line(
                signal: members[0].gap.signal, concept: members[0].gap.concept,
                service: members[0].gap.service ?? "the service", count: members.count,
                minutes: minutes.isEmpty ? nil : minutes.reduce(0, +),
                evidence: members.map { ($0.record.key, $0.record.title, $0.gap.quote) })
        }.sorted { a, b in
            if a.count != b.count { return a.count > b.count }
            if (a.minutes ?? 0) != (b.minutes ?? 0) { return (a.minutes ?? 0) > (b.minutes ?? 0) }
            return a.advice < b.advice
        }
        read = records.count
    }

    /// The service a document is mostly about: the known name it says most, else its organisation's last word.
    private static func place(_ record: PostmortemRecord, services: Set<String>) -> String? {
        let words = Words.list(record.title + " " + record.text)
        var counts: [String: Int] = [:]
        let known = Set(services.map { $0.lowercased() })
        for word in words where known.contains(word) { counts[word, default: 0] += 1 }
        if let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) { return best.key }
        let parts = record.organisation.split(separator: "/").map(String.init)
        let empty: Set<String> = [
            "postmortems", "post-mortems", "post-mortem", "postmortem", "incident-reports", "incidents",
        ]
        return parts.last { !empty.contains($0) } ?? parts.last
    }

    /// The table for people, as Markdown.
    public var table: String {
        var rows = ["| instrument next | incidents | minutes lost | for example |", "|---|---|---|---|"]
        for line in lines {
            let quote = line.evidence.first.map { "\($0.title): “\($0.quote.prefix(120))”" } ?? ""
            rows.append(
                "| \(line.advice) | \(line.count) | \(line.minutes.map { Numbers.short($0) } ?? "not known") | \(quote.replacing("|", with: "/")) |"
            )
        }
        return rows.joined(separator: "\n") + "\n"
    }

    /// The same for a coding agent.
    public var json: JSON {
        .object([
            "postmortems": .integer(Int64(read)),
            "instrument": .array(
                lines.map { line in
                    .object([
                        "advice": .string(line.advice), "signal": .string(line.signal.rawValue),
                        "about": line.concept.map { .string($0.rawValue) } ?? .null,
                        "service": .string(line.service),
                        "count": .integer(Int64(line.count)),
                        "minutes": line.minutes.map { .number($0) } ?? .null,
                        "incidents": .array(
                            line.evidence.map {
                                .object([
                                    "key": .string($0.key), "title": .string($0.title),
                                    "quote": .string($0.quote),
                                ])
                            }),
                    ])
                }),
        ])
    }
}
