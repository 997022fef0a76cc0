import Checkpoint
import Foundation
import Testing

@testable import Incident

@Suite struct AgentTests {
    private let begin = 1_795_100_000.0

    private func config() throws -> AgentConfig {
        try AgentConfig(
            Array(
                """
                channel: {url: http://127.0.0.1:9/hook}
                services:
                  checkout: {owner: team-shop, needs: [payments]}
                  payments: {owner: team-money}
                detection: {gap: 0}

                """.utf8), path: "incident.yaml")
    }

    /// Two series, one of which moves with the incident, and an alert that opens it.
    private func fill(_ agent: Agent) throws {
        var dice = Dice(seed: 1)
        var samples: [Sample] = []
        for minute in 0..<480 {
            let time = begin + Double(minute) * 60
            for (service, metric) in [
                ("checkout", "http_error_ratio"), ("payments", "db_connection_pool_in_use"),
            ] {
                let shift = service == "payments" && minute >= 440 ? 40.0 : 0
                samples.append(
                    Sample(
                        key: SeriesKey(metric, ["service": service]), kind: .gauge, time: time,
                        value: 20 + dice.bell() + shift))
            }
        }
        try agent.take(samples, at: begin)
        try agent.store.keep(
            [
                Event(
                    .alert, source: "alertmanager", key: "a1", time: begin + 445 * 60,
                    text: "HighErrorRatio: checkout",
                    labels: ["alertname": "HighErrorRatio", "service": "checkout"])
            ], seen: begin + 445 * 60)
    }

    @Test func anUnmentionedChangeIsSaidOnceWhateverHappensInBetween() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/incident-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let now = begin + 450 * 60
        for life in 0..<4 {
            // A new agent over the same file, as after a kill.
            let store = try IncidentStore(path: folder + "/store.sqlite")
            let agent = try Agent(config: try config(), store: store, caller: CannedCaller([]), now: now)
            if life == 0 { try fill(agent) }
            try agent.step(now: now + Double(life))
            let said = try store.messages(.waiting).filter { $0.key.hasPrefix("news:") }
            #expect(said.count == 1)
            #expect(said.first?.text.contains("db_connection_pool_in_use") == true)
            #expect(said.first?.text.contains("payments") == true)
        }
    }

    @Test func whatTheChannelSaidFirstIsNotSaid() throws {
        let store = try IncidentStore.inMemory()
        let agent = try Agent(config: try config(), store: store, caller: CannedCaller([]), now: begin)
        try fill(agent)
        try store.keep(
            [
                Event(
                    .message, source: "slack", key: "m", time: begin + 446 * 60,
                    text: "payments is running out of connections")
            ],
            seen: begin + 446 * 60)
        try agent.step(now: begin + 450 * 60)
        #expect(try store.messages(.waiting).filter { $0.key.hasPrefix("news:") }.isEmpty)
        let incident = try #require(try store.incidents().first)
        #expect(try store.findings(of: incident.id).map(\.fate) == [.known])
    }

    @Test func aMessageThatDidNotArriveIsSentAgainWithItsKey() throws {
        let store = try IncidentStore.inMemory()
        let caller = CannedCaller([nil, HTTPResult(status: 500, body: []), HTTPResult(status: 200, body: [])])
        let agent = try Agent(config: try config(), store: store, caller: caller, now: begin)
        let incident = try store.open(title: "t", services: [], at: begin)
        try store.post(
            agent.message("hello", kind: "news", key: "news:1", of: incident, to: "channel", now: begin))
        try store.post(
            agent.message("again", kind: "news", key: "news:1", of: incident, to: "channel", now: begin))
        for time in [0.0, 1, 10, 100, 1000] { try agent.deliver(now: begin + time) }
        #expect(caller.calls.count == 3)
        let keys = caller.calls.map { call in call.headers.first { $0.name == "Idempotency-Key" }?.value }
        #expect(Set(keys).count == 1)
        #expect(try store.messages(.sent).map(\.attempts) == [3])
        #expect(agent.health["channel channel"] == nil)
    }

    @Test(arguments: [AgentConfig.Channel.Doubt.resend, .drop])
    func inDoubtTheChannelsRuleHolds(doubt: AgentConfig.Channel.Doubt) throws {
        let store = try IncidentStore.inMemory()
        var config = try config()
        config.channel?.doubt = doubt
        let first = try Agent(config: config, store: store, caller: CannedCaller([]), now: begin)
        let incident = try store.open(title: "t", services: [], at: begin)
        try store.post(
            first.message("hello", kind: "news", key: "news:1", of: incident, to: "channel", now: begin))
        let id = try #require(try store.messages(.waiting).first?.id)
        try store.mark(id, .sending, attempts: 1, due: begin)
        _ = try Agent(config: config, store: store, caller: CannedCaller([]), now: begin)
        #expect(try store.messages(.waiting).count == (doubt == .resend ? 1 : 0))
        #expect(try store.messages(.failed).count == (doubt == .drop ? 1 : 0))
    }

    @Test func withoutAModelSummariesGoOnAndSayNothingUngrounded() throws {
        let store = try IncidentStore.inMemory()
        var config = try config()
        config.audiences = AudienceKind.allCases.map { .init(kind: $0, channel: nil, every: 900) }
        config.model = .init(
            endpoint: try #require(Endpoint("http://127.0.0.1:9/v1/chat/completions")), name: "m")
        let agent = try Agent(config: config, store: store, caller: CannedCaller([]), now: begin)
        try fill(agent)
        try agent.step(now: begin + 450 * 60)
        for minute in [450.0, 451, 460, 466] { try agent.write(now: begin + minute * 60) }
        let drafts = try store.drafts()
        #expect(drafts.count == 6)
        #expect(Set(drafts.map(\.origin)) == ["template"])
        #expect(agent.health["model"]?.contains("does not answer") == true)
        #expect(drafts.contains { $0.text.contains("Written from a template") })
    }

    @Test func aPostmortemIsDraftedWithCitationsAndWhatIsNotKnown() throws {
        let store = try IncidentStore.inMemory()
        let agent = try Agent(config: try config(), store: store, caller: CannedCaller([]), now: begin)
        try fill(agent)
        try store.keep(
            [
                Event(
                    .message, source: "slack", key: "m1", time: begin + 447 * 60, author: "ada",
                    text: "action: add an alert on the pool of payments by 2026-12-01"),
                Event(
                    .message, source: "slack", key: "m2", time: begin + 448 * 60, author: "ken",
                    text: "<script>alert(1)</script> nobody else knows how this works"),
            ], seen: begin + 448 * 60)
        try agent.step(now: begin + 450 * 60)
        let incident = try #require(try store.incidents().first)
        let draft = try agent.draftPostmortem(of: incident, now: begin + 460 * 60)
        #expect(
            draft.sections.map(\.name) == [
                "summary", "impact", "timeline", "causes", "actions", "lessons", "future",
            ])
        #expect(draft.markdown.contains("Owner: team-money. Due: 2026-12-01."))
        #expect(draft.markdown.contains("not known"))
        #expect(
            draft.sections.flatMap(\.statements).allSatisfy {
                !$0.citations.isEmpty || $0.text.contains("not known")
            })
        #expect(draft.html.contains("<svg"))
        #expect(!draft.html.contains("<script>"))
        #expect(draft.sections.last?.text.contains("nobody else knows") == true)
    }
}

