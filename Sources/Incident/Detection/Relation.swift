/// How much a deviation has to do with the incident, from 0 to 1.
///
/// Labels first (the same service, one it needs or that needs it, the same host),
/// then time: what moves within minutes of the incident's own series belongs to it
/// more likely than what moved hours before or alone.
struct Relation: Sendable {
    let services: Set<String>
    let neighbours: Set<String>
    let opened: Double
    /// How many times as fast as the clock the world runs.
    let pace: Double
    /// When the incident's own series left their range.
    let onsets: [Double]
    /// Values of labels that name a place, of the incident's own series.
    let places: Set<String>

    static let placeLabels = [
        "instance", "node", "host", "zone", "cluster", "database", "db", "shard", "region",
    ]

    /// `common` are the places that tell nothing, because much of everything is there.
    init(
        incident: IncidentRecord, known: [AgentConfig.Service], deviations: [Deviation],
        settings: DetectionSettings, common: Set<String> = []
    ) {
        let services = Set(incident.services.map { $0.lowercased() })
        self.services = services
        var neighbours: Set<String> = []
        for service in known {
            let name = service.name.lowercased()
            let needs = service.needs.map { $0.lowercased() }
            if services.contains(name) { neighbours.formUnion(needs) }
            if !services.isDisjoint(with: needs) { neighbours.insert(name) }
        }
        self.neighbours = neighbours
        opened = incident.opened
        pace = settings.pace
        let own = deviations.filter { $0.key.service.map { services.contains($0.lowercased()) } ?? false }
        onsets = own.filter { $0.surprise >= 0.8 }.map(\.onset)
        places = Set(own.flatMap { deviation in Self.placeLabels.compactMap { deviation.key.labels[$0] } })
            .subtracting(common)
    }

    /// The places where more than a third of all series are.
    static func common(_ series: [Series]) -> Set<String> {
        var counts: [String: Int] = [:]
        for one in series {
            for label in placeLabels {
                if let value = one.key.labels[label] { counts[value, default: 0] += 1 }
            }
        }
        return Set(counts.filter { $0.value * 3 > series.count }.keys)
    }

    func of(_ deviation: Deviation) -> Double {
        let service = deviation.key.service?.lowercased()
        let shared = Self.placeLabels.contains { label in
            deviation.key.labels[label].map { places.contains($0) } ?? false
        }
        // Where nothing is known of the incident's services, every series may be its own.
        var relation =
            services.isEmpty
            ? 0.75
            : service.map { services.contains($0) } ?? false
                ? 1 : service.map { neighbours.contains($0) } ?? false ? 0.9 : shared ? 0.75 : 0.2
        let nearest = pace * (([opened] + onsets).map { abs($0 - deviation.onset) }.min() ?? .infinity)
        if relation < 0.6, nearest <= 240 { relation += 0.15 }
        // Long before the incident: an old story, or its slow beginning.
        let before = pace * ((onsets.min() ?? opened) - deviation.onset)
        if before > 1800 { relation *= max(0.4, 1 - (before - 1800) / 14_400) }
        return relation
    }
}
