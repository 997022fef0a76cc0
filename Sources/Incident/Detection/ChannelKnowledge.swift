/// What the channel already knows: everything said, linked and alerted.
///
/// A finding is known where something said is about the same thing (or names the
/// metric outright) at the same place. A sentence that says the opposite ("latency
/// looks fine") makes nothing known: then the finding is news indeed.
public struct ChannelKnowledge: Sendable {
    /// One thing that was said.
    struct Statement: Sendable {
        let id: Int64
        let time: Double
        let text: String
        let words: Set<String>
        let concepts: Set<Concept>
        let services: Set<String>
        let isAlert: Bool
    }

    private let services: Set<String>
    private(set) var statements: [Statement] = []

    /// Knowledge of a channel about services of these names.
    public init(services: Set<String>) { self.services = Set(services.map { $0.lowercased() }) }

    /// Takes in what was said.
    public mutating func hear(_ entry: TimelineEntry) {
        let event = entry.event
        guard [.message, .alert, .resolved].contains(event.kind) else { return }
        let isAlert = event.kind != .message
        let parts = isAlert ? [event.text] : Words.sentences(event.text)
        for part in parts {
            let words = Words.set(part)
            if !isAlert, Phrases.denies(words) { continue }
            var named = services.intersection(words)
            if let service = event.service?.lowercased(), isAlert { named.insert(service) }
            var concepts = Concept.of(words: words)
            if isAlert {
                concepts.formUnion(Concept.of(metric: Self.snake(event.labels["alertname"] ?? "")))
            }
            statements.append(
                Statement(
                    id: entry.id, time: event.time,
                    text: part.lowercased() + " " + Self.plain(event.link ?? ""),
                    words: words, concepts: concepts, services: named, isAlert: isAlert))
        }
    }

    /// What makes a deviation known, if anything does.
    func source(of deviation: Deviation, since start: Double) -> Statement? {
        let metric = deviation.key.metric.lowercased()
        let concepts = Set(Concept.of(metric: metric))
        let service = deviation.key.service?.lowercased()
        return statements.first { statement in
            guard statement.time >= start else { return false }
            let isHere = service.map { statement.services.contains($0) } ?? true
            if metric.utf8.count >= 6, statement.text.contains(metric) {
                return isHere || statement.services.isEmpty
            }
            return isHere && !concepts.isDisjoint(with: statement.concepts)
        }
    }

    /// Whether a change was mentioned: by its version, or by its service and a word for changing.
    func knows(change event: Event, since start: Double) -> Bool {
        let version = event.labels["version"]?.lowercased()
        let service = event.service?.lowercased()
        let about: Set<String> = [
            "deploy", "deployed", "deployment", "release", "released", "rollout", "rolled", "rollback",
            "version",
            "shipped", "change", "changed", "flag", "config", "migration", "upgrade", "upgraded",
        ]
        return statements.contains { statement in
            guard statement.time >= start, !statement.isAlert else { return false }
            if let version, version.utf8.count >= 2, statement.words.contains(version) { return true }
            guard let service, statement.services.contains(service) else { return false }
            return !about.isDisjoint(with: statement.words)
        }
    }

    /// `HighErrorRate` as `high_error_rate`.
    static func snake(_ name: String) -> String {
        var result = ""
        for letter in name {
            if letter.isUppercase, let last = result.last, last != "_" { result += "_" }
            result += letter.lowercased()
        }
        return result
    }

    /// A link with its escapes undone, so that a metric's name in it can be found.
    private static func plain(_ link: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(link.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }
}