@Suite struct RoomTests {
    private func room() throws -> (Room, IncidentStore, Draft) {
        let store = try IncidentStore.inMemory()
        let agent = try Agent(config: AgentConfig(), store: store, caller: CannedCaller([]), now: 1000)
        let incident = try store.open(title: "<b>checkout</b>", services: ["checkout"], at: 1000)
        try store.keep(
            draft: "d", kind: "summary:company", of: incident.id, origin: "template", prompt: "Facts: …",
            text: "It is slow.",
            at: 1000)
        return (Room(agent: agent, seal: [1, 2, 3]), store, try #require(try store.drafts().first))
    }

    private func text(_ reply: WebReply) -> String { String(decoding: reply.body, as: UTF8.self) }

    @Test func pagesShowWhatWasSaidAsText() throws {
        let (room, _, _) = try room()
        let page = room.answer(WebRequest("GET", "/incidents/1"), now: 2000)
        #expect(page.status == 200)
        #expect(text(page).contains("&lt;b&gt;checkout&lt;/b&gt;"))
        #expect(!text(page).contains("<b>checkout</b>"))
        #expect(text(room.answer(WebRequest("GET", "/"), now: 2000)).contains("/incidents/1"))
        #expect(room.answer(WebRequest("GET", "/incidents/9"), now: 2000).status == 404)
        #expect(room.answer(WebRequest("DELETE", "/"), now: 2000).status == 405)
    }

    @Test func anEditFromThePageBecomesTrainingData() throws {
        let (room, store, draft) = try room()
        let page = text(room.answer(WebRequest("GET", "/incidents/1"), now: 2000))
        let form = try #require(page.firstRange(of: "action=\"/drafts/\(draft.id)\""))
        let mark = try #require(page[form.upperBound...].firstRange(of: "value=\""))
        let token = page[mark.upperBound...].prefix { $0 != "\"" }
        func press(_ token: String) -> Int {
            room.answer(
                WebRequest(
                    "POST", "/drafts/\(draft.id)",
                    body: Array("token=\(token)&verdict=accepted&text=It+is+down.".utf8)),
                now: 2000
            ).status
        }
        #expect(press("0") == 403)
        #expect(try store.draft(draft.id)?.verdict == .open)
        #expect(press(String(token)) == 303)
        #expect(try store.draft(draft.id)?.verdict == .edited)
        let lines = TrainingLines.lines(try store.drafts())
        #expect(lines.count == 1)
        #expect(lines[0]["messages"]?.array?.last?["content"]?.string == #"{"summary":"It is down."}"#)
        #expect(lines[0]["rejected"]?.string == "It is slow.")
    }

    @Test func aPageKeyKeepsStrangersOut() throws {
        var config = AgentConfig()
        config.pageKey = "open sesame"
        let agent = try Agent(config: config, store: try .inMemory(), caller: CannedCaller([]), now: 0)
        let room = Room(agent: agent, seal: [1])
        #expect(room.answer(WebRequest("GET", "/")).status == 401)
        let entered = room.answer(WebRequest("POST", "/enter", body: Array("key=open+sesame".utf8)))
        let cookie = try #require(
            entered.headers.first { $0.name == "Set-Cookie" }?.value.prefix { $0 != ";" })
        #expect(room.answer(WebRequest("GET", "/", headers: ["cookie": String(cookie)])).status == 200)
        #expect(room.answer(WebRequest("POST", "/enter", body: Array("key=wrong".utf8))).status == 401)
    }
}

