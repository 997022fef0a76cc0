extension Agent {
    /// Words by which people say that there is an incident.
    private static let openers = [
        "/incident", "declaring an incident", "incident declared", "we have an incident",
    ]
    private static let closers = [
        "/resolve", "incident closed", "closing the incident", "close the incident", "incident resolved",
    ]
    private static let troubles: Set<String> = [
        "down", "broken", "failing", "errors", "error", "slow", "timeouts", "timeout", "outage", "issue",
        "issues",
        "problem", "problems", "unavailable", "degraded", "5xx", "500s", "503s", "502s", "alerts", "paging",
    ]
    /// Alerts that are there to be there.
    private static let idle: Set<String> = ["Watchdog", "InfoInhibitor", "DeadMansSwitch"]

    /// Gives new events to the incident they belong to, opening one where they say so.
    func sort(now: Double) throws(IncidentError) {
        let entries = try store.unassigned(from: now - 7200)
        var open = try store.incidents().first { $0.state != .closed }
        if open == nil {
            // Only something new opens an incident: old news belongs to what is over.
            if let cause = entries.first(where: { $0.event.time >= now - 1800 && Self.opens($0.event) }) {
                var title = cause.event.text
                for opener in Self.openers where title.lowercased().hasPrefix(opener) {
                    title = Words.trimmed(title.dropFirst(opener.count).drop { ":-–— ".contains($0) })
                }
                if title.isEmpty { title = "Incident" }
                open = try store.open(
                    title: String(title.prefix(160)), services: cause.event.service.map { [$0] } ?? [],
                    at: cause.event.time)
            }
        }
        guard var incident = open else { return }
        try store.assign(
            entries.filter { $0.event.time >= incident.opened - 7200 }.map(\.id), to: incident.id)
        let known = Set(config.services.map(\.name)).union(book.with { $0.services })
        var services = incident.services
        for entry in try store.timeline(of: incident.id) where entry.event.time >= incident.opened - 900 {
            for service in Self.services(in: entry.event, known: known) where !services.contains(service) {
                if services.count < 12 { services.append(service) }
            }
            let text = entry.event.text.lowercased()
            if entry.event.kind == .message, entry.event.time > incident.opened, incident.state != .closed,
                Self.closers.contains(where: { text.hasPrefix($0) })
            {
                incident.state = .closed
                incident.closed = entry.event.time
            }
        }
        incident.services = services
        try store.update(incident)
    }

    private static func opens(_ event: Event) -> Bool {
        switch event.kind {
        case .alert:
            return !idle.contains(event.labels["alertname"] ?? "")
                && !["info", "none"].contains(event.labels["severity"] ?? "")
        case .message:
            let text = event.text.lowercased()
            return openers.contains { text.hasPrefix($0) || (!$0.hasPrefix("/") && text.contains($0)) }
        default: return false
        }
    }

    private static func services(in event: Event, known: Set<String>) -> [String] {
        switch event.kind {
        case .alert: return event.service.map { [$0] } ?? []
        case .message:
            var found: [String] = []
            for sentence in Words.sentences(event.text) {
                let words = Words.set(sentence)
                guard !troubles.isDisjoint(with: words),
                    words.isDisjoint(with: ["fine", "normal", "unrelated", "ok"])
                else { continue }
                found += known.filter { words.contains($0.lowercased()) }.sorted()
            }
            return found
        default: return []
        }
    }

    /// Closes an incident: people decide that, on the page, in the channel or by the command line.
    public func close(_ id: Int64, at time: Double) throws(IncidentError) {
        var incident = try store.incident(id)
        guard incident.state != .closed else { return }
        incident.state = .closed
        incident.closed = time
        try store.update(incident)
    }

    /// The split between what is usual and what is looked at.
    func split(of incident: IncidentRecord, now: Double) -> Double {
        // Trouble begins before anyone notices.
        min(now - min(config.detection.recent, 900), incident.opened - min(1800, config.detection.recent / 2))
    }
}
