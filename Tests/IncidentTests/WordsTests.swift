import Checkpoint
import Foundation
import Testing

@testable import Incident

@Suite struct GroundingTests {
    private let grounding = Grounding(evidence: [
        "checkout: http_error_ratio is up at 0.042 since 14:07 UTC, usually 0 to 0.003.",
        "v2.31.0 rolled out",
        "It lasted 1,240 s, from 2026-11-20T14:05:09Z.",
    ])

    @Test(arguments: [
        "Errors rose to 0.042 at 14:07.", "Since 14:05 UTC.", "It lasted 1240 s.", "after v2.31.0",
        "On 2026-11-20 it began.",
        "No number at all.", "from 14:05:09",
    ])
    func whatTheEvidenceHasIsGrounded(text: String) { #expect(grounding.missing(in: text) == []) }

    @Test(arguments: [
        ("Errors rose to 4.2 %.", ["4.2"]), ("At 14:08.", ["14:08"]), ("after v2.32.0", ["v2.32.0"]),
        ("for twenty minutes", ["twenty"]), ("p99 is 3", ["p99", "3"]), ("0.0421", ["0.0421"]),
    ])
    func whatItHasNotIsNot(text: String, missing: [String]) {
        #expect(grounding.missing(in: text) == missing)
    }
}

@Suite struct SummaryTests {
    private func facts() -> Facts {
        Facts(
            incident: IncidentRecord(
                id: 3, title: "checkout errors", state: .open, opened: 1_795_183_500, services: ["checkout"]),
            now: 1_795_185_300, entries: [],
            findings: [
                Finding(
                    id: 7, incident: 3, key: "k", onset: 1_795_183_625, detected: 1_795_183_700, score: 2,
                    fate: .said,
                    text: "checkout: http_error_ratio is up at 0.042 since 14:07 UTC, usually 0 to 0.003.",
                    evidence: .null)
            ], states: [], firing: ["HighErrors: too many"])
    }

