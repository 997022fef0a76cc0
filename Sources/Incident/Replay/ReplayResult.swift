import Checkpoint

/// What an agent found of one incident, against what was planted.
public struct ReplayResult: Sendable {
    /// One estimate of the time to normal.
    struct Estimate: Sendable {
        /// Seconds that were really left.
        let left: Double
        /// Seconds by which the estimate was late.
        let error: Double
        /// Whether the interval held the truth.
        let isInside: Bool
    }

    /// The scenario's name.
    public let name: String
    /// Planted anomalies that belong to the incident.
    let planted: Int
    /// Of those, how many were found: said, or known to the channel.
    let found: Int
    /// Planted anomalies the channel did not know when they began.
    let unknown: Int
    /// Of those, how many were said.
    let said: Int
    /// Interjections that were news.
    let news: Int
    /// All interjections.
    let interjections: Int
    /// What was said and was no news, for a look at it.
    let wrong: [String]
    /// What was planted and not found.
    let missed: [String]
    /// Seconds from onset to finding, of each that was found.
    let delays: [Double]
    /// Interjections that said again what was said.
    let repeated: Int
    /// Estimates of the time to normal.
    let estimates: [Estimate]
    /// Summaries written.
    let summaries: Int
    /// Summaries with a number that is not in the evidence.
    let ungrounded: Int
    /// Whether closing was proposed, and whether everything was back by then.
    let settled: Bool?

    init(
        play: Play, store: IncidentStore, estimates: [Estimate], summaries: Int, ungrounded: Int
    ) throws(IncidentError) {
        name = play.scenario.name
        self.estimates = estimates
        self.summaries = summaries
        self.ungrounded = ungrounded
        let own = play.planted.filter(\.belongs)
        let incident = try store.incidents().first
        let findings =
            try incident.map { incident throws(IncidentError) in try store.findings(of: incident.id) } ?? []
        let timeline =
            try incident.map { incident throws(IncidentError) in try store.timeline(of: incident.id) } ?? []
        func match(_ planted: Planted) -> Finding? {
            findings.first { finding in
                finding.evidence["series"]?.string == planted.key.text
                    && finding.evidence["direction"]?.string == planted.direction.rawValue
                    && finding.fate != .quiet && finding.detected >= planted.onset - 60
                    && abs(finding.onset - planted.onset) <= 1800
            }
        }
        planted = own.count
        let matches = own.map { match($0) }
        found = matches.count { $0 != nil }
        missed = zip(own, matches).filter { $0.1 == nil }.map { $0.0.key.text }
        delays = zip(own, matches).compactMap { planted, finding in
            finding.map { max(0, $0.detected - max(planted.onset, incident?.opened ?? 0)) }
        }
        // Known is what the channel had before the agent could have said it.
        var knowledge = ChannelKnowledge(services: Set(Town.services.map(\.name)))
        for entry in timeline where entry.event.kind != .agent { knowledge.hear(entry) }
        func knew(_ planted: Planted, by time: Double) -> Bool {
            let words = knowledge.statements.filter { $0.time <= time }
            let concepts = Set(Concept.of(metric: planted.key.metric))
            return words.contains {
                $0.services.contains(planted.key.service ?? "") && !$0.concepts.isDisjoint(with: concepts)
            }
        }
        let fresh = zip(own, matches).filter { planted, finding in
            !knew(planted, by: finding?.detected ?? planted.onset + 900)
        }
        unknown = fresh.count
        said = fresh.count { planted, finding in
            guard let finding else { return false }
            // The same thing at the same place, told by another series of it, is said too.
            return finding.fate == .said || finding.evidence["because"]?.string == "the agent spoke of it"
        }
        var news = 0, count = 0, wrong: [String] = []
        var texts: Set<String> = []
        var leads: Set<String> = []
        var repeated = 0
        for entry in timeline where entry.event.kind == .agent && entry.event.key.hasPrefix("agent:news:") {
            count += 1
            let key = String(entry.event.key.dropFirst("agent:news:".count))
            if !texts.insert(entry.event.text).inserted || !leads.insert(key).inserted { repeated += 1 }
            let finding = findings.first { $0.key == key }
            let isNews: Bool
            if let series = finding?.evidence["series"]?.string {
                let truth = own.first {
                    $0.key.text == series && $0.direction.rawValue == finding?.evidence["direction"]?.string
                        && entry.event.time >= $0.onset - 60
                }
                isNews = truth.map { !knew($0, by: entry.event.time) } ?? false
            } else {
                let cause = timeline.first { $0.id == Int64(finding?.evidence["event"]?.int ?? -1) }
                isNews = cause.map { $0.event.key == play.culprit } ?? false
            }
            if isNews {
                news += 1
            } else {
                wrong.append("\(Clock.minute(entry.event.time)) \(entry.event.text)")
            }
        }
        self.news = news
        interjections = count
        self.wrong = wrong
        self.repeated = repeated
        let proposal = timeline.first { $0.event.key.contains(":settled:") }
        settled = proposal.map { proposal in
            own.allSatisfy { ($0.normal ?? .infinity) <= proposal.event.time + 60 }
        }
    }
}
