import Testing

@testable import Incident

/// What is read of reports written by others.
@Suite struct ReadingTests {
    @Test(
        arguments: [
            ("add an alert by 2026-12-01", "2026-12-01"), ("done by Dec 1, 2026", "Dec 1 2026"),
            ("fix it before the end of January", "end of January"), ("due: 1st of March", "1st of March"),
            ("Alarm anlegen bis 1. Dezember 2026", "1. Dezember 2026"), ("bis Ende März", "Ende März"),
            ("until next sprint", "next sprint"), ("by Q1 2027", "Q1 2027"), ("by 12/1", "12/1"),
            ("fällig am 01.12.2026", "01.12.2026"), ("caused by a disk", nil), ("by hand", nil),
            ("before 3 of us", nil),
        ] as [(String, String?)])
    func daysAreFoundAsTheyAreSaid(text: String, due: String?) { #expect(DueDate.find(in: text) == due) }

    @Test(
        arguments: [
            ("owner: Ada Lovelace, by Friday", "Ada Lovelace"), ("Fix it (assigned to team-x)", "team-x"),
            ("@grace adds an alert", "grace"), ("zuständig: Team Netz", "Team Netz"),
            ("mail ada@example.org", nil),
            ("Add a test. Owner: platform. Due: soon", "platform"),
        ] as [(String, String?)])
    func ownersAreFoundAsTheyAreSaid(text: String, owner: String?) {
        #expect(ActionItem(text).owner == owner)
    }

    @Test func otherTemplatesAreReadToo() {
        let document = """
            Störung im Warenkorb
            ====================

            Zusammenfassung
            ---------------
            Der Warenkorb war weg.

            h2. Impact
            Nobody could pay.

            - **Root cause**:
              - a full disk
            - **Duration**: three hours

            == Action Items ==
            | Action | Owner | Due | Status |
            |---|---|---|---|
            | Add an alert | Ada | 2026-12-01 | done |
            | Bigger disk | – | KW 49 | open |
            """
        let blocks = PostmortemText(document).blocks
        #expect(blocks.map(\.kind) == [.summary, .impact, .causes, .impact, .actions, .actions])
        let actions = PostmortemRecord.actions(in: document)
        #expect(actions.map(\.text) == ["Add an alert", "Bigger disk"])
        #expect(actions.map(\.owner) == ["Ada", nil])
        #expect(actions.map(\.due) == ["2026-12-01", "KW 49"])
        #expect(actions.map(\.isDone) == [true, false])
    }

    @Test func withoutHeadingsTheKindsAreChosenTogether() {
        let kinds = BlockReader.kinds([
            "On Monday we experienced an outage of checkout.",
            "About 4,000 customers were unable to pay for 40 minutes.", "14:05 The alert fires.",
            "14:31 Rolled back, errors end.",
            "The cause was a misconfigured pool, because of a bug in the deploy.",
            "We were lucky that nobody was on holiday, the rollback was quick.",
            "Add an alert on the pool of payments.", "Document the rollback in the runbook.",
        ])
        #expect(kinds[2] == .timeline)
        #expect(kinds[3] == .timeline)
        #expect(kinds[4] == .causes)
        #expect(kinds.suffix(2) == [.actions, .actions])
        #expect(kinds[1] == .impact)
        #expect(BlockReader.kinds([]) == [])
    }

    @Test func adviceForReadersIsNothingToDo() {
        let advice = BlockReader.weigh("Update your wallet if you see it.", share: 0.5)[.actions] ?? 0
        let order = BlockReader.weigh("Update the wallets in the tests.", share: 0.5)[.actions] ?? 0
        #expect(advice < order)
    }
}
