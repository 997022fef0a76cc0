import Checkpoint

/// The agent's own JSON, documented in `docs/incident.md`: one event, or `{"events": […]}`.
public enum OwnEvents {
    static let wanted =
        "kind (message, alert, resolved, deploy, change), text, and where known id, time, author, labels, link"

    static func read(
        _ json: JSON, source: String, now: Double, limits: AgentConfig.IntakeLimits = .init()
    ) throws(IntakeRefusal) -> [Event] {
        let list = json["events"]?.array ?? [json]
        guard list.count <= limits.events else { throw .badBody(wanted: "at most \(limits.events) events") }
        var events: [Event] = []
        for item in list {
            guard let event = event(item, source: source, now: now) else { throw .badBody(wanted: wanted) }
            events.append(event)
        }
        return events
    }

    /// Reads one event; nothing where it is none.
    public static func event(_ json: JSON, source: String, now: Double) -> Event? {
        guard json.object != nil, let kind = Event.Kind(rawValue: json["kind"]?.string ?? "message"),
            kind != .agent, let text = json["text"]?.string, text.utf8.count <= 40_000
        else { return nil }
        var time = now
        if let value = json["time"] {
            guard let moment = value.double ?? value.string.flatMap({ Double($0) ?? Clock.read($0) }),
                moment.isFinite, (0...4_102_444_800_000).contains(moment)
            else { return nil }
            // Many programs count milliseconds.
            time = moment > 1e11 ? moment / 1000 : moment
        }
        var labels: [String: String] = [:]
        for (name, value) in json["labels"]?.object?.members ?? [] {
            guard let value = value.string else { return nil }
            labels[name] = value
        }
        for name in ["service", "version", "incident"] {
            if let value = json[name]?.string { labels[name] = value }
        }
        let author = json["author"]?.string ?? ""
        // Without a name of its own, an event told twice is known by what it says.
        let id =
            json["id"]?.string
            ?? SHA256.hex(of: Array("\(kind.rawValue)|\(time)|\(author)|\(text)".utf8))
        return Event(
            kind, source: source, key: "\(source):\(id)", time: time, author: author, text: text,
            labels: labels,
            link: json["link"]?.string)
    }

    /// Reads a file of events, one JSON object a line.
    public static func lines(_ bytes: [UInt8], path: String, now: Double) throws(IncidentError) -> [Event] {
        var events: [Event] = []
        for (number, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            let line = Array(line)
            if line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) { continue }
            guard let json = try? JSON.parse(line), let event = event(json, source: "file", now: now) else {
                throw .badLine(path: path, line: number + 1, wanted: "a JSON object with " + wanted)
            }
            events.append(event)
        }
        return events
    }
}
