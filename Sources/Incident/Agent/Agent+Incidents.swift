extension Agent {
    /// Gives new events to the incidents they belong to, opening one where they say so.
    ///
    /// What opens an incident is given to it in the same step, so that a kill in between opens it once.
    func sort(now: Double) throws(IncidentError) {
        let entries = try store.unassigned(from: now - 7200)
        var docket = Docket(
            services: config.services,
            known: Set(config.services.map(\.name)).union(book.with { $0.services })
        )
        let before = try store.incidents().filter { $0.state != .closed }
        for incident in before.reversed() {
            docket.take(incident, try store.timeline(of: incident.id))
        }
        // Only something new opens an incident: old news belongs to what is over.
        // An alert that has fired for hours is new to an agent that was begun a moment ago.
        for entry in entries
        where (entry.event.source == "alertmanager" ? entry.seen : entry.event.time) >= now - 1800 {
            guard let title = docket.title(openedBy: entry.event) else { continue }
            let services = entry.event.service.map { [$0] } ?? []
            docket.take(
                try store.open(title: title, services: services, at: entry.event.time, with: entry.id),
                [entry])
        }
        var places: [Int64: [Int64]] = [:]
        for entry in entries {
            guard let id = docket.incident(of: entry.event),
                let matter = docket.matters.first(where: { $0.record.id == id }),
                entry.event.time >= matter.record.opened - 7200
            else { continue }
            docket.note(entry.event, in: id)
            places[id, default: []].append(entry.id)
        }
        for matter in docket.matters {
            try store.assign(places[matter.record.id] ?? [], to: matter.record.id)
            try refresh(matter.record, known: docket.known)
        }
    }

    /// Reads off an incident's timeline which services it is about, and whether people closed it.
    private func refresh(_ record: IncidentRecord, known: Set<String>) throws(IncidentError) {
        var incident = record
        for entry in try store.timeline(of: incident.id)
        where entry.event.time >= incident.opened - config.detection.span(900) {
            for service in Self.services(in: entry.event, known: known)
            where !incident.services.contains(service) && incident.services.count < 12 {
                incident.services.append(service)
            }
            if entry.event.kind == .message, entry.event.time > incident.opened, incident.state != .closed,
                Phrases.closes(entry.event.text),
                Phrases.number(in: entry.event.text) ?? incident.id == incident.id
            {
                incident.state = .closed
                incident.closed = entry.event.time
            }
        }
        if incident != record { try store.update(incident) }
    }

    private static func services(in event: Event, known: Set<String>) -> [String] {
        switch event.kind {
        case .alert: return event.service.map { [$0] } ?? []
        case .message:
            return Words.sentences(event.text).flatMap { sentence -> [String] in
                let words = Words.set(sentence)
                guard !Phrases.troubles.isDisjoint(with: words), Phrases.fine.isDisjoint(with: words)
                else { return [] }
                return known.filter { words.contains($0.lowercased()) }.sorted()
            }
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
        let settings = config.detection
        return min(
            now - min(settings.recent, settings.span(900)),
            incident.opened - min(settings.span(1800), settings.recent / 2))
    }
}
