import Checkpoint
import Foundation
import Testing

@testable import Incident

@Suite struct IntakeTests {
    private static let now = 1_795_183_625.0

    private func intake(_ change: (inout AgentConfig) -> Void = { _ in }) throws -> (Intake, IncidentStore) {
        var config = AgentConfig()
        config.intake.own = "secret"
        config.intake.slack = "slack-secret"
        config.intake.mattermost = "mm-token"
        config.intake.alertmanager = "am-token"
        change(&config)
        let store = try IncidentStore.inMemory()
        return (Intake(config: config, store: store), store)
    }

    private func signed(_ body: String, secret: String = "secret", stamp: Int64 = Int64(now)) -> WebRequest {
        let mark = Signature.hmac(Array("\(stamp).\(body)".utf8), key: Array(secret.utf8))
        return WebRequest(
            "POST", "/intake/events",
            headers: ["x-hearth-timestamp": "\(stamp)", "x-hearth-signature": "sha256=" + mark],
            body: Array(body.utf8))
    }

    @Test func hmacIsThatOfRFC4231() {
        #expect(
            Signature.hmac(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            Signature.hmac(
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                key: [UInt8](repeating: 0xAA, count: 131))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func aSignedEventIsKeptOnceHoweverOftenItIsTold() throws {
        let (intake, store) = try intake()
        let request = signed(#"{"id":"m1","kind":"message","text":"checkout is slow","author":"ada"}"#)
        #expect(intake.answer(request, now: Self.now).status == 200)
        #expect(intake.answer(request, now: Self.now).status == 200)
        let kept = try store.events(after: 0)
        #expect(kept.count == 1)
        #expect(kept[0].event.text == "checkout is slow")
        #expect(kept[0].seen == Self.now)
    }

    @Test func aWrongSignatureOrAnOldOneIsRefused() throws {
        let (intake, store) = try intake()
        #expect(intake.answer(signed(#"{"text":"x"}"#, secret: "other"), now: Self.now).status == 401)
        #expect(
            intake.answer(signed(#"{"text":"x"}"#, stamp: Int64(Self.now) - 301), now: Self.now).status == 401
        )
        #expect(
            intake.answer(
                WebRequest("POST", "/intake/events", body: Array(#"{"text":"x"}"#.utf8)), now: Self.now
            ).status == 401)
        #expect(try store.events(after: 0).isEmpty)
    }

    @Test func aWebhookWithoutASecretIsClosed() throws {
        let (intake, _) = try intake { $0.intake.slack = nil }
        #expect(
            intake.answer(WebRequest("POST", "/intake/slack", body: Array("{}".utf8)), now: Self.now).status
                == 403)
    }

    @Test func slackMessagesAndItsChallengeAreTaken() throws {
        let (intake, store) = try intake()
        func slack(_ body: String) -> WebReply {
            let stamp = Int64(Self.now)
            let mark = Signature.hmac(Array("v0:\(stamp):\(body)".utf8), key: Array("slack-secret".utf8))
            return intake.answer(
                WebRequest(
                    "POST", "/intake/slack",
                    headers: ["x-slack-request-timestamp": "\(stamp)", "x-slack-signature": "v0=" + mark],
                    body: Array(body.utf8)), now: Self.now)
        }
        #expect(
            String(decoding: slack(#"{"type":"url_verification","challenge":"abc"}"#).body, as: UTF8.self)
                == "abc")
        let message =
            #"{"type":"event_callback","event_id":"Ev1","event":{"type":"message","channel":"C1","user":"U1","ts":"1795183600.000200","text":"errors &lt;here&gt; <http://p/g?x=1|graph>"}}"#
        #expect(slack(message).status == 200)
        let kept = try store.events(after: 0)
        #expect(kept.map(\.event.text) == ["errors <here> graph (http://p/g?x=1)"])
        #expect(kept.first?.event.time == 1_795_183_600.0002)
        // What the agent posted itself comes back as a bot's message, and is no news.
        try store.post(
            OutboxMessage(
                incident: nil, key: "k", target: "channel", text: "auth: errors are up at 0.2.", body: "{}",
                created: Self.now))
        func bot(_ text: String) -> String {
            #"{"type":"event_callback","event_id":"\#(text)","event":{"type":"message","bot_id":"B1","channel":"C1","ts":"1795183601.1","text":"\#(text)"}}"#
        }
        #expect(slack(bot("Incident 1, x auth: errors are up at 0.2. see the page")).status == 200)
        #expect(slack(bot("another bot")).status == 200)
        let others = try store.events(after: 0).filter { $0.event.kind == .message }
        #expect(others.map(\.event.text) == ["errors <here> graph (http://p/g?x=1)", "another bot"])
    }

    @Test func commandsThatNeverBecomeMessagesAreTaken() throws {
        let (intake, store) = try intake {
            $0.intake.slack = nil; $0.intake.open = true
        }
        let form =
            "command=%2Fincident&text=shop+is+down&trigger_id=13.4&channel_id=C1&channel_name=ops&user_name=ada"
        func post(_ hook: String, _ body: String) -> WebReply {
            intake.answer(
                WebRequest(
                    "POST", "/intake/\(hook)", headers: ["content-type": "application/x-www-form-urlencoded"],
                    body: Array(body.utf8)), now: Self.now)
        }
        #expect(String(decoding: post("slack", form).body, as: UTF8.self) == "Noted.")
        #expect(post("slack", form).status == 200)
        #expect(post("mattermost", form).status == 401)
        #expect(post("mattermost", form + "&token=mm-token").status == 200)
        #expect(post("slack", "command=incident").status == 400)
        let kept = try store.events(after: 0).map(\.event)
        #expect(kept.map(\.text) == ["/incident shop is down", "/incident shop is down"])
        #expect(kept.map { $0.labels["channel"] } == ["C1", "ops"])
    }

    @Test func mattermostFormsAreTaken() throws {
        let (intake, store) = try intake()
        let body =
            "token=mm-token&post_id=p1&timestamp=1795183600123&user_name=grace&text=payments+is+down%21&channel_name=ops"
        let request = WebRequest(
            "POST", "/intake/mattermost", headers: ["content-type": "application/x-www-form-urlencoded"],
            body: Array(body.utf8))
        #expect(intake.answer(request, now: Self.now).status == 200)
        #expect(try store.events(after: 0).map(\.event.text) == ["payments is down!"])
        let other = WebRequest(
            "POST", "/intake/mattermost", headers: ["content-type": "application/json"],
            body: Array(#"{"token":"wrong","post_id":"p2","timestamp":1,"text":"x"}"#.utf8))
        #expect(intake.answer(other, now: Self.now).status == 401)
    }

    @Test func anAlertIsOneEventWhileItFiresAndOneWhenItEnds() throws {
        let (intake, store) = try intake()
        func post(_ status: String) -> Int {
            let body =
                #"{"version":"4","alerts":[{"status":"\#(status)","labels":{"alertname":"HighErrors","service":"checkout"},"annotations":{"summary":"too many errors"},"startsAt":"2026-11-20T14:00:00Z","endsAt":"2026-11-20T14:30:00Z","fingerprint":"f1","generatorURL":"http://p/graph"}]}"#
            return intake.answer(
                WebRequest(
                    "POST", "/intake/alertmanager", headers: ["authorization": "Bearer am-token"],
                    body: Array(body.utf8)),
                now: Self.now
            ).status
        }
        let answers = ["firing", "firing", "resolved", "resolved"].map(post)
        #expect(answers == [200, 200, 200, 200])
        #expect(try store.events(after: 0).map(\.event.kind) == [.alert, .resolved])
    }

    @Test func tooMuchAndTooManyAreRefused() throws {
        let (intake, _) = try intake {
            $0.limits.bytes = 1024
            $0.limits.burst = 2
            $0.limits.rate = 1
        }
        #expect(intake.answer(signed(String(repeating: "x", count: 1025)), now: Self.now).status == 413)
        #expect(intake.answer(signed(#"{"text":"a"}"#), now: Self.now).status == 200)
        #expect(intake.answer(signed(#"{"text":"b"}"#), now: Self.now).status == 200)
        let third = intake.answer(signed(#"{"text":"c"}"#), now: Self.now)
        #expect(third.status == 429)
        #expect(third.headers.contains { $0.name == "Retry-After" && $0.value == "1" })
        #expect(intake.answer(signed(#"{"text":"c"}"#), now: Self.now + 1).status == 200)
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"text":1}"#, #"{"text":"x","kind":"agent"}"#, #"{"text":"x","time":"never"}"#,
        #"{"text":"a","text":"b"}"#,
    ])
    func whatIsNoEventIsRefused(body: String) throws {
        let (intake, store) = try intake()
        #expect(intake.answer(signed(body), now: Self.now).status == 400)
        #expect(try store.events(after: 0).isEmpty)
    }
}
