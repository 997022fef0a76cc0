/// What is known of an incident at one moment, as sentences the program wrote: the evidence of every summary.
public struct Facts: Sendable {
    /// One sentence and what it stands on.
    public struct Fact: Sendable, Equatable {
        /// `E12` for an event, `F3` for a finding, `S` for the state.
        public let citation: String
        /// The sentence.
        public let text: String
    }

    /// The incident.
    public let incident: IncidentRecord
    /// The moment.
    public let now: Double
    /// What happened and what is, in order of time.
    public let facts: [Fact]
    /// How far the impacted series are.
    public let states: [SeriesState]
    /// The alerts that fire.
    public let firing: [String]

    /// The sentences alone.
    public var texts: [String] { facts.map(\.text) }

    init(
        incident: IncidentRecord, now: Double, entries: [TimelineEntry], findings: [Finding],
        states: [SeriesState], firing: [String]
    ) {
        self.incident = incident
        self.now = now
        self.states = states
        self.firing = firing
        var facts = [
            Fact(
                citation: "S",
                text:
                    "Incident \(incident.id), \(incident.title), was opened at \(Clock.minute(incident.opened)) UTC on \(Clock.day(incident.opened)) and has lasted \(Clock.span((incident.closed ?? now) - incident.opened))."
            )
        ]
        if !incident.services.isEmpty {
            facts.append(Fact(citation: "S", text: "Affected: \(incident.services.joined(separator: ", "))."))
        }
        for finding in findings where finding.fate == .said || finding.fate == .known {
            facts.append(Fact(citation: "F\(finding.id)", text: finding.text))
        }
        for entry in entries where [.deploy, .change].contains(entry.event.kind) {
            guard entry.event.time >= incident.opened - 2700 else { continue }
            facts.append(
                Fact(
                    citation: "E\(entry.id)",
                    text:
                        "\(Clock.minute(entry.event.time)) UTC: \(entry.event.kind.rawValue): \(entry.event.text)"
                ))
        }
        for state in states {
            var text =
                "\(Agent.name(state)) is \(Self.words(state.stage)), at \(Numbers.short(state.level)), usually \(Agent.usual(state))"
            if let fit = state.fit { text += "; \(Agent.words(fit))" }
            if let since = state.since { text += " since \(Clock.minute(since)) UTC" }
            facts.append(Fact(citation: "S", text: text + "."))
        }
        for alert in firing { facts.append(Fact(citation: "S", text: "Alert firing: \(alert)")) }
        self.facts = facts
    }

    static func words(_ stage: SeriesState.Stage) -> String {
        switch stage {
        case .away: "outside its usual range"
        case .returning: "on its way back"
        case .stalled: "no longer recovering"
        case .arrived: "in its usual range"
        case .back: "back in its usual range"
        }
    }

    /// The moment at which everything is expected back, if that can be told of all that is away.
    var expected: (back: Double, latest: Double?)? {
        let away = states.filter { $0.since == nil }
        let fits = away.compactMap(\.fit)
        guard !fits.isEmpty, fits.count == away.count, let slowest = fits.max(by: { $0.back < $1.back })
        else {
            return nil
        }
        let ends = fits.map(\.latest)
        return (slowest.back, ends.contains(nil) ? nil : ends.compactMap { $0 }.max())
    }
}
