extension Agent {
    /// Drafts the postmortem of an incident; its sections are kept as drafts to edit and accept.
    @discardableResult
    public func draftPostmortem(of incident: IncidentRecord, now: Double) throws(IncidentError)
        -> PostmortemDraft
    {
        let facts = try facts(of: incident, now: now)
        let draft = PostmortemWriter(
            model: model, facts: facts, entries: try store.timeline(of: incident.id),
            findings: try store.findings(of: incident.id), services: config.services,
            followUps: try followUps(of: incident)
        ).draft()
        // Drafted again after more has happened, a section people have decided about stays as they left it.
        let mark = Int64(now)
        let kept = try store.drafts(of: incident.id)
        for section in draft.sections {
            let kind = "postmortem:\(section.name)"
            let last = kept.last { $0.kind == kind }
            if let last, last.verdict != .open || last.text == section.text { continue }
            try store.keep(
                draft: "\(kind):\(incident.id):\(mark)", kind: kind, of: incident.id, origin: section.origin,
                prompt: section.prompt, text: section.text, at: now)
        }
        try store.keep(
            [
                PostmortemRecord(
                    key: "incident-\(incident.id)", title: incident.title, day: Clock.day(incident.opened),
                    organisation: "", text: draft.markdown(graphs: false))
            ], incident: incident.id)
        return draft
    }
}
