/// Summaries the program writes by itself: plain, calm, and right.
///
/// They are what goes out when the model is not there or says what the evidence
/// does not; every number in them is one of the facts'.
struct SummaryTemplate {
    let facts: Facts
    let audience: AudienceKind
    /// When the next one comes.
    let next: Double?

    var text: String {
        var parts = [headline]
        switch audience {
        case .responders: parts += details
        case .company, .executives: parts.append(calm)
        }
        parts += [outlook, coming].compactMap { $0 }
        return parts.joined(separator: " ")
    }

    private var incident: IncidentRecord { facts.incident }

    private var what: String {
        incident.services.isEmpty ? "our service" : incident.services.prefix(3).joined(separator: ", ")
    }

    private var lasted: String { Clock.span((incident.closed ?? facts.now) - incident.opened) }

    private var headline: String {
        let since = "\(Clock.minute(incident.opened)) UTC"
        switch (audience, incident.state) {
        case (.responders, _):
            return "Incident \(incident.id): \(incident.title). Open since \(since), \(lasted)."
        case (_, .closed):
            return "The problem with \(what) that began at \(since) is over; it lasted \(lasted)."
        case (.company, _): return "There is a problem with \(what) since \(since); people are working on it."
        case (.executives, _): return "\(what) has been impaired since \(since), for \(lasted)."
        }
    }

    private var details: [String] {
        var parts: [String] = []
        let groups = Dictionary(grouping: facts.states) { $0.stage }
        for stage in [SeriesState.Stage.away, .stalled, .returning, .arrived, .back] {
            guard let states = groups[stage] else { continue }
            let list = states.prefix(4).map {
                "\(Agent.name($0)) \(Numbers.short($0.level)) (usually \(Agent.usual($0)))"
            }
            parts.append(
                "\(Facts.words(stage).prefix(1).uppercased() + Facts.words(stage).dropFirst()): \(list.joined(separator: "; "))."
            )
        }
        if !facts.firing.isEmpty {
            parts.append("Firing: \(facts.firing.prefix(4).joined(separator: "; ")).")
        }
        return parts
    }

    private var calm: String {
        if incident.state == .closed {
            return "Everything is back to normal, and we are writing down what we learned."
        }
        if facts.states.isEmpty { return "We are finding out what is affected." }
        let back = facts.states.filter { $0.since != nil }.count
        let returning = facts.states.filter { $0.stage == .returning }.count
        if back == facts.states.count {
            return "All the measurements we watch are back to normal; we keep watching."
        }
        if returning + back == facts.states.count { return "It is getting better." }
        return "The causes are being worked on."
    }

    private var outlook: String? {
        guard incident.state != .closed, let expected = facts.expected else { return nil }
        let end = expected.latest.map { ", by \(Clock.minute($0)) UTC at the latest estimate" } ?? ""
        return "Back to normal is expected about \(Clock.minute(expected.back)) UTC\(end)."
    }

    private var coming: String? {
        guard incident.state != .closed, let next else { return nil }
        return "Next update about \(Clock.minute(next)) UTC."
    }
}
