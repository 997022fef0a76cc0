import Checkpoint

/// A generated incident as it would look from outside while it happens: a page of metrics, and events as they come.
///
/// Time runs `speed` times as fast as the clock. What the agent and Prometheus see
/// has the clock's own times, so that any of them can be the real one.
public struct LivePlay: Sendable {
    private let play: Play
    private let speed: Double
    private let begun: Double
    private let start: Double

    /// Begins a play now, `warm` seconds of the play before the cause strikes.
    public init(_ scenario: Scenario, speed: Double, warm: Double, now: Double) {
        play = Play(scenario)
        self.speed = speed
        begun = now
        start = max(play.begin, play.strike - warm)
    }

    /// Seconds of the clock that it takes in all.
    public var length: Double { (play.end - start) / speed }

    /// What was planted, an object each, for holding what the agent found against it.
    ///
    /// First the key of the change that caused it, where one did.
    public var truth: [JSON] {
        let culprit = play.culprit.map { JSON.object(["culprit": .string($0)]) }
        return (culprit.map { [$0] } ?? [])
            + play.planted.map { planted in
                .object([
                    "series": .string(planted.key.text), "metric": .string(planted.key.metric),
                    "service": .string(planted.key.service ?? ""),
                    "direction": .string(planted.direction.rawValue), "belongs": .bool(planted.belongs),
                    "onset": .number((planted.onset - start) / speed),
                ])
            }
    }

    /// The services all this happens in, as the agent's configuration has them.
    public static var services: String {
        Town.services.map { service in
            "  \(service.name): {owner: \(service.owner ?? "platform"), needs: [\(service.needs.joined(separator: ", "))]}\n"
        }.joined()
    }

    private func moment(_ now: Double) -> Double { start + (now - begun) * speed }

    /// The metrics at a moment of the clock, as Prometheus text.
    public func metrics(now: Double) -> String {
        let time = moment(now)
        return play.series.map { series in
            let place = min(series.values.count - 1, max(0, series.index(at: time.nextUp) - 1))
            return "\(series.key.text) \(series.values[place])\n"
        }.joined()
    }

    /// The events between two moments of the clock, as bodies for `/intake/events`.
    public func events(after last: Double, through now: Double) -> [[UInt8]] {
        play.events.filter { $0.time > moment(last) && $0.time <= moment(now) }.map { event in
            var body: JSONObject = [
                "id": .string(event.key), "kind": .string(event.kind.rawValue), "text": .string(event.text),
                "author": .string(event.author), "time": .number(begun + (event.time - start) / speed),
            ]
            body["labels"] = .object(
                JSONObject(event.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
            return JSON.object(body).serialised()
        }
    }

    /// A signed call that brings an event to an agent.
    public static func call(_ body: [UInt8], to endpoint: Endpoint, secret: String?, now: Double) -> HTTPCall
    {
        var headers: [(name: String, value: String)] = [("Content-Type", "application/json")]
        if let secret {
            let stamp = "\(Int64(now))"
            let mark = Signature.hmac(Array("\(stamp).".utf8) + body, key: Array(secret.utf8))
            headers += [("X-Hearth-Timestamp", stamp), ("X-Hearth-Signature", "sha256=" + mark)]
        }
        return HTTPCall("POST", endpoint, headers: headers, body: body)
    }
}
