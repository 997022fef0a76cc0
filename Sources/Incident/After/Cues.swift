/// The words by which a paragraph gives away what it is about, in English and German.
enum Cues {
    /// What speaks for a kind, and how much one such word does.
    static let kinds = written.map { (kind: $0.0, weight: $0.1, words: $0.2.map { Array($0.utf8) }) }

    private static let written: [(SectionKind, Double, [String])] = [
        (
            .actions, 1.3,
            [
                "we will", "we'll", "we are going to", "going to", "will be ", "should be", "we should",
                "should also", "need to", "needs to", "todo", "to-do", "to do", "action", "follow up",
                "follow-up", "ticket", "owner", "assignee", "responsible", "in progress", "investigat",
                "consider ", "plan to", "planned", "ensure", "make sure", "look into", "github.com",
                "issues/", "jira", "next quarter", "so that ", "wir werden", "sollten", "sollte", "müssen",
                "muss ", "geplant", "prüfen", "einrichten", "verantwortlich", "bis ende",
            ]
        ),
        (
            .causes, 1.4,
            [
                "because", "caused", "cause", "due to", "as a result", "the reason", "led to", "trigger",
                "which meant", "bug", "misconfigur", "did not expect", "underlying", "was set to",
                "introduced", "contribut", "turned out", "this meant", "weil ", "ursache", "verursacht",
                "dadurch", "aufgrund", "fehler in", "lag daran", "führte",
            ]
        ),
        (
            .impact, 1.7,
            [
                "users", "customers", "unable to", "could not", "couldn't", "affected", "downtime",
                "unavailable", "impact", "lost", "no data", "per cent", "% of", "lasted", "degraded",
                "failed requests", "minutes of", "errors for", "nutzer", "kunden", "betroffen",
                "nicht erreichbar", "ausgefallen", "verloren", "auswirkung",
            ]
        ),
        (
            .resolution, 1.6,
            [
                "rolled back", "rollback", "reverted", "fixed by", "was resolved", "resolved by",
                "restored", "mitigat", "restarted", "the fix", "recovered", "service was back",
                "workaround", "the team", "zurückgerollt", "behoben", "wiederhergestellt", "neu gestartet",
                "neugestartet",
            ]
        ),
        (
            .lessons, 1.6,
            [
                "we learned", "lesson", "went well", "lucky", "in hindsight", "was quick", "quickly",
                "good that", "good ", "did well", "helped", "too long", "made it hard", "lack of",
                "wasn't clear", "was not clear", "we didn't", "didn't have", "did not have", "no one",
                "nobody", "should have", "difficult", "hard to", "confus", "not aware", "unaware",
                "gelernt", "glück", "schnell", "im nachhinein", "hätte", "niemand", "schwierig", "gut ",
            ]
        ),
        (
            .summary, 0.8,
            [
                "on monday", "on tuesday", "on wednesday", "on thursday", "on friday", "incident",
                "we experienced", "this document", "outage", "störung", "am montag", "am dienstag",
                "am mittwoch", "am donnerstag", "am freitag",
            ]
        ),
    ]

