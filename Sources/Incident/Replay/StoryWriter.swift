/// Writes what people and machines say while an incident goes on, and bends the series accordingly.
struct StoryWriter {
    /// One curve laid onto one series.
    struct Bend: Sendable {
        let service: String
        let metric: String
        let size: Double
        let curve: Play.Curve
        let belongs: Bool
    }

    let scenario: Scenario
    let strike: Double
    var dice: Dice
    var events: [Event] = []
    var curves: [Bend] = []
    var culprit: String?
    var end = 0.0
    private let people = ["ada", "grace", "linus", "margaret", "barbara", "ken"]

    init(scenario: Scenario, strike: Double, dice: Dice) {
        self.scenario = scenario
        self.strike = strike
        self.dice = dice
    }

    mutating func write() {
        let place = dice.pick(scenario.cause.places)
        let effects = scenario.cause.effects(at: place, &dice)
        let last = effects.map { $0.delay + $0.rise }.max() ?? 10
        let repaired = strike + (last + dice.number(15...40)) * 60
        let stall = scenario.stalls ? dice.number(25...40) * 60 : 0
        let isExponential = dice.chance(0.6)
        let fall = dice.number(8...25) * 60
        for effect in effects {
            let lag = dice.number(0...4) * 60
            curves.append(
                Bend(
                    service: effect.service, metric: effect.metric, size: effect.size,
                    curve: .init(
                        onset: strike + effect.delay * 60, rise: effect.rise * 60, repaired: repaired + lag,
                        fall: isExponential ? fall / 2 : fall, isExponential: isExponential, stall: stall),
                    belongs: true))
        }
        end = repaired + stall + fall * 3.2 + 2400
        change(place)
        talk(place, effects, repaired: repaired)
        for number in 0..<scenario.herrings {
            herring(number, avoiding: Set(effects.map(\.service) + [place]))
        }
    }

    private mutating func add(
        _ kind: Event.Kind, _ time: Double, _ text: String, labels: [String: String] = [:],
        author: String? = nil
    ) {
        let source =
            kind == .message ? "slack" : kind == .alert || kind == .resolved ? "alertmanager" : "webhook"
        events.append(
            Event(
                kind, source: source, key: "\(scenario.name):\(events.count)", time: time,
                author: author ?? (kind == .message ? dice.pick(people) : source), text: text, labels: labels)
        )
    }

    private mutating func change(_ place: String) {
        guard [.deploy, .flag, .pool, .leak].contains(scenario.cause) else { return }
        let version = "v\(dice.whole(2...9)).\(dice.whole(10...60)).\(dice.whole(0...9))"
        let time = strike - dice.number(1...6) * 60
        let isFlag = scenario.cause == .flag
        culprit = "\(scenario.name):\(events.count)"
        add(
            isFlag ? .change : .deploy, time,
            isFlag
                ? "flag \(place)-new-path set to 100 % by \(dice.pick(people))"
                : "\(place) \(version) rolled out to eu-1",
            labels: ["service": place, "version": isFlag ? "\(place)-new-path" : version])
    }

