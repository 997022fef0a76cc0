/// Plays an incident to an agent as if it happened now, and holds what the agent did against the truth.
public struct ReplayRun: Sendable {
    /// How the agent is set.
    public var detection = DetectionSettings()
    /// A model to write with, if summaries are to be measured with one.
    public var model: AgentConfig.ModelEndpoint?
    /// Seconds between two looks.
    public var beat = 60.0

    /// A run with the defaults.
    public init() { detection.fewest = 30 }

    /// Plays one scenario.
    public func result(of scenario: Scenario, caller: any HTTPCaller = HTTPClient()) throws(IncidentError)
        -> ReplayResult
    {
        let play = Play(scenario)
        var config = AgentConfig()
        config.detection = detection
        config.services = Town.services
        config.model = model
        config.audiences = AudienceKind.allCases.map { kind in
            .init(kind: kind, channel: nil, every: kind == .responders ? 900 : kind == .company ? 1800 : 3600)
        }
        let store = try IncidentStore.inMemory()
        let agent = try Agent(config: config, store: store, caller: caller, now: play.begin)
        let start = play.strike - 1800
        var places = play.series.map { $0.index(at: start) }
        agent.remember(
            zip(play.series, places).map { series, place in
                Series(
                    series.key, times: Array(series.times[..<place]), values: Array(series.values[..<place]))
            })
        var told = 0
        var estimates: [ReplayResult.Estimate] = []
        var ungrounded = 0, summaries = 0
        var now = start
        while now <= play.end {
            let events = play.events[told...].prefix { $0.time <= now }
            told += events.count
            try store.keep(Array(events), seen: now)
            var samples: [Sample] = []
            for (number, series) in play.series.enumerated() {
                while places[number] < series.times.count, series.times[places[number]] <= now {
                    samples.append(
                        Sample(
                            key: series.key, kind: .gauge, time: series.times[places[number]],
                            value: series.values[places[number]]))
                    places[number] += 1
                }
            }
            agent.remind(samples, at: now)
            try agent.step(now: now)
            if let incident = try store.incidents().first {
                for state in try agent.states(of: incident, now: now) {
                    guard let fit = state.fit,
                        let truth = play.planted.first(where: { $0.belongs && $0.key == state.key }),
                        let normal = truth.normal, normal > now + 60, now > truth.repaired
                    else { continue }
                    estimates.append(
                        .init(
                            left: normal - now, error: fit.back - normal,
                            isInside: fit.earliest - 60 <= normal && normal <= (fit.latest ?? .infinity) + 60)
                    )
                }
                let before = try store.drafts(of: incident.id).count
                try agent.write(now: now)
                let drafts = try store.drafts(of: incident.id)
                if drafts.count > before {
                    let facts = try agent.facts(of: incident, now: now)
                    let grounding = Grounding(evidence: facts.texts + ["\(incident.id)"])
                    for draft in drafts[before...] {
                        summaries += 1
                        // The next update's time is the agent's own plan.
                        let text = draft.text.components(before: "Next update about")
                        if !grounding.missing(in: text).isEmpty { ungrounded += 1 }
                    }
                }
            }
            now += beat
        }
        return try ReplayResult(
            play: play, store: store, estimates: estimates, summaries: summaries, ungrounded: ungrounded)
    }
}

extension String {
    /// What stands before some words; everything where they are not there.
    fileprivate func components(before mark: String) -> String {
        guard let range = firstRange(of: mark) else { return self }
        return String(self[..<range.lowerBound])
    }
}

extension Agent {
    /// Adds samples in memory only.
    func remind(_ samples: [Sample], at now: Double) { book.with { $0.add(samples, at: now) } }
}
