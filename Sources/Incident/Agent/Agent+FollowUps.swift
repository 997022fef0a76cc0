extension Agent {
    /// What to do next: trends, old promises, weak points; merged and ranked.
    public func followUps(of incident: IncidentRecord) throws(IncidentError) -> [FollowUp] {
        var all: [FollowUp] = []
        let impacted = Set(try store.findings(of: incident.id).compactMap { $0.evidence["series"]?.string })
        for series in book.with({ $0.series }) where !impacted.contains(series.key.text) {
            if let trend = Trend(series, before: incident.opened) { all.append(trend.followUp) }
        }
        let entries = try store.timeline(of: incident.id)
        for entry in entries where entry.event.kind == .message {
            for sentence in Words.sentences(entry.event.text) {
                guard let weak = WeakPoint(sentence) else { continue }
                let services = config.services.filter { Words.set(sentence).contains($0.name.lowercased()) }
                all.append(
                    FollowUp(
                        kind: .weakPoint, text: weak.quote,
                        reason:
                            "said by \(entry.event.author.isEmpty ? "somebody" : entry.event.author) at \(Clock.minute(entry.event.time)) UTC",
                        evidence: ["E\(entry.id)"], rank: 0.3 + 0.5 * weak.weight,
                        owner: services.first?.owner))
            }
        }
        for past in try similar(to: incident, entries: entries) {
            for action in past.open.prefix(5) {
                all.append(
                    FollowUp(
                        kind: .openAction, text: action.text,
                        reason:
                            "open since \(past.title)\(past.day.map { " (\($0))" } ?? ""), which was like this",
                        evidence: [past.key], rank: 0.6, owner: action.owner))
            }
        }
        return FollowUp.merged(all)
    }

    /// Past incidents like this one, by its title, services, alerts and findings.
    public func similar(
        to incident: IncidentRecord, entries: [TimelineEntry]? = nil
    ) throws(IncidentError) -> [SimilarIncident] {
        let timeline: [TimelineEntry]
        if let entries { timeline = entries } else { timeline = try store.timeline(of: incident.id) }
        var words = [incident.title] + incident.services
        words += timeline.filter { $0.event.kind == .alert || $0.event.kind == .deploy }.prefix(5).map(
            \.event.text)
        words += try store.findings(of: incident.id).prefix(5).map(\.text)
        return try store.similar(
            to: words.joined(separator: " "), limit: 3, except: "incident-\(incident.id)")
    }
}
