/// The incidents that are open, and to which of them an event belongs.
///
/// By what is surest first: the number somebody wrote, the alert that fires already, the
/// channel it was said in, the services it is about, and then the incident opened last.
struct Docket {
    /// What is known of one open incident beside its record.
    struct Matter {
        var record: IncidentRecord
        /// The channels in which it is talked about.
        var channels: Set<String> = []
        /// Labels of the alerts that belong to it, as one text each.
        var alerts: Set<String> = []
        /// Whether people said that there is an incident; one an alert opened waits for that.
        var isDeclared = false
    }

    /// The open incidents, the newest first.
    private(set) var matters: [Matter] = []
    let services: [AgentConfig.Service]
    /// Names of services, from the configuration and from labels.
    let known: Set<String>

    init(services: [AgentConfig.Service], known: Set<String>) {
        self.services = services
        self.known = known
    }

    /// Takes an open incident up with everything that belongs to it already.
    mutating func take(_ record: IncidentRecord, _ timeline: [TimelineEntry]) {
        var matter = Matter(record: record)
        for entry in timeline { matter.hear(entry.event) }
        matters.insert(matter, at: 0)
    }

    /// Notes that an event belongs to an incident.
    mutating func note(_ event: Event, in incident: Int64) {
        guard let place = matters.firstIndex(where: { $0.record.id == incident }) else { return }
        matters[place].hear(event)
    }

    /// The title of the incident an event opens; nothing where it opens none.
    func title(openedBy event: Event) -> String? {
        switch event.kind {
        case .alert:
            guard Phrases.isUrgent(event.labels) else { return nil }
            let isItsOwn =
                !matters.contains { $0.alerts.contains(Self.mark(event)) }
                && matters.allSatisfy { isForeign(event, to: $0) }
            return isItsOwn ? title(event) : nil
        case .message:
            guard event.labels["bot"] == nil, let opener = Phrases.opener(of: event.text) else { return nil }
            if matters.isEmpty { return title(event) }
            guard opener.hasPrefix("/") else { return nil }
            let about = self.about(event)
            // Said of the incident that an alert opened a moment ago, it is that one.
            let waiting = matters.filter { !$0.isDeclared && event.time - $0.record.opened < 900 }
            if waiting.contains(where: { isNear(about, $0) }) { return nil }
            if about.isEmpty, waiting.count == 1 { return nil }
            return Phrases.rest(of: event.text, after: opener).isEmpty ? nil : title(event)
        default: return nil
        }
    }

    private func title(_ event: Event) -> String {
        var text = event.text
        if event.kind == .message, let opener = Phrases.opener(of: text), text.lowercased().hasPrefix(opener)
        {
            text = Phrases.rest(of: text, after: opener)
        }
        return text.isEmpty ? "Incident" : String(text.prefix(160))
    }

    /// The open incident an event belongs to; nothing where none is open.
    func incident(of event: Event) -> Int64? {
        if matters.count < 2 { return matters.first?.record.id }
        if let number = event.labels["incident"].flatMap({ Int64($0) }) ?? Phrases.number(in: event.text)
            ?? Phrases.marked(in: event.text),
            matters.contains(where: { $0.record.id == number })
        {
            return number
        }
        if event.kind == .alert || event.kind == .resolved,
            let matter = matters.first(where: { $0.alerts.contains(Self.mark(event)) })
        {
            return matter.record.id
        }
        var open = matters
        if event.kind == .message, let channel = event.labels["channel"] {
            let here = matters.filter { $0.channels.contains(channel) }
            if here.count == 1 { return here[0].record.id }
            if !here.isEmpty { open = here }
        }
        let about = self.about(event)
        let same = open.first { !about.isDisjoint(with: $0.record.services.map { $0.lowercased() }) }
        return (same ?? open.first { isNear(about, $0) } ?? open.first)?.record.id
    }

    /// The services an event is about, in lower case.
    func about(_ event: Event) -> Set<String> {
        if let service = event.service { return [service.lowercased()] }
        let words = Words.set(event.text)
        return Set(known.map { $0.lowercased() }).intersection(words)
    }

    /// Whether an alert surely has nothing to do with an incident: all its services are
    /// in the configuration, and the way between them is longer than two.
    private func isForeign(_ event: Event, to matter: Matter) -> Bool {
        let about = self.about(event)
        let mapped = Set(services.map { $0.name.lowercased() })
        let own = matter.record.services.map { $0.lowercased() }
        guard !about.isEmpty, !own.isEmpty, about.isSubset(of: mapped), mapped.isSuperset(of: own) else {
            return false
        }
        return !isNear(about, matter)
    }

    /// Whether services are those of an incident, or at most two steps away from one of them.
    private func isNear(_ about: Set<String>, _ matter: Matter) -> Bool {
        var reached = Set(matter.record.services.map { $0.lowercased() })
        for _ in 0..<2 where reached.isDisjoint(with: about) {
            for service in services {
                let name = service.name.lowercased()
                let needs = service.needs.map { $0.lowercased() }
                if reached.contains(name) || !reached.isDisjoint(with: needs) {
                    reached.formUnion(needs + [name])
                }
            }
        }
        return !reached.isDisjoint(with: about)
    }

    /// An alert's labels as one text: the same while it fires and when it is resolved.
    static func mark(_ event: Event) -> String { SeriesKey.text("", event.labels) }
}

extension Docket.Matter {
    fileprivate mutating func hear(_ event: Event) {
        if event.kind == .alert { alerts.insert(Docket.mark(event)) }
        guard event.kind == .message else { return }
        if Phrases.opener(of: event.text) != nil {
            isDeclared = true
            if let channel = event.labels["channel"] { channels.insert(channel) }
        }
        // An incident that an alert opened is talked about where people speak of it first.
        if channels.isEmpty, event.time >= record.opened, let channel = event.labels["channel"] {
            channels.insert(channel)
        }
    }
}
