import Checkpoint
import Registry

/// Takes webhooks in: checks who sends, reads what is sent, keeps it, and only then says yes.
public final class Intake: Sendable {
    private let config: AgentConfig
    private let store: IncidentStore
    private let buckets = Locked<[String: TokenBucket]>([:])

    /// An intake into a store.
    public init(config: AgentConfig, store: IncidentStore) {
        self.config = config
        self.store = store
    }

    /// Answers one request below `/intake/`.
    public func answer(_ request: WebRequest, now: Double = Clock.now) -> WebReply {
        do throws(IntakeRefusal) {
            let (events, challenge) = try read(request, now: now)
            let kept: Int
            do throws(IncidentError) {
                var others: [Event] = []
                for event in events {
                    // What the agent posted comes back from the channel as a bot's words.
                    if event.labels["bot"] != nil, try store.saidItself(event.text, since: now - 3600) {
                        continue
                    }
                    others.append(event)
                }
                kept = try store.keep(others, seen: now)
            } catch {
                throw .notKept
            }
            if let challenge { return WebReply(200, type: "text/plain", challenge) }
            return .json(
                200, ["accepted": .integer(Int64(events.count)), "new": .integer(Int64(kept))])
        } catch {
            return error.reply
        }
    }

    private func read(
        _ request: WebRequest, now: Double
    ) throws(IntakeRefusal) -> (events: [Event], challenge: String?) {
        guard request.path.hasPrefix("/intake/") else { throw .unknownPath }
        let hook = String(request.path.dropFirst("/intake/".count))
        guard ["events", "slack", "mattermost", "alertmanager"].contains(hook) else { throw .unknownPath }
        guard request.method == "POST" else { throw .method }
        guard request.body.count <= config.limits.bytes else { throw .tooLarge(limit: config.limits.bytes) }
        let wait = buckets.with { buckets in
            buckets[
                hook, default: TokenBucket(rate: config.limits.rate, burst: config.limits.burst, now: now)
            ].take(now: now)
        }
        if let wait { throw .tooMany(retry: max(1, Int(wait.rounded(.up)))) }
        switch hook {
        case "events":
            try checkOwn(request, now: now)
            return (
                try OwnEvents.read(try json(request), source: "webhook", now: now, limits: config.limits), nil
            )
        case "slack":
            try checkSlack(request, now: now)
            if request.isForm {
                let event = try ChatCommand.read(
                    MattermostEvents.form(request.body), source: "slack", now: now)
                return ([event], ChatCommand.answer)
            }
            return try SlackEvents.read(try json(request))
        case "mattermost":
            if request.isForm, MattermostEvents.form(request.body)["command"] != nil {
                let fields = MattermostEvents.form(request.body)
                try MattermostEvents.check(
                    fields, token: config.intake.mattermost, open: config.intake.open)
                return (
                    [try ChatCommand.read(fields, source: "mattermost", now: now)], ChatCommand.answer
                )
            }
            return (
                [
                    try MattermostEvents.read(
                        request, token: config.intake.mattermost, open: config.intake.open)
                ], nil
            )
        default:
            try checkBearer(request)
            return (try AlertmanagerEvents.read(try json(request), limits: config.limits), nil)
        }
    }

    private func json(_ request: WebRequest) throws(IntakeRefusal) -> JSON {
        do throws(JSONError) {
            return try JSON.parse(request.body, limits: JSONLimits(depth: 32, bytes: config.limits.bytes))
        } catch {
            throw .badBody(wanted: "JSON")
        }
    }

    // MARK: Signatures

    private func checkOwn(_ request: WebRequest, now: Double) throws(IntakeRefusal) {
        try checkSigned(
            request, secret: config.intake.own, time: "x-hearth-timestamp", signature: "x-hearth-signature",
            prefix: "sha256=", now: now
        ) { "\($0)." }
    }

    private func checkSlack(_ request: WebRequest, now: Double) throws(IntakeRefusal) {
        try checkSigned(
            request, secret: config.intake.slack, time: "x-slack-request-timestamp",
            signature: "x-slack-signature", prefix: "v0=", now: now
        ) { "v0:\($0):" }
    }

    private func checkSigned(
        _ request: WebRequest, secret: String?, time: String, signature: String, prefix: String, now: Double,
        _ start: (String) -> String
    ) throws(IntakeRefusal) {
        guard let secret else {
            if config.intake.open { return }
            throw .closed
        }
        guard let stamp = request.headers[time], let given = request.headers[signature],
            let moment = Int64(stamp)
        else { throw .signature }
        let wanted = prefix + Signature.hmac(Array(start(stamp).utf8) + request.body, key: Array(secret.utf8))
        guard Signature.same(given, wanted) else { throw .signature }
        guard abs(Double(moment) - now) <= 300 else { throw .stale }
    }

    private func checkBearer(_ request: WebRequest) throws(IntakeRefusal) {
        guard let token = config.intake.alertmanager else {
            if config.intake.open { return }
            throw .closed
        }
        guard Signature.same(request.headers["authorization"] ?? "", "Bearer " + token) else {
            throw .signature
        }
    }
}
