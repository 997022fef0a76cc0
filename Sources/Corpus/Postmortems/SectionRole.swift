/// What a section of an incident report is about, whatever its author called it.
public enum SectionRole: String, Sendable, CaseIterable {
    /// What happened, in short.
    case summary
    /// Who noticed what, and for how long.
    case impact
    /// Why it could happen.
    case rootCause = "root_cause"
    /// How it was noticed.
    case detection
    /// How it was ended.
    case resolution
    /// What happened when.
    case timeline
    /// What will be done.
    case actions
    /// What was learnt.
    case lessons
    /// Figures about the incident itself.
    case figures
    /// Who was there, thanks, chat logs, appendices.
    case beside

    /// The words that tell a role, the most telling first; the first that a heading has decides.
    private static let words: [(SectionRole, [String])] = [
        (
            .figures,
            ["time to ", "stats", "metrics", "kennzahlen", "duration", "dauer der"]
        ),
        (
            .beside,
            [
                "attendee", "atendee", "acknowledg", "thanks", "appendi", "apendix", "chat log", "q&a",
                "authors", "autoren", "teilnehm", "supporting information", "glossar", "anhang", "references",
                "involved", "notes to the owner", "status", "questions for follow",
            ]
        ),
        (
            .lessons,
            [
                "lesson", "went well", "went wrong", "went poorly", "so well", "got lucky", "takeaway",
                "learned",
                "learnings", "lehren", "erkenntnis", "lief gut", "lief schlecht", "lief nicht",
                "glück gehabt",
                "gelernt", "reflection",
            ]
        ),
        (
            .timeline,
            ["timeline", "time line", "chronolog", "zeitverlauf", "zeitleiste", "zeitlich", "key events"]
        ),
        (.resolution, ["action taken", "actions taken", "immediate action", "sofortmaßnahme"]),
        (
            .actions,
            [
                "action item", "action point", "actions", "corrective", "preventative", "preventive",
                "prevention",
                "remediation", "follow-up", "follow up", "followup", "next steps", "future measure",
                "future work",
                "improvement", "long term", "long-term", "maßnahme", "massnahme", "folgearbeiten",
                "nächste schritte", "what's next", "what we are doing", "offene punkte", "to do",
            ]
        ),
        (
            .impact,
            ["impact", "affected", "auswirkung", "betroffen", "consequences", "folgen", "blast radius"]
        ),
        (
            .rootCause,
            [
                "root cause", "cause", "contributing", "trigger", "ursache", "beitragende", "faktoren",
                "why did",
                "analysis", "analyse", "how did this happen",
            ]
        ),
        (
            .detection,
            [
                "detect", "identified", "discover", "erkennung", "entdeck", "bemerkt", "how we noticed",
                "reported by",
            ]
        ),
        (
            .resolution,
            [
                "resolution", "resolved", "recovery", "mitigation", "fix", "response", "behebung", "lösung",
                "wiederherstellung", "workaround", "repair",
            ]
        ),
        (
            .summary,
            [
                "summary", "overview", "tl;dr", "tldr", "abstract", "zusammenfassung", "überblick",
                "kurzfassung", "what happened", "was geschah", "was ist passiert", "description",
                "beschreibung", "events", "context", "hintergrund", "background",
            ]
        ),
    ]

    /// The role that a heading names, if it names one.
    init?(heading: String) {
        let plain = SectionRole.plain(heading)
        guard !plain.isEmpty, plain.count <= 80 else { return nil }
        for (role, words) in Self.words {
            let isNamed = words.contains { word in
                plain.ranges(of: word).contains { range in
                    // The beginning of a word: `cause` is not in `because`.
                    range.lowerBound == plain.startIndex
                        || !plain[plain.index(before: range.lowerBound)].isLetter
                }
            }
            if isNamed {
                self = role
                return
            }
        }
        return nil
    }

    /// A heading without markup, case and final colon.
    static func plain(_ heading: String) -> String {
        let bare = heading.lowercased().replacing("*", with: "").replacing("_", with: "")
        let start = bare.drop { !$0.isLetter && !$0.isNumber }
        return String(start).trimmed.trimmingSuffix { $0 == ":" || $0 == "#" || $0.isWhitespace }
    }

    /// Whether what stands below it belongs to it, whatever its own heading says.
    var keepsAll: Bool { [.timeline, .actions, .lessons].contains(self) }
}

extension String {
    fileprivate func trimmingSuffix(_ isEnd: (Character) -> Bool) -> String {
        var rest = self[...]
        while let last = rest.last, isEnd(last) { rest = rest.dropLast() }
        return String(rest)
    }
}
