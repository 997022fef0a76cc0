/// The page of one incident, made whole by the program: no script in it, so nothing said in a channel can run.
struct RoomPage {
    let incident: IncidentRecord
    let facts: Facts
    let entries: [TimelineEntry]
    let findings: [Finding]
    let drafts: [Draft]
    let followUps: [FollowUp]
    let health: [String: String]
    /// The mark that shows a form came from here.
    let token: (String) -> String

    var html: String {
        let closing =
            incident.state == .closed
            ? "" : Self.form("/incidents/\(incident.id)/close", token, "<button>Close the incident</button>")
        let body = [
            "<header><p class=\"crumb\"><a href=\"/\">Incidents</a> / \(incident.id)</p><h1>\(HTML.escaped(incident.title))</h1>",
            "<p class=\"state \(incident.state.rawValue)\">\(incident.state.rawValue)</p>",
            "<p class=\"soft\">since \(Clock.minute(incident.opened)) UTC on \(Clock.day(incident.opened)), \(Clock.span((incident.closed ?? facts.now) - incident.opened))\(incident.services.isEmpty ? "" : " · " + HTML.escaped(incident.services.joined(separator: ", ")))</p>",
            Self.notices(health), "</header>",
            "<main><section><h2>On its way back?</h2>\(series)</section>",
            "<section><h2>Found</h2>\(found)</section>",
            "<section><h2>Drafts</h2>\(draftForms)\(Self.form("/incidents/\(incident.id)/postmortem", token, "<button>Draft the postmortem</button> <a href=\"/incidents/\(incident.id)/postmortem.md\">Markdown</a> <a href=\"/incidents/\(incident.id)/postmortem.html\">HTML</a>"))</section>",
            "<section><h2>Next</h2>\(next)</section>",
            "<section><h2>Timeline</h2><ol class=\"timeline\">\(timeline)</ol></section>\(closing)</main>",
        ].joined(separator: "\n")
        return Self.document("\(incident.title) · incident \(incident.id)", body)
    }

    private var series: String {
        if facts.states.isEmpty { return "<p class=\"soft\">No series has left its usual range.</p>" }
        let rows = facts.states.map { state in
            let when =
                state.fit.map {
                    "about \(Clock.minute($0.back)) UTC (\(Clock.minute($0.earliest))–\($0.latest.map { Clock.minute($0) } ?? "open"))"
                }
                ?? state.since.map { "since \(Clock.minute($0)) UTC" } ?? "–"
            return
                "<tr><td>\(HTML.escaped(Agent.name(state)))</td><td class=\"\(state.stage.rawValue)\">\(Facts.words(state.stage))</td><td class=\"n\">\(Numbers.short(state.level))</td><td class=\"n\">\(Agent.usual(state))</td><td>\(when)</td></tr>"
        }.joined()
        return
            "<div class=\"wide\"><table><thead><tr><th>series</th><th>state</th><th>now</th><th>usually</th><th>back</th></tr></thead><tbody>\(rows)</tbody></table></div>"
    }

    private var found: String {
        let shown = findings.filter { $0.fate != .quiet }
        if shown.isEmpty { return "<p class=\"soft\">Nothing yet.</p>" }
        return "<div class=\"cards\">"
            + shown.map { finding in
                let graph = finding.evidence["graph"]?.string ?? ""
                let why = finding.evidence["because"]?.string.map { " · \(HTML.escaped($0))" } ?? ""
                return
                    "<article id=\"F\(finding.id)\"><p>\(HTML.escaped(finding.text))</p>\(graph)<p class=\"soft\">F\(finding.id) · \(finding.fate.rawValue)\(why) · noticed \(Clock.minute(finding.detected)) UTC · score \(Numbers.short(finding.score))</p></article>"
            }.joined() + "</div>"
    }

    private var draftForms: String {
        if drafts.isEmpty { return "<p class=\"soft\">None yet.</p>" }
        // The newest of each kind; the older ones were sent and are in the timeline.
        var newest: [String: Draft] = [:]
        for draft in drafts { newest[draft.kind] = draft }
        return newest.values.sorted { $0.id < $1.id }.map { draft in
            let rows = min(
                14, max(3, draft.current.split(separator: "\n").count + draft.current.utf8.count / 90))
            let inner = """
                <h3>\(HTML.escaped(draft.kind)) <span class="soft">\(draft.origin), \(draft.verdict.rawValue)</span></h3>
                <textarea name="text" rows="\(rows)" aria-label="\(HTML.escaped(draft.kind))">\(HTML.escaped(draft.current))</textarea>
                <p class="row"><button name="verdict" value="accepted">Accept</button>
                <button name="verdict" value="edited">Keep my edit</button>
                <button name="verdict" value="rejected">Reject</button></p>
                """
            return Self.form("/drafts/\(draft.id)", token, inner)
        }.joined(separator: "\n")
    }

    private var next: String {
        if followUps.isEmpty { return "<p class=\"soft\">Nothing found yet.</p>" }
        return "<ul>"
            + followUps.prefix(15).map { item in
                "<li><b>\(HTML.escaped(item.text))</b> <span class=\"soft\">\(HTML.escaped(item.reason)) · \(HTML.escaped(item.evidence.joined(separator: ", ")))\(item.owner.map { " · " + HTML.escaped($0) } ?? "")</span></li>"
            }.joined() + "</ul>"
    }

    private var timeline: String {
        entries.suffix(400).map { entry in
            let who = entry.event.author.isEmpty ? entry.event.source : entry.event.author
            return
                "<li id=\"E\(entry.id)\" class=\"\(entry.event.kind.rawValue)\"><time>\(Clock.second(entry.event.time))</time> <b>\(HTML.escaped(who))</b> <span>\(HTML.escaped(String(entry.event.text.prefix(2000))))</span></li>"
        }.joined(separator: "\n")
    }

    // MARK: Parts of every page

    static func form(_ action: String, _ token: (String) -> String, _ inner: String) -> String {
        "<form method=\"post\" action=\"\(action)\"><input type=\"hidden\" name=\"token\" value=\"\(token(action))\">\(inner)</form>"
    }

    static func notices(_ health: [String: String]) -> String {
        health.sorted { $0.key < $1.key }.map { "<p class=\"trouble\">\(HTML.escaped($0.value))</p>" }
            .joined()
    }

    static func document(_ title: String, _ body: String) -> String {
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>\(HTML.escaped(title))</title><link rel=\"stylesheet\" href=\"/style.css\"></head><body>\n\(body)\n</body></html>\n"
    }
}
