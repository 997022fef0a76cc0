import Checkpoint

/// The agent's pages and webhooks behind one door, whatever server holds it open.
///
/// Contract: webhooks below `/intake/` check their own secrets. Pages want the page
/// key where one is configured, and every form carries a mark only this process
/// can make, so that another site's page cannot press a button here.
public struct Room: Sendable {
    let agent: Agent
    let intake: Intake
    private let seal: [UInt8]

    /// A room around an agent; `seal` is random and new for each process.
    public init(agent: Agent, seal: [UInt8]) {
        self.agent = agent
        self.seal = seal
        intake = Intake(config: agent.config, store: agent.store)
    }

    /// Answers one request.
    public func answer(_ request: WebRequest, now: Double = Clock.now) -> WebReply {
        if request.path.hasPrefix("/intake/") { return intake.answer(request, now: now) }
        if request.path == "/health" {
            return .json(
                200,
                [
                    "status": .string("ok"),
                    "troubles": .object(
                        JSONObject(
                            agent.health.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
                ])
        }
        if request.path == "/style.css" {
            return WebReply(200, type: "text/css; charset=utf-8", RoomStyle.css)
        }
        do throws(IncidentError) {
            if let refusal = enter(request) { return refusal }
            switch request.method {
            case "GET": return try get(request, now: now)
            case "POST": return try post(request, now: now)
            default: return Self.page(405, "Only GET and POST", "<main><p>Only GET and POST.</p></main>")
            }
        } catch {
            if case .noIncident = error { return Self.missing }
            return Self.page(503, "Not now", "<main><p>The store cannot be read at the moment.</p></main>")
        }
    }

    // MARK: The door

    private func enter(_ request: WebRequest) -> WebReply? {
        guard let key = agent.config.pageKey else { return nil }
        let mark = Signature.hmac(Array("page".utf8), key: Array(key.utf8))
        let cookies = (request.headers["cookie"] ?? "").split(separator: ";").map { Words.trimmed($0) }
        if cookies.contains(where: { Signature.same($0, "hearth-page=\(mark)") }) { return nil }
        if request.method == "POST", request.path == "/enter",
            Signature.same(MattermostEvents.form(request.body)["key"] ?? "", key)
        {
            return WebReply(
                303, type: "text/plain", "",
                headers: [
                    ("Location", "/"),
                    ("Set-Cookie", "hearth-page=\(mark); HttpOnly; SameSite=Strict; Path=/"),
                ])
        }
        return Self.page(
            401, "Key",
            "<main><form method=\"post\" action=\"/enter\"><label>Page key <input type=\"password\" name=\"key\"></label> <button>Enter</button></form></main>"
        )
    }

    private func token(_ action: String) -> String { Signature.hmac(Array(action.utf8), key: seal) }

    // MARK: Pages

    private func get(_ request: WebRequest, now: Double) throws(IncidentError) -> WebReply {
        let parts = request.path.split(separator: "/").map(String.init)
        if parts.isEmpty { return try list() }
        guard parts.count >= 2, parts[0] == "incidents", let id = Int64(parts[1]) else { return Self.missing }
        let incident = try agent.store.incident(id)
        if parts.count == 2 {
            let page = RoomPage(
                incident: incident, facts: try agent.facts(of: incident, now: now),
                entries: try agent.store.timeline(of: id), findings: try agent.store.findings(of: id),
                drafts: try agent.store.drafts(of: id), followUps: try agent.followUps(of: incident),
                health: agent.health, token: token)
            return WebReply(200, type: "text/html; charset=utf-8", page.html, headers: Self.guards)
        }
        guard parts.count == 3 else { return Self.missing }
        switch parts[2] {
        case "postmortem.md":
            return WebReply(
                200, type: "text/markdown; charset=utf-8", try draft(of: incident, now: now).markdown)
        case "postmortem.html":
            return WebReply(
                200, type: "text/html; charset=utf-8", try draft(of: incident, now: now).html,
                headers: Self.guards)
        default: return Self.missing
        }
    }

    /// The draft as it stands, with what people made of its sections.
    private func draft(of incident: IncidentRecord, now: Double) throws(IncidentError) -> PostmortemDraft {
        var draft = PostmortemWriter(
            model: nil, facts: try agent.facts(of: incident, now: now),
            entries: try agent.store.timeline(of: incident.id),
            findings: try agent.store.findings(of: incident.id), services: agent.config.services,
            followUps: try agent.followUps(of: incident)
        ).draft()
        let kept = try agent.store.drafts(of: incident.id)
        for place in draft.sections.indices {
            guard let last = kept.last(where: { $0.kind == "postmortem:\(draft.sections[place].name)" }),
                last.verdict == .edited, let text = last.edited
            else { continue }
            draft.sections[place].isList = false
            draft.sections[place].statements = text.split(whereSeparator: \.isNewline).map {
                PostmortemDraft.Statement(String($0), [])
            }
        }
        return draft
    }

    private func list() throws(IncidentError) -> WebReply {
        let rows = try agent.store.incidents().prefix(200).map { incident in
            "<tr><td><a href=\"/incidents/\(incident.id)\">\(incident.id)</a></td><td>\(HTML.escaped(incident.title))</td><td>\(incident.state.rawValue)</td><td class=\"n\">\(Clock.iso(incident.opened))</td></tr>"
        }.joined()
        let table =
            rows.isEmpty
            ? "<p class=\"soft\">No incident yet. An alert opens one, and so does a message that begins with /incident.</p>"
            : "<table><thead><tr><th></th><th>what</th><th>state</th><th>opened</th></tr></thead><tbody>\(rows)</tbody></table>"
        return Self.page(
            200, "Incidents",
            "<header><h1>Incidents</h1>\(RoomPage.notices(agent.health))</header><main>\(table)</main>")
    }

    // MARK: Forms

    private func post(_ request: WebRequest, now: Double) throws(IncidentError) -> WebReply {
        let fields = MattermostEvents.form(request.body)
        guard Signature.same(fields["token"] ?? "", token(request.path)) else {
            return Self.page(
                403, "Not from here", "<main><p>Load the page again, and press the button there.</p></main>")
        }
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count >= 2, let id = Int64(parts[1]) else { return Self.missing }
        switch (parts[0], parts.count > 2 ? parts[2] : "") {
        case ("drafts", ""):
            guard let draft = try agent.store.draft(id),
                let verdict = fields["verdict"].flatMap({ Draft.Verdict(rawValue: $0) }), verdict != .open
            else { return Self.missing }
            let text = (fields["text"] ?? "").replacing("\r\n", with: "\n")
            // Accepting what was changed is an edit, whichever button was pressed.
            let isChanged = text != draft.text && !text.isEmpty
            let kept: Draft.Verdict = verdict == .rejected ? .rejected : isChanged ? .edited : .accepted
            try agent.store.decide(draft: id, kept, text: isChanged ? text : nil, at: now)
            return Self.back(to: draft.incident)
        case ("incidents", "close"):
            try agent.close(id, at: now)
            return Self.back(to: id)
        case ("incidents", "postmortem"):
            try agent.draftPostmortem(of: try agent.store.incident(id), now: now)
            return Self.back(to: id)
        default: return Self.missing
        }
    }

    private static func back(to incident: Int64) -> WebReply {
        WebReply(303, type: "text/plain", "", headers: [("Location", "/incidents/\(incident)")])
    }

    private static let guards: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ), ("Referrer-Policy", "same-origin"), ("Cache-Control", "no-store"),
    ]

    private static var missing: WebReply {
        page(404, "Not here", "<main><p>There is no such page.</p></main>")
    }

    private static func page(_ status: Int, _ title: String, _ body: String) -> WebReply {
        WebReply(status, type: "text/html; charset=utf-8", RoomPage.document(title, body), headers: guards)
    }
}