    private func client(_ answers: [String?]) throws -> ModelClient {
        let replies = answers.map { answer in
            answer.map { text in
                HTTPResult(
                    status: 200,
                    body: JSON.object([
                        "choices": .array([.object(["message": .object(["content": .string(text)])])])
                    ]).serialised())
            }
        }
        let settings = AgentConfig.ModelEndpoint(
            endpoint: try #require(Endpoint("http://127.0.0.1:1/v1/chat/completions")), name: "m")
        return ModelClient(settings, caller: CannedCaller(replies))
    }

    @Test(arguments: AudienceKind.allCases) func everyNumberOfATemplateIsInTheFacts(audience: AudienceKind) {
        let facts = facts()
        let text = SummaryTemplate(facts: facts, audience: audience, next: nil).text
        #expect(Grounding(evidence: facts.texts).missing(in: text) == [])
        #expect(text.contains("checkout"))
    }

    @Test func aGroundedAnswerIsTaken() throws {
        let writer = SummaryWriter(
            model: try client([
                #"{"summary":"Checkout errors are up at 0.042 since 14:07 UTC and people work on it."}"#
            ]))
        #expect(writer.summary(of: facts(), for: .company, next: nil).origin == .model)
    }

    @Test func anInventedNumberIsAskedForAgainOnce() throws {
        let writer = SummaryWriter(
            model: try client([
                #"{"summary":"Checkout errors are up at 17 % since 14:07 UTC."}"#,
                #"{"summary":"Checkout errors are up since 14:07 UTC, at 0.042."}"#,
            ]))
        #expect(writer.summary(of: facts(), for: .company, next: nil).origin == .retry)
    }

    @Test(
        arguments: [
            [#"{"summary":"Checkout errors: 17 %."}"#, #"{"summary":"Checkout errors are at 18 % now."}"#],
            [nil],
            ["no JSON at all"],
            [#"{"summary":"0.042 since 14:07, usually 0 to 0.003, 0.042"}"#, nil],
            [#"{"other":1}"#],
            [
                #"{"summary":"It is probably the database again, checkout errors."}"#,
                #"{"summary":"Perhaps checkout errors come from the disk."}"#,
            ],
            [#"{"summary":"Checkout errors are resolved now, all is well."}"#, nil],
        ] as [[String?]])
    func otherwiseTheTemplateSpeaks(answers: [String?]) throws {
        let facts = facts()
        let written = SummaryWriter(model: try client(answers)).summary(of: facts, for: .company, next: nil)
        #expect(written.origin == .template)
        #expect(written.reason != nil)
        #expect(Grounding(evidence: facts.texts).missing(in: written.text) == [])
    }
}

@Suite struct AfterTests {
    static let document = """
        # Checkout down

        ## Summary
        On Tuesday checkout was down for 40 minutes.

        ## Timeline
        | 14:05 | alert |
        |---|---|
        | 14:07 | rollback |

        ## What went wrong
        We had no alert on the connection pool of payments, users reported it after 25 minutes.

        ## Action items
        - [ ] Add an alert on the pool, owner: team-money, by 2026-12-01
        - [x] Document the rollback
          for payments
        """

    @Test func sectionsAndItemsAreRead() {
        let blocks = PostmortemText(Self.document).blocks
        #expect(blocks.map(\.kind) == [.summary, .timeline, .timeline, .lessons, .actions, .actions])
        #expect(blocks.last?.text == "Document the rollback for payments")
        let actions = PostmortemRecord.actions(in: Self.document)
        #expect(actions.map(\.isDone) == [false, true])
        #expect(actions[0].owner == "team-money")
        #expect(actions[0].due == "2026-12-01")
        #expect(actions[1].owner == nil)
    }

    @Test func gapsAreCountedOnceADocumentWithWhatTheyCost() throws {
        let records = (1...3).map {
            PostmortemRecord(key: "p\($0)", title: "t", day: nil, organisation: "o", text: Self.document)
        }
        let found = Observability(records, services: ["payments", "checkout"])
        let line = try #require(found.lines.first)
        #expect(line.signal == .alert)
        #expect(line.service == "payments")
        #expect(line.count == 3)
        #expect(line.minutes == 75)
        #expect(found.table.contains("alert on"))
        #expect(found.json["instrument"]?.array?.count == found.lines.count)
    }

    @Test func pastIncidentsAreFoundWithWhatIsStillOpen() throws {
        let store = try IncidentStore.inMemory()
        try store.keep([
            PostmortemRecord(
                key: "a", title: "Checkout down", day: "2026-01-02", organisation: "o", text: Self.document),
            PostmortemRecord(
                key: "b", title: "DNS", day: nil, organisation: "o",
                text: "# DNS\n\nResolvers were overloaded."),
        ])
        let similar = try store.similar(to: "checkout \"down\" OR NEAR( pool* payments", limit: 5)
        #expect(similar.first?.key == "a")
        #expect(
            similar.first?.open.map(\.text) == ["Add an alert on the pool, owner: team-money, by 2026-12-01"])
        // Stored again, it is there once.
        try store.keep([
            PostmortemRecord(
                key: "a", title: "Checkout down", day: nil, organisation: "o", text: Self.document)
        ])
        #expect(try store.similar(to: "checkout", limit: 5).count == 1)
    }

    @Test func followUpsThatSayTheSameAreOne() {
        func item(_ text: String, _ rank: Double, _ evidence: String) -> FollowUp {
            FollowUp(kind: .weakPoint, text: text, reason: "r", evidence: [evidence], rank: rank, owner: nil)
        }
        let merged = FollowUp.merged([
            item("add an alert on payments pool", 0.5, "E1"),
            item("we should add an alert on the payments pool", 0.6, "E2"),
            item("the runbook of auth is out of date", 0.4, "E3"),
        ])
        #expect(merged.map(\.evidence) == [["E2", "E1"], ["E3"]])
        #expect(merged[0].rank > 0.6)
    }

    @Test func aLeakBeforeTheIncidentIsATrendAndNoiseIsNot() {
        var dice = Dice(seed: 5)
        let times = Swift.stride(from: 0.0, to: 3 * 86_400, by: 300).map { $0 }
        let disk = Series(
            SeriesKey("node_disk_used_ratio", ["service": "postgres"]), times: times,
            values: times.map { 0.5 + 0.05 * $0 / 86_400 + 0.002 * dice.bell() })
        let trend = Trend(disk, before: 3 * 86_400)
        #expect(trend.map { abs($0.perDay - 0.05) < 0.005 } == true)
        #expect(trend?.daysLeft.map { $0 > 5 && $0 < 9 } == true)
        let calm = Series(disk.key, times: times, values: times.map { _ in 0.5 + 0.002 * dice.bell() })
        #expect(Trend(calm, before: 3 * 86_400) == nil)
    }
}
