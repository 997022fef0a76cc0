extension Agent {
    /// Looks at everything once and says what is new: the agent's heartbeat.
    public func step(now: Double) throws(IncidentError) {
        try sort(now: now)
        let open = try store.incidents().filter { $0.state != .closed }
        for incident in open {
            try speak(of: incident, beside: open.filter { $0.id != incident.id }, now: now)
            try follow(incident, now: now)
        }
    }

    /// `others` are open too: what has more to do with one of them is theirs to tell.
    private func speak(
        of incident: IncidentRecord, beside others: [IncidentRecord], now: Double
    ) throws(IncidentError) {
        let series = book.with { $0.series }
        let deviations = Scanner.scan(
            series, split: split(of: incident, now: now), now: now, settings: config.detection,
            book: usual)
        let entries = try store.timeline(of: incident.id)
        var knowledge = ChannelKnowledge(
            services: Set(config.services.map(\.name)).union(series.compactMap { $0.key.service }))
        for entry in entries { knowledge.hear(entry) }
        let newsroom = Newsroom(
            settings: config.detection, services: config.services, incident: incident, knowledge: knowledge,
            entries: entries, kept: try store.findings(of: incident.id),
            common: Relation.common(series), others: others)
        let decision = newsroom.decide(deviations, now: now)
        try store.keep(decision.known)
        for news in decision.news {
            guard try maySpeak(of: incident, now: now) else { return }
            try say(news, newsroom, now: now)
        }
        for change in decision.changes {
            guard try maySpeak(of: incident, now: now) else { return }
            try say(change, newsroom, now: now)
        }
    }

    private func maySpeak(of incident: IncidentRecord, now: Double) throws(IncidentError) -> Bool {
        let settings = config.detection
        let spoken = try store.spoken(of: incident.id, keys: "news:", since: now - settings.quarter)
        return spoken.count < settings.most && now - (spoken.last ?? -.infinity) >= settings.gap
    }

    private func say(_ news: Interjection, _ newsroom: Newsroom, now: Double) throws(IncidentError) {
        var findings = [newsroom.finding(news.lead, .said, now: now)]
        findings += news.others.map { newsroom.finding($0, .said, now: now) }
        findings += news.changes.map { changeFinding($0, newsroom, now: now) }
        let evidence = ([news.lead] + news.others.prefix(3)).map { Interjection.evidence($0) }
        try store.keep(
            findings,
            saying: [
                message(
                    news.text, kind: "news", key: "news:" + findings[0].key, of: news.incident,
                    to: channelName,
                    now: now, evidence: evidence)
            ])
    }

    private func say(_ change: TimelineEntry, _ newsroom: Newsroom, now: Double) throws(IncidentError) {
        let finding = changeFinding(change, newsroom, now: now)
        try store.keep(
            [finding],
            saying: [
                message(
                    finding.text, kind: "news", key: "news:" + finding.key, of: newsroom.incident,
                    to: channelName,
                    now: now, evidence: [finding.evidence])
            ])
    }

    private func changeFinding(
        _ change: TimelineEntry, _ newsroom: Newsroom, now: Double
    ) -> NewFinding {
        let before = newsroom.incident.opened - change.event.time
        let place = change.event.service.map { " of \($0)" } ?? ""
        let text =
            "Not mentioned here yet: a \(change.event.kind.rawValue)\(place) at \(Clock.minute(change.event.time)) UTC, "
            + (before >= 0
                ? "\(Clock.span(before)) before the incident was opened"
                : "\(Clock.span(-before)) after it was opened")
            + ": \(change.event.text)"
        return NewFinding(
            incident: newsroom.incident.id, key: newsroom.key(change: change), onset: change.event.time,
            detected: now, score: 1, fate: .said, text: text,
            evidence: .object([
                "event": .integer(change.id), "kind": .string(change.event.kind.rawValue),
                "time": .string(Clock.iso(change.event.time)), "text": .string(change.event.text),
            ]))
    }
}