@Suite struct ReplayTests {
    private let lines = #"{"name":"a","seed":1009,"cause":"pool","herrings":4}"#

    @Test func aPlayIsTheSameEveryTime() throws {
        let scenario = try #require(try Scenario.lines(Array(lines.utf8), path: "x").first)
        let a = Play(scenario), b = Play(scenario)
        #expect(a.events == b.events)
        #expect(a.series.map(\.values) == b.series.map(\.values))
        #expect(a.planted.contains { $0.belongs })
    }

    @Test func aReplayFindsWhatWasPlantedAndRepeatsNothing() throws {
        let scenario = try #require(try Scenario.lines(Array(lines.utf8), path: "x").first)
        let result = try ReplayRun().result(of: scenario, caller: CannedCaller([]))
        #expect(result.found * 2 >= result.planted)
        #expect(result.repeated == 0)
        #expect(result.ungrounded == 0)
        #expect(result.summaries > 3)
    }

    @Test func aBadLineIsNamed() {
        #expect(throws: IncidentError.self) { try Scenario.lines(Array(#"{"name":"a"}"#.utf8), path: "x") }
    }
}

@Suite struct ConfigTests {
    @Test func aWholeConfigurationIsRead() throws {
        let config = try AgentConfig(
            Array(
                """
                listen: 127.0.0.1:9100
                page: http://room:9100
                model: {url: http://127.0.0.1:8080/v1/chat/completions, name: incident, timeout: 20}
                prometheus: {url: http://127.0.0.1:9090, queries: [up, 'rate(x_total[1m])'], step: 5, history: 600}
                scrape: [{url: http://127.0.0.1:9101/metrics, every: 5, labels: {service: edge}}]
                intake: {open: true}
                channel: {url: http://127.0.0.1:9200/in, format: slack, doubt: drop}
                audiences:
                  responders: {every: 600}
                  executives: {every: 3600, url: http://127.0.0.1:9200/exec}
                services: {edge: {owner: platform, needs: [checkout]}}
                detection: {threshold: 1.5, most: 2, per: 600}

                """.utf8), path: "c.yaml")
        #expect(config.listen.port == 9100)
        #expect(config.prometheus?.queries.count == 2)
        #expect(config.channels.map(\.name) == ["channel", "executives"])
        #expect(config.detection.threshold == 1.5)
        #expect(config.services.first?.needs == ["checkout"])
    }

    @Test(arguments: [
        "channel: {url: ftp://hooks.example.com/x}", "ca_file: not-there.pem", "nonsense: 1", "listen: here",
        "detection: {threshold: much}",
        "audiences: {friends: {every: 3}}", "prometheus: {url: http://p:9090}", "- a",
    ])
    func whatIsWrongIsRefused(text: String) {
        #expect(throws: IncidentError.self) { try AgentConfig(Array(text.utf8), path: "c.yaml") }
    }

    @Test(arguments: ["ftp://x", "http://", "http://a b/", "http://u@h/", "http://h:99999/", "https://u@h/"])
    func whatIsNoAddressIsNone(text: String) { #expect(Endpoint(text) == nil) }
}
