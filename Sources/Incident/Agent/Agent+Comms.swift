extension Agent {
    /// Everything known of an incident now.
    public func facts(of incident: IncidentRecord, now: Double) throws(IncidentError) -> Facts {
        Facts(
            incident: incident, now: now, entries: try store.timeline(of: incident.id),
            findings: try store.findings(of: incident.id), states: try states(of: incident, now: now),
            firing: try firing(of: incident.id))
    }

    /// Writes the summaries that are due: at the rhythm of their audience, and when the state changes.
    ///
    /// This is the part that waits for the model, so it has a thread of its own.
    public func write(now: Double) throws(IncidentError) {
        for incident in try store.incidents() where now - (incident.closed ?? now) < 3600 {
            for audience in config.audiences { try write(audience, of: incident, now: now) }
        }
    }

    private func write(
        _ audience: AgentConfig.Audience, of incident: IncidentRecord, now: Double
    ) throws(IncidentError) {
        let name = "summary:\(audience.kind.rawValue)"
        let last = try store.note(name, of: incident.id)?.split(separator: " ")
        let lastTime = last.flatMap { $0.first.flatMap { Double($0) } }
        let lastState = last.flatMap { $0.count > 1 ? String($0[1]) : nil }
        let isChange = lastState != incident.state.rawValue
        guard isChange || (incident.state != .closed && now - (lastTime ?? -.infinity) >= audience.every)
        else {
            return
        }
        // A new incident is told at once by what it is, and the first look at it comes a little later.
        let facts = try facts(of: incident, now: now)
        let written = SummaryWriter(model: model).summary(
            of: facts, for: audience.kind, next: incident.state == .closed ? nil : now + audience.every)
        let isSilent = written.reason?.hasPrefix("the model") == true
        let trouble = written.reason.map {
            isSilent
                ? $0 : "the model's last summary was not used: \($0.prefix(1).lowercased() + $0.dropFirst())"
        }
        note("model", config.model == nil ? nil : trouble)
        var text = written.text
        if audience.kind == .responders, written.origin == .template, let reason = written.reason,
            reason.hasPrefix("the model does not answer")
        {
            text += " (Written from a template: \(reason).)"
        }
        // Numbered by how many there were, so that one written twice after a kill has the same key.
        let count = Int(try store.note(name + ":count", of: incident.id) ?? "0") ?? 0
        let key = "\(name):\(incident.id):\(count)"
        let target = audience.channel?.name ?? "page"
        try store.keep(
            draft: key, kind: name, of: incident.id, origin: written.origin.rawValue, prompt: written.prompt,
            text: text, at: now,
            saying: [
                message(text, kind: "summary", key: key, of: incident, to: target, now: now)
            ])
        try store.keep(note: name + ":count", "\(count + 1)", of: incident.id)
        try store.keep(note: name, "\(now) \(incident.state.rawValue)", of: incident.id)
    }
}