    private mutating func talk(_ place: String, _ effects: [Cause.Effect], repaired: Double) {
        // The alert is about what users feel: errors or slowness.
        let felt = effects.filter {
            $0.metric.contains("error") || $0.metric.contains("duration") || $0.metric.contains("age")
        }
        let first = felt.min { $0.delay < $1.delay } ?? effects[0]
        let alertTime = strike + (first.delay + min(first.rise, 4) + dice.number(2...4)) * 60
        let name = first.metric.contains("error") ? "HighErrorRatio" : "SlowRequests"
        let labels = ["alertname": name, "service": first.service, "severity": "page"]
        add(.alert, alertTime, "\(name): \(first.service) is above its limit", labels: labels)
        add(.message, alertTime + 45, "looking at the \(first.service) alert", author: "ada")
        var time = alertTime + 120
        // Some of it people see for themselves.
        for effect in effects where effect.metric != first.metric || effect.service != first.service {
            guard dice.chance(0.35) else { continue }
            time = max(time, strike + (effect.delay + effect.rise) * 60) + dice.number(20...120)
            guard time < repaired else { break }
            add(.message, time, Self.sentence(effect, &dice))
        }
        let chatter = [
            "can someone check the dashboards?", "I am on the call", "customers are writing in",
            "we still don't have an alert on \(place) saturation, we should add one",
            "the runbook for \(place) is out of date again",
            "nobody else knows how the failover of \(place) works",
            "search latency looks fine", "reports are fine, that is something else",
        ]
        for _ in 0..<dice.whole(2...5) {
            add(.message, alertTime + dice.number(60...2400), dice.pick(chatter))
        }
        if culprit != nil, dice.chance(0.3) {
            add(
                .message, min(repaired - 60, alertTime + dice.number(600...1500)),
                "was there a deploy of \(place) just before?")
        }
        add(.message, repaired + dice.number(0...90), "fix is going out for \(place)")
        let quiet = repaired + dice.number(15...35) * 60
        add(.resolved, quiet, "\(name): \(first.service) is above its limit", labels: labels)
        add(
            .message, quiet + 300,
            "action: \(Town.owner(of: place)) adds an alert for \(place) before 2026-12-01")
    }

    static func sentence(_ effect: Cause.Effect, _ dice: inout Dice) -> String {
        let concept = Concept.of(metric: effect.metric).first
        switch concept {
        case .errors: return "seeing a lot of 5xx errors from \(effect.service)"
        case .latency: return "\(effect.service) is slow, p99 went up a lot"
        case .memory: return "memory of \(effect.service) is climbing"
        case .processor: return "cpu on \(effect.service) is not looking good"
        case .connections: return "\(effect.service) is running out of connections"
        case .queue: return "backlog on \(effect.service) keeps growing"
        case .disk: return "disk of \(effect.service) is filling"
        case .cache: return "cache hit rate on \(effect.service) dropped"
        case .replication: return "replication on \(effect.service) is behind"
        case .threads: return "locks are piling up in \(effect.service)"
        case .traffic: return "traffic on \(effect.service) is off"
        default: return "\(effect.metric) on \(effect.service) looks odd"
        }
    }

    /// Something that has nothing to do with it.
    private mutating func herring(_ number: Int, avoiding taken: Set<String>) {
        let near = Set(
            taken.flatMap { name in
                Town.callers(of: name) + (Town.services.first { $0.name == name }?.needs ?? [])
            })
        let far = Town.services.map(\.name).filter { !taken.contains($0) && !near.contains($0) }
        let service = far.isEmpty ? "reports" : dice.pick(far)
        let metric = dice.pick(Town.metrics(of: service))
        let time = strike + dice.number(-80...60) * 60
        switch number % 4 {
        case 0:
            // A shift of its own, for a while.
            curves.append(
                Bend(
                    service: service, metric: metric.name, size: metric.noise * dice.number(5...14),
                    curve: .init(
                        onset: time, rise: 120, repaired: time + dice.number(8...40) * 60, fall: 180,
                        isExponential: true, stall: 0), belongs: false))
        case 1:
            add(
                .deploy, strike - dice.number(2...40) * 60,
                "\(service) v\(dice.whole(1...4)).\(dice.whole(0...40)) rolled out",
                labels: ["service": service, "version": "v1.\(dice.whole(0...40))"])
        case 2:
            // One bad minute.
            curves.append(
                Bend(
                    service: service, metric: metric.name, size: dice.number(3...8),
                    curve: .init(
                        onset: time, rise: 1, repaired: time + 50, fall: 10, isExponential: false, stall: 0),
                    belongs: false))
        default: add(.message, time, "unrelated: \(service) batch is late today, please ignore")
        }
    }
}
