import Checkpoint
import Registry

/// The incident agent: watches, decides, speaks, and writes.
///
/// Contract: what it knows is in the store, what it holds in memory is a copy. Each
/// of its four doings (`fetch`, `step`, `deliver`, `write`) may be killed at any
/// point and be begun again: every row they make has a key that lets it in once.
/// They may run on threads of their own, so that a slow model keeps nobody waiting.
public final class Agent: Sendable {
    /// What it was told to do.
    public let config: AgentConfig
    /// What it knows.
    public let store: IncidentStore
    let caller: any HTTPCaller
    let model: ModelClient?
    let book: Locked<SeriesBook>
    let usual = UsualBook()
    let troubles = Locked<[String: String]>([:])

    /// An agent over a store; it takes up where the last one was ended.
    public init(
        config: AgentConfig, store: IncidentStore, caller: (any HTTPCaller)? = nil,
        now: Double = Clock.now
    ) throws(IncidentError) {
        let caller = caller ?? HTTPClient(authorities: config.authorities)
        self.config = config
        self.store = store
        self.caller = caller
        model = config.model.map { ModelClient($0, caller: caller) }
        let settings = config.detection
        let history = max(settings.recent + settings.reference, config.prometheus?.history ?? 0)
        book = Locked(SeriesBook(try store.series(since: now - history - 14_400)))
        try settleDoubts(now: now)
    }

    /// What does not work at the moment, by name: shown on the page and said once.
    public var health: [String: String] { troubles.with { $0 } }

    /// Notes that something works or does not.
    func note(_ name: String, _ trouble: String?) { troubles.with { $0[name] = trouble } }

    /// Puts words into the outbox of a channel; nothing happens where the key was used before.
    func message(
        _ text: String, kind: String, key: String, of incident: IncidentRecord, to target: String,
        now: Double,
        evidence: [JSON] = []
    ) -> OutboxMessage {
        var body: JSONObject = [
            "kind": .string(kind), "incident": .integer(incident.id), "title": .string(incident.title),
            "time": .string(Clock.iso(now)), "text": .string(text), "evidence": .array(evidence),
        ]
        if let page = config.page { body["link"] = .string("\(page)/incidents/\(incident.id)") }
        return OutboxMessage(
            incident: incident.id, key: key, target: target, text: text,
            body: String(decoding: JSON.object(body).serialised(), as: UTF8.self), created: now)
    }

    /// The channel's name in the outbox.
    var channelName: String { config.channel?.name ?? "page" }
}
