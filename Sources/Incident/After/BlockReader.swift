/// What a paragraph is about by its words alone: what is left when there are no headings and no model.
public enum BlockReader {
    private static let cues: [(SectionKind, Double, [String])] = [
        (
            .actions, 2.0,
            [
                "we will", "we'll", "should be", "we should", "need to", "needs to", "todo", "to-do",
                "action:", "action item",
                "follow up", "follow-up", "ticket", "owner", "assignee", "in progress", "investigate ",
                "consider ",
                "going to", "plan to", "planned",
            ]
        ),
        (
            .causes, 1.5,
            [
                "because", "caused", "root cause", "due to", "as a result", "the reason", "led to",
                "triggered", "which meant",
                "bug in", "misconfigur", "did not expect", "underlying",
            ]
        ),
        (
            .impact, 1.5,
            [
                "users", "customers", "unable to", "could not access", "affected", "downtime", "unavailable",
                "impact",
                "lost", "no data", "per cent of", "% of", "outage lasted", "degraded", "failed requests",
            ]
        ),
        (
            .resolution, 1.5,
            [
                "rolled back", "rollback", "reverted", "fixed by", "was resolved", "restored", "mitigated",
                "we restarted",
                "the fix", "recovered", "service was back", "workaround",
            ]
        ),
        (
            .lessons, 2.0,
            [
                "we learned", "lesson", "went well", "lucky", "in hindsight", "was quick", "quickly",
                "good that", "did well",
                "helped us", "it took too long", "made it hard", "lack of", "wasn't clear", "was not clear",
                "we didn't have",
                "no one", "nobody", "should have",
            ]
        ),
        (
            .summary, 1.0,
            [
                "on monday", "on tuesday", "on wednesday", "on thursday", "on friday", "incident",
                "we experienced", "this document", "outage of",
            ]
        ),
    ]

    /// Verbs that begin what somebody is to do.
    private static let verbs: Set<String> = [
        "add", "create", "improve", "update", "document", "fix", "implement", "investigate", "review", "set",
        "make",
        "write", "remove", "move", "ensure", "test", "check", "automate", "enable", "upgrade", "change",
        "monitor",
        "alert", "find", "use", "build", "define", "migrate", "increase", "reduce", "raise", "open",
        "discuss", "consider",
        "introduce", "configure", "replace", "separate", "look", "evaluate", "provide", "follow", "develop",
        "establish",
        "figure", "get", "run", "schedule", "stop", "switch", "turn", "understand", "communicate", "deploy",
        "limit",
        "better", "more", "allow", "extend", "refactor", "restrict", "split", "verify", "work", "do", "have",
    ]

    /// The kind a block reads like; `share` is how far into the document it stands, from 0 to 1.
    public static func kind(_ text: String, isItem: Bool, share: Double) -> SectionKind {
        let lower = text.lowercased()
        if beginsWithTime(lower) { return .timeline }
        var scores: [SectionKind: Double] = [.other: 0.9]
        for (kind, weight, words) in cues {
            let hits = words.count { lower.contains($0) }
            if hits > 0 { scores[kind, default: 0] += weight * min(Double(hits), 3) }
        }
        let first = Words.list(String(lower.prefix(60))).first ?? ""
        if verbs.contains(first) { scores[.actions, default: 0] += isItem ? 3 : 1.5 }
        if isItem {
            scores[.actions, default: 0] += share > 0.6 ? 0.8 : 0
        } else if share < 0.12 {
            scores[.summary, default: 0] += 2
        }
        if share > 0.75, verbs.contains(first) || isItem { scores[.actions, default: 0] += 0.8 }
        if share < 0.4 { scores[.actions, default: 0] -= 1 }
        let order = SectionKind.allCases
        return order.max {
            (scores[$0] ?? 0, order.firstIndex(of: $1) ?? 0) < (
                scores[$1] ?? 0, order.firstIndex(of: $0) ?? 0
            )
        }
            ?? .other
    }

    /// `14:07`, `2026-11-20 …`, `[14:07]`, `At 14:07`, `1:38 pm`.
    static func beginsWithTime(_ text: String) -> Bool {
        let start = String(text.prefix(24))
        let words = Words.list(start.replacing("[", with: " ").replacing("|", with: " ")).prefix(3)
        if start.prefix(12).contains(where: \.isNumber), start.contains(":") {
            let parts = start.split(whereSeparator: { !$0.isNumber && $0 != ":" })
            if let time = parts.first(where: { $0.contains(":") }) {
                let pieces = time.split(separator: ":")
                if pieces.count >= 2, let hour = Int(pieces[0]), let minute = Int(pieces[1]), hour < 25,
                    minute < 60
                {
                    return true
                }
            }
        }
        guard let word = words.first else { return false }
        let digits = word.split(separator: "-")
        return digits.count == 3 && digits.allSatisfy { Int($0) != nil } && digits[0].count == 4
    }
}