    /// Verbs that begin what somebody is to do.
    private static let verbs: Set<String> = [
        "add", "adopt", "alert", "allow", "always", "apply", "ask", "assess", "audit", "automate", "avoid",
        "backport", "backup", "better", "block", "build", "bump", "catch", "change", "check", "clarify",
        "clean", "communicate", "configure", "consider", "contact", "continue", "convert", "cover",
        "create", "decide", "decommission", "decouple", "define", "delegate", "delete", "deploy",
        "deprecate", "design", "detect", "determine", "develop", "disable", "disallow", "discuss",
        "display", "distribute", "do", "document", "don't", "double", "drop", "educate", "enable",
        "encourage", "enforce", "enhance", "ensure", "escalate", "establish", "evaluate", "examine",
        "expand", "explore", "expose", "extend", "figure", "file", "find", "finish", "fix", "flag",
        "follow", "force", "formalise", "formalize", "generate", "get", "give", "guard", "handle",
        "harden", "have", "hold", "hook", "identify", "implement", "improve", "include", "incorporate",
        "increase", "inform", "inspect", "install", "instrument", "introduce", "invest", "investigate",
        "isolate", "keep", "learn", "let", "limit", "log", "look", "lower", "maintain", "make", "manage",
        "measure", "merge", "migrate", "minimise", "minimize", "mirror", "mitigate", "modify", "monitor",
        "more", "move", "never", "notify", "open", "optimise", "optimize", "parse", "patch", "perform",
        "persist", "pin", "plan", "practice", "prepare", "prevent", "prioritise", "prioritize", "probe",
        "promote", "propose", "protect", "provide", "prune", "publish", "pull", "push", "put", "raise",
        "re-enable", "re-evaluate", "reach", "rebase", "rebuild", "reconsider", "record", "recover",
        "redesign", "reduce", "refactor", "refine", "register", "reinstate", "release", "relocate",
        "remind", "remove", "rename", "repair", "replace", "report", "request", "require", "research",
        "reserve", "reset", "resolve", "respond", "restore", "restrict", "resume", "rethink", "retire",
        "retry", "return", "revert", "review", "revise", "revisit", "rework", "rewrite", "rotate", "route",
        "run", "save", "scale", "scan", "schedule", "scope", "seek", "select", "send", "separate", "set",
        "setup", "share", "shift", "ship", "shorten", "show", "sign", "simplify", "size", "sort", "speed",
        "split", "standardise", "standardize", "start", "stop", "store", "streamline", "strengthen",
        "submit", "suggest", "support", "surface", "switch", "sync", "tag", "take", "talk", "tell", "test",
        "think", "throttle", "tidy", "tighten", "trace", "track", "train", "transfer", "transition",
        "treat", "trigger", "try", "tune", "turn", "understand", "unify", "unit", "update", "upgrade",
        "use", "validate", "verify", "wait", "warn", "watch", "wire", "work", "wrap", "write",
    ]

    /// Words before such a verb that change nothing.
    private static let fillers: Set<String> = [
        "to", "also", "please", "finally", "then", "we", "should", "must",
    ]

    /// How much a text reads like an order by its first word, or by the one behind a label.
    static func order(_ text: String) -> Double {
        var parts = [text.prefix(80)]
        if let colon = text.prefix(60).firstRange(of: ": ") {
            parts.append(text[colon.upperBound...].prefix(80))
        }
        for part in parts {
            let word = Words.list(String(part)).first { !fillers.contains($0) } ?? ""
            if verbs.contains(word) { return 1 }
            if word.hasSuffix("ing"), isVerb(String(word.dropLast(3))) { return 0.8 }
        }
        // German puts the verb last: "Alarm für die Warteschlange einrichten".
        let words = text.split(separator: " ")
        guard (2..<20).contains(words.count), let last = words.last, last.hasSuffix("en"),
            last.first?.isLowercase == true,
            words.contains(where: {
                german.contains($0.lowercased()) || $0.contains { "äöüßÄÖÜ".contains($0) }
            })
        else { return 0 }
        return 1
    }

    private static let german: Set<String> = [
        "und", "der", "die", "das", "den", "für", "von", "im", "mit", "bei", "auf",
    ]

    /// `Test`ing, `Remov`ing, `Runn`ing.
    private static func isVerb(_ stem: String) -> Bool {
        verbs.contains(stem) || verbs.contains(stem + "e") || verbs.contains(String(stem.dropLast()))
    }

    /// Words of the past: what was done is not to be done.
    static let past: Set<String> = [
        "was", "were", "had", "wurde", "wurden", "war", "waren", "hatte", "hatten",
    ]

    /// Words that speak to a reader: advice for users is nothing for the team to do.
    static let reader: Set<String> = ["you", "your"]
}
