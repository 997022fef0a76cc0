import Checkpoint

/// Decides what of all deviations is said: what is new, belongs to the incident, and is not too much.
struct Newsroom {
    let settings: DetectionSettings
    let services: [AgentConfig.Service]
    let incident: IncidentRecord
    let knowledge: ChannelKnowledge
    let entries: [TimelineEntry]
    /// The findings kept so far.
    let kept: [Finding]
    /// Places that tell nothing; see ``Relation``.
    var common: Set<String> = []
    /// Other incidents that are open.
    var others: [IncidentRecord] = []

    /// What becomes of the deviations of one moment.
    struct Decision {
        var known: [NewFinding] = []
        /// Interjections in the order in which they are to be said.
        var news: [Interjection] = []
        /// Changes that are news by themselves.
        var changes: [TimelineEntry] = []
    }

    func decide(_ deviations: [Deviation], now: Double) -> Decision {
        func relate(_ incident: IncidentRecord) -> Relation {
            Relation(
                incident: incident, known: services, deviations: deviations, settings: settings,
                common: common)
        }
        let relation = relate(incident)
        let elsewhere = others.map { (id: $0.id, relation: relate($0)) }
        let scored = deviations.map { Interjection.Scored(deviation: $0, relation: relation.of($0)) }
            .filter { item in
                // Of two incidents it may belong to, the nearer one tells it, else the older.
                !elsewhere.contains { other in
                    let theirs = other.relation.of(item.deviation)
                    return theirs > item.relation || theirs == item.relation && other.id < incident.id
                }
            }
            .filter { $0.score >= settings.threshold }
            .sorted { ($0.score, $1.deviation.key.text) > ($1.score, $0.deviation.key.text) }
        var decision = Decision()
        let keys = Set(kept.map(\.key))
        let since = incident.opened - settings.span(7200)
        var said = Set(kept.compactMap { Self.topic($0) })
        var groups: [(name: String, members: [Interjection.Scored])] = []
        for item in scored where !keys.contains(key(item.deviation)) {
            let topic = Self.topic(item.deviation)
            if let source = knowledge.source(of: item.deviation, since: since) {
                decision.known.append(finding(item, .known, now: now, because: "said in E\(source.id)"))
            } else if let topic, said.contains(topic) {
                decision.known.append(finding(item, .known, now: now, because: "the agent spoke of it"))
            } else {
                // What happens in one place at one time is one piece of news.
                let name = item.deviation.key.service ?? item.deviation.key.text
                if let place = groups.firstIndex(where: { group in
                    group.name == name
                        && abs(group.members[0].deviation.onset - item.deviation.onset) <= settings.span(300)
                }) {
                    groups[place].members.append(item)
                } else {
                    groups.append((name, [item]))
                }
            }
        }
        let onset = (scored.filter { $0.relation >= 0.9 }.map(\.deviation.onset) + [incident.opened]).min()
        let changes = changes(before: onset ?? incident.opened, relation: relation, keys: keys)
        for group in groups {
            // A group whose topic was told a moment ago, by another series of it, is told.
            let fresh = group.members.filter { item in
                Self.topic(item.deviation).map { said.insert($0).inserted } ?? true
            }
            guard let lead = fresh.first else { continue }
            let near = changes.filter { change in
                let before = lead.deviation.onset - change.event.time
                return before >= -settings.span(60) && before <= settings.span(2700)
                    && !decision.news.contains { $0.changes.contains(change) }
            }
            decision.news.append(
                Interjection(
                    incident: incident, lead: lead,
                    others: Array(group.members.filter { $0.deviation.key != lead.deviation.key }),
                    changes: near))
        }
        decision.changes = changes.filter { change in
            !decision.news.contains { $0.changes.contains(change) }
        }
        return decision
    }

    /// Changes of related services shortly before the trouble, not mentioned yet.
    private func changes(before onset: Double, relation: Relation, keys: Set<String>) -> [TimelineEntry] {
        entries.filter { entry in
            guard entry.event.kind == .deploy || entry.event.kind == .change,
                !keys.contains(key(change: entry)),
                entry.event.time >= onset - settings.span(2700),
                entry.event.time <= onset + settings.span(60)
            else { return false }
            guard let service = entry.event.service?.lowercased(),
                relation.services.contains(service) || relation.neighbours.contains(service)
            else { return false }
            return !knowledge.knows(change: entry.event, since: entry.event.time - settings.span(60))
        }
    }

    func key(_ deviation: Deviation) -> String {
        "finding:\(incident.id):\(deviation.key.text):\(deviation.direction.rawValue)"
    }

    func key(change entry: TimelineEntry) -> String { "change:\(incident.id):\(entry.id)" }

    func finding(
        _ item: Interjection.Scored, _ fate: Finding.Fate, now: Double, because: String? = nil
    ) -> NewFinding {
        var evidence = Interjection.evidence(item)
        if let because, case .object(var object) = evidence {
            object["because"] = .string(because)
            evidence = .object(object)
        }
        return NewFinding(
            incident: incident.id, key: key(item.deviation), onset: item.deviation.onset, detected: now,
            score: item.score, fate: fate, text: Interjection.sentence(item.deviation), evidence: evidence)
    }

    /// Place and thing: what two series have in common that tell the same news.
    private static func topic(_ deviation: Deviation) -> String? {
        guard let service = deviation.key.service,
            let concept = Concept.of(metric: deviation.key.metric).first
        else { return nil }
        return "\(service)|\(concept.rawValue)|\(deviation.direction.rawValue)"
    }

    private static func topic(_ finding: Finding) -> String? {
        guard finding.fate == .said, let service = finding.evidence["service"]?.string,
            let metric = finding.evidence["metric"]?.string,
            let direction = finding.evidence["direction"]?.string,
            let concept = Concept.of(metric: metric).first
        else { return nil }
        return "\(service)|\(concept.rawValue)|\(direction)"
    }
}
