import Testing

@testable import Corpus

/// Reports after several templates, written for these tests.
@Suite struct PostmortemTests {
    static let table = """
        ---
        title: "Orders stood still"
        date: 2024-02-11
        tags:
          - shop
          - database
        severity: SEV2
        ---

        ## Summary

        The shop took no orders for 47 minutes.

        ## Timeline

        All times in UTC.

        | Time  | Event |
        |:------|-------|
        | 09:02 | Release 7.1 goes out |
        | 09:49 | Release taken back \\| orders work |

        ## Contributing Factors

        - No test of the migration
        - One person on call

        ## Action Items

        | Action | Owner | Due | Status |
        |---|---|---|---|
        | Run migrations first | payments | 2024-02-20 | done |
        | [Alert](https://example.org/7) on failed orders | ? | TBD | open |
        """

    @Test func aTableTemplateIsTakenApart() {
        let report = PostmortemReader.read(Self.table, name: "x")
        #expect(report.title == "Orders stood still")
        #expect(report.date == "2024-02-11" && report.severity == "SEV2")
        #expect(report.frontMatter.map(\.key) == ["title", "date", "tags", "severity"])
        #expect(report.frontMatter[2].values == ["shop", "database"])
        #expect(report.sections[.summary] == "The shop took no orders for 47 minutes.")
        #expect(
            report.timeline == [
                .init(time: "09:02", event: "Release 7.1 goes out"),
                .init(time: "09:49", event: "Release taken back | orders work"),
            ])
        #expect(report.factors == ["No test of the migration", "One person on call"])
        #expect(report.actions.map(\.action) == ["Run migrations first", "Alert on failed orders"])
        #expect(report.actions.map(\.owner) == ["payments", nil])
        #expect(report.actions.map(\.due) == ["2024-02-20", nil])
        #expect(report.actions.map(\.isDone) == [true, false])
        #expect(report.actions[1].link == "https://example.org/7")
        #expect(!report.text.contains("---\ntitle"))
    }

    @Test func headingsThatAreTimesAreEvents() {
        let report = PostmortemReader.read(
            """
            # 2023-10-17, Cluster full

            ## Timeline

            All times in PST

            ### 2023-10-17 07:42

            Users report that launches fail.

            ### 08:47 - Investigation begins

            94 pods are waiting.

            ```
            # not a heading
            09:00 not an event
            ```

            ## Action items

            ### Process

            1. Alert before the cluster is full. [Issue](https://example.org/1)
            2. ~~Write this report~~
            """, name: "x")
        #expect(report.title == "2023-10-17, Cluster full" && report.date == "2023-10-17")
        #expect(
            report.timeline == [
                .init(time: "2023-10-17 07:42", event: "Users report that launches fail."),
                .init(time: "08:47", event: "Investigation begins 94 pods are waiting."),
            ])
        #expect(
            report.actions.map(\.action) == ["Alert before the cluster is full.", "Write this report"])
        #expect(report.actions[1].isDone == true)
        #expect(report.unknown.isEmpty)
    }

    @Test func labelsInBoldAreParts() {
        let report = PostmortemReader.read(
            """
            # Incident on 2020-02-18

            - **Key events**
              - Fault occurs 2020-02-18 14:13
              - Resolved 2020-02-18 14:59

            - **Time to repair**: 0h 36m

            - **Identified**: A probe reported that the dashboard was down.

            - **Impact**:
              - Nobody could see metrics.

            - **Resolution**:
                A node was replaced.
            """, name: "x")
        #expect(
            report.timeline == [
                .init(time: "2020-02-18 14:13", event: "Fault occurs"),
                .init(time: "2020-02-18 14:59", event: "Resolved"),
            ])
        #expect(report.sections[.detection] == "A probe reported that the dashboard was down.")
        #expect(report.sections[.impact]?.contains("Nobody could see metrics.") == true)
        #expect(report.sections[.resolution] == "A node was replaced.")
        #expect(report.sections[.figures] == "0h 36m")
    }

    @Test func germanReportsAreRead() {
        let report = PostmortemReader.read(
            """
            # Störung im Ticketshop

            ## Zusammenfassung
            Der Shop war nicht erreichbar.

            ## Auswirkungen
            1130 Bestellungen gingen verloren.

            ## Ursache
            Ein Zertifikat war abgelaufen.

            ## Zeitverlauf
            - 01:00 Uhr: Das Zertifikat läuft ab.
            - 06:40 Uhr – Die Frühschicht bemerkt den Fehler.

            ## Maßnahmen
            - [ ] Ablauf überwachen (verantwortlich: Betrieb, Frist: 2024-04-01)
            - [x] Postfach umleiten (@leitung)

            ## Lehren
            - Warnungen gehören an ein Team.
            """, name: "x")
        #expect(report.sections[.impact] == "1130 Bestellungen gingen verloren.")
        #expect(report.sections[.rootCause] == "Ein Zertifikat war abgelaufen.")
        #expect(report.timeline.map(\.time) == ["01:00 Uhr", "06:40 Uhr"])
        #expect(
            report.timeline.map(\.event) == [
                "Das Zertifikat läuft ab.", "Die Frühschicht bemerkt den Fehler.",
            ])
        #expect(
            report.actions == [
                .init(action: "Ablauf überwachen", owner: "Betrieb", due: "2024-04-01", isDone: false),
                .init(action: "Postfach umleiten", owner: "@leitung", isDone: true),
            ])
        #expect(report.lessons == ["Warnungen gehören an ein Team."])
    }

    @Test func aTextWithoutMarkupIsDividedAtPlainHeadings() {
        let report = PostmortemReader.read(
            """
            OWNER OF REVIEW PROCESS
            the platform team
            Overview
            The disk was full.
            What Happened
            Logs filled the disk.
            Action Items
            1. Move the logs https://example.org/2
            2. Draw free space
            Timeline
            Oct 31, 2022
            6:27 PM Disk fills up
            7:13 PM Mail received
            that logins fail
            """, name: "Disk full")
        #expect(report.title == "Disk full")
        #expect(report.actions.map(\.link) == ["https://example.org/2", nil])
        #expect(
            report.timeline == [
                .init(time: "6:27 PM", event: "Disk fills up"),
                .init(time: "7:13 PM", event: "Mail received that logins fail"),
            ])
    }

    @Test(arguments: [
        ("10:45 - a text", "10:45", "a text"),
        ("[03-26 17:40] upgrade begins", "03-26 17:40", "upgrade begins"),
        ("**10:45** – text", "10:45", "text"),
        ("2020-12-30 20:14 - The issue is reported", "2020-12-30 20:14", "The issue is reported"),
        ("**June 14th, 2022, 10:00 AM:** As part of it", "June 14th, 2022, 10:00 AM", "As part of it"),
        ("02-13-2025 11:00 pm - The count rises", "02-13-2025 11:00 pm", "The count rises"),
        ("09:15:04 UTC an edit was made", "09:15:04 UTC", "an edit was made"),
        ("2:54 PM PST: merged", "2:54 PM PST", "merged"),
        ("13:14 EDT (17:14 UTC): A user writes", "13:14 EDT (17:14 UTC)", "A user writes"),
        ("14:22–14:26 no metrics", "14:22–14:26", "no metrics"),
        ("2024-02-11T09:02Z released", "2024-02-11T09:02Z", "released"),
        ("12. März 2024, 10:05 Uhr: Alarm", "12. März 2024, 10:05 Uhr", "Alarm"),
        ("2021-07-25: we received the report", "2021-07-25", "we received the report"),
    ])
    func timesAreFoundAtTheBeginning(line: String, time: String, rest: String) {
        let found = TimeWords.leading(line)
        #expect(found?.time == time && found?.rest == rest, "\(String(describing: found))")
    }

    @Test(arguments: [
        "2 engineers were paged", "May be a fault", "Release 7.1 goes out", "On call was busy", "", "100 %",
    ])
    func otherLinesBeginWithNoTime(line: String) { #expect(TimeWords.leading(line) == nil) }

    @Test(
        arguments: [
            ("Add a limit | booking | 2025-02-07", "Add a limit", "booking", "2025-02-07"),
            ("Add a limit | ? | -", "Add a limit", nil, nil),
            ("Add a limit (owner: Lena Vogt, due: 2024-02-20)", "Add a limit", "Lena Vogt", "2024-02-20"),
            ("Add a limit. Owner: payments. Due: 2024-03-01", "Add a limit.", "payments", "2024-03-01"),
            ("Add a limit – @anna", "Add a limit", "@anna", nil),
            ("Add a limit (https://example.org/9)", "Add a limit", nil, nil),
            ("Add a limit (of 5)", "Add a limit (of 5)", nil, nil),
            ("Add a limit (by 2024-05-01)", "Add a limit", nil, "2024-05-01"),
        ] as [(String, String, String?, String?)])
    func actionsNameWhoAndWhen(line: String, action: String, owner: String?, due: String?) {
        let made = ActionReader.action(line, ticked: nil)
        #expect(made.action == action && made.owner == owner && made.due == due, "\(made)")
    }

    @Test func hostileTextsAreReadToTheEnd() {
        for text in [
            "", "\n\n", "---", "---\n---", "# ", "|", "|-|", "| |\n|-|", "```", "<!--", "[](", "**",
            "- - - -",
            String(repeating: "- ", count: 5000), String(repeating: "[a](", count: 3000),
            String(repeating: "  ", count: 3000) + "- x", String(repeating: "#", count: 4000),
        ] {
            let report = PostmortemReader.read("## Timeline\n\(text)\n## Action items\n\(text)", name: "x")
            #expect(report.title == "x" || !report.title.isEmpty)
        }
    }
}
