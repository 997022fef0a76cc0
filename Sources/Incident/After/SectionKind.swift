/// What a part of a postmortem is about.
public enum SectionKind: String, Sendable, CaseIterable {
    case summary, impact, timeline, causes, resolution, actions, lessons, other

    /// The words of a heading that say so; the first kind that fits is taken.
    private static let headings: [(SectionKind, [String])] = [
        (
            .actions,
            [
                "action item", "action point", "actions", "next steps", "follow-up", "follow up", "todo",
                "to do",
                "remediation", "preventative", "preventive", "corrective", "improvements", "future work",
                "tasks",
                "mitigations", "what we will do", "immediate action",
            ]
        ),
        (.timeline, ["timeline", "chronology", "sequence of events", "time line"]),
        (
            .lessons,
            [
                "lessons", "went well", "went wrong", "got lucky", "went poorly", "takeaway", "learned",
                "learnt", "didn't go",
                "reflections", "what worked",
            ]
        ),
        (
            .causes,
            [
                "root cause", "cause", "contributing", "why did", "what went", "analysis", "what happened",
                "trigger",
            ]
        ),
        (.impact, ["impact", "affected", "scope", "customer", "damage", "consequences"]),
        (
            .resolution,
            ["resolution", "recovery", "mitigation", "fix", "response", "how we fixed", "detection"]
        ),
        (
            .summary,
            [
                "summary", "overview", "tl;dr", "tldr", "abstract", "introduction", "issue summary",
                "description",
            ]
        ),
    ]

    /// What a heading announces, if it is one of the usual ones.
    public init?(heading: String) {
        let text = heading.lowercased()
        for (kind, words) in Self.headings where words.contains(where: { text.contains($0) }) {
            self = kind
            return
        }
        return nil
    }
}
