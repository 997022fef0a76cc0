import Checkpoint

/// Alertmanager's webhook, version 4: each alert of a group is one event.
enum AlertmanagerEvents {
    static func read(_ json: JSON, limits: AgentConfig.IntakeLimits) throws(IntakeRefusal) -> [Event] {
        guard let alerts = json["alerts"]?.array else { throw .badBody(wanted: "version 4 with alerts") }
        guard alerts.count <= limits.events else { throw .badBody(wanted: "at most \(limits.events) alerts") }
        var events: [Event] = []
        for alert in alerts {
            guard let status = alert["status"]?.string, status == "firing" || status == "resolved",
                let started = alert["startsAt"]?.string.flatMap({ Clock.read($0) })
            else { throw .badBody(wanted: "alerts with status and startsAt") }
            let isOver = status == "resolved"
            let ended = alert["endsAt"]?.string.flatMap { Clock.read($0) } ?? started
            var labels: [String: String] = [:]
            for (name, value) in alert["labels"]?.object?.members ?? [] { labels[name] = value.string }
            let name = labels["alertname"] ?? "alert"
            let notes = alert["annotations"]
            let words = notes?["summary"]?.string ?? notes?["description"]?.string
            let mark = alert["fingerprint"]?.string ?? SeriesKey.text(name, labels)
            let time = isOver ? ended : started
            // The same alert is sent again and again while it fires; it is one event.
            events.append(
                Event(
                    isOver ? .resolved : .alert, source: "alertmanager",
                    key: "alert:\(mark):\(status):\(Clock.iso(started))", time: time, author: "alertmanager",
                    text: words.map { "\(name): \($0)" } ?? name, labels: labels,
                    link: alert["generatorURL"]?.string))
        }
        return events
    }
}
