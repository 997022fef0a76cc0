import Checkpoint

extension Agent {
    /// How far every impacted series of an incident is.
    public func states(of incident: IncidentRecord, now: Double) throws(IncidentError) -> [SeriesState] {
        let findings = try store.findings(of: incident.id)
        let split = split(of: incident, now: now)
        return book.with { book in
            var seen: Set<String> = []
            return findings.compactMap { finding in
                guard finding.fate == .said || finding.fate == .known,
                    let name = finding.evidence["series"]?.string, seen.insert(name).inserted,
                    let series = book.series(named: name),
                    let usual = usual.usual(of: series, split: split, settings: config.detection)
                else { return nil }
                return SeriesState(
                    series, baseline: usual.baseline, onset: max(finding.onset, split), now: now,
                    hold: config.detection.hold)
            }
        }
    }

    /// Says once each: that it is coming back, that it stopped coming back, that it has held.
    func follow(_ incident: IncidentRecord, now: Double) throws(IncidentError) {
        var incident = incident
        let states = try states(of: incident, now: now)
        guard !states.isEmpty else { return }
        let round = try store.note("round", of: incident.id) ?? "1"
        let firing = try firing(of: incident.id)
        let isBack = states.allSatisfy { $0.stage == .back }
        if incident.state == .settled,
            let worse = states.first(where: { $0.stage == .away || $0.stage == .stalled })
        {
            try store.keep(note: "round", "\((Int(round) ?? 1) + 1)", of: incident.id)
            incident.state = .open
            try store.update(incident)
            try tell(
                "\(Self.name(worse)) has left its usual range again: \(Numbers.short(worse.level)), usually \(Self.usual(worse)). The incident goes on.",
                key: "again:\(round)", of: incident, now: now)
            return
        }
        if isBack, firing.isEmpty, incident.state != .settled {
            incident.state = .settled
            try store.update(incident)
            let since = states.compactMap(\.since).max() ?? now
            try tell(
                "All \(states.count) impacted series have been in their usual range since \(Clock.minute(since)) UTC, for \(Clock.span(now - since)), and no alert fires. Close the incident?",
                key: "settled:\(round)", of: incident, now: now)
            return
        }
        for state in states where state.stage == .stalled && Self.isClearlyOut(state) {
            try tell(
                "\(Self.name(state)) has stopped recovering: \(Numbers.short(state.level)), usually \(Self.usual(state)).",
                key: "stalled:\(round):\(state.key.text)", of: incident, now: now)
        }
        let worst = states.filter { $0.stage == .away || $0.stage == .stalled }
        guard incident.state == .open, worst.isEmpty,
            let slowest = states.filter({ $0.fit != nil }).max(by: {
                ($0.fit?.back ?? 0) < ($1.fit?.back ?? 0)
            }),
            let fit = slowest.fit
        else { return }
        incident.state = .recovering
        try store.update(incident)
        try tell(
            "It is getting better. \(Self.name(slowest)) is at \(Numbers.short(slowest.level)) and on its way back, usually \(Self.usual(slowest)); \(Self.words(fit)).",
            key: "returning:\(round)", of: incident, now: now)
    }

    private func tell(
        _ text: String, key: String, of incident: IncidentRecord, now: Double
    ) throws(IncidentError) {
        try store.post(
            message(
                text, kind: "state", key: "state:\(incident.id):\(key)", of: incident, to: channelName,
                now: now))
    }

    /// Alerts that fire and have not been resolved.
    func firing(of incident: Int64) throws(IncidentError) -> [String] {
        var firing: [String: String] = [:]
        for entry in try store.timeline(of: incident) {
            let mark = SeriesKey.text("", entry.event.labels)
            if entry.event.kind == .alert { firing[mark] = entry.event.text }
            if entry.event.kind == .resolved { firing[mark] = nil }
        }
        return firing.values.sorted()
    }

    /// Whether a level is more than a hair outside its usual range: one at its edge is as good as back.
    private static func isClearlyOut(_ state: SeriesState) -> Bool {
        let usual = state.usual
        let beyond = max(state.level - usual.upperBound, usual.lowerBound - state.level)
        return beyond > 0.15 * (usual.upperBound - usual.lowerBound)
    }

    static func name(_ state: SeriesState) -> String {
        (state.key.service.map { "\($0): " } ?? "") + state.key.metric
    }

    static func usual(_ state: SeriesState) -> String {
        let low = state.level >= 0 ? max(0, state.usual.lowerBound) : state.usual.lowerBound
        return "\(Numbers.short(low)) to \(Numbers.short(state.usual.upperBound))"
    }

    /// The estimate with its interval.
    static func words(_ fit: RecoveryFit) -> String {
        let end = fit.latest.map { "\(Clock.minute($0)) UTC" } ?? "an open end"
        return
            "usual range expected about \(Clock.minute(fit.back)) UTC (between \(Clock.minute(fit.earliest)) and \(end))"
    }
}
