/// A weak point somebody names in passing, while talking about something else.
public struct WeakPoint: Sendable, Equatable {
    /// The sentence, word for word.
    public let quote: String
    /// How much it matters, by its words.
    public let weight: Double

    private static let marks: [(Double, [String])] = [
        (
            0.9,
            [
                "single point of failure", "no backup", "no failover", "nobody else knows",
                "only one who knows", "bus factor", "data loss", "never tested", "untested restore",
                "expires", "no rollback", "kein backup", "keine sicherung", "datenverlust", "nie getestet",
                "kennt sonst niemand", "weiß sonst niemand", "läuft ab",
            ]
        ),
        (
            0.7,
            [
                "don't have an alert", "no alert", "no monitoring", "out of date", "outdated", "no runbook",
                "not documented", "undocumented", "no owner", "nobody owns", "end of life", "unsupported",
                "hard-coded", "hardcoded", "no rate limit", "no limit", "no timeout", "no retry", "no tests",
                "kein alarm", "keine überwachung", "veraltet", "kein runbook", "nicht dokumentiert",
                "niemand zuständig", "kein limit", "keine tests",
            ]
        ),
        (
            0.5,
            [
                "flaky", "by hand", "manually", "manual step", "hack", "workaround", "temporary", "someday",
                "one of these days", "we should", "keeps happening", "every time", "again and again",
                "always breaks", "tech debt", "technical debt", "legacy", "luckily", "got lucky",
                "close call", "von hand", "händisch", "manuell", "provisorisch", "vorübergehend",
                "irgendwann", "jedes mal", "schon wieder", "altlast", "zum glück",
            ]
        ),
    ]

    /// Reads one sentence; nothing where it names none.
    public init?(_ sentence: String) {
        let lower = sentence.lowercased()
        guard sentence.utf8.count <= 400,
            let weight = Self.marks.first(where: { $0.1.contains { lower.contains($0) } })?.0
        else { return nil }
        quote = sentence
        self.weight = weight
    }
}
