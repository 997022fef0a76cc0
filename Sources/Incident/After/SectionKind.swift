/// What a part of a postmortem is about.
public enum SectionKind: String, Sendable, CaseIterable {
    case summary, impact, timeline, causes, resolution, actions, lessons, other

    /// The words of a heading that say so, in six languages; the first kind that fits is taken.
    ///
    /// A word fits where a word of the heading begins with it.
    private static let headings: [(SectionKind, [String])] = [
        (
            .actions,
            [
                "action", "next step", "follow-up", "follow up", "followup", "todo", "to do", "to-do",
                "remediation", "preventative", "preventive", "prevention", "preventing", "corrective",
                "improvement", "future work", "task", "mitigations", "what we will do", "what we're doing",
                "what are we doing", "what we are doing", "going forward", "maßnahme", "massnahme",
                "nächste schritte", "aufgaben", "folgeaufgaben", "verbesserungen", "vorbeugung", "mesures",
                "prochaines étapes", "acciones", "próximos pasos", "medidas", "ações", "próximos passos",
                "azioni", "prossimi passi", "acties", "vervolgstappen",
            ]
        ),
        (
            .timeline,
            [
                "timeline", "chronolog", "sequence of events", "time line", "key events", "zeitleiste",
                "zeitlicher", "zeitverlauf", "ablauf", "verlauf", "hergang", "déroulement", "cronolog",
                "línea de tiempo", "linha do tempo", "tijdlijn",
            ]
        ),
        (
            .lessons,
            [
                "lesson", "went well", "went wrong", "got lucky", "were lucky", "went poorly", "takeaway",
                "learned", "learnt", "learning", "didn't go", "did not go", "didn’t go", "reflection",
                "what worked", "could have gone better", "could be improved", "retrospective", "erkenntnis",
                "gelernt", "lehren", "lief gut", "gut lief", "gut gelaufen", "schlecht lief",
                "schlecht gelaufen", "glück", "leçons", "enseignements", "lecciones", "lições", "lezioni",
                "geleerde",
            ]
        ),
        (
            .causes,
            [
                "root cause", "cause", "contributing", "why did", "what went", "analysis", "what happened",
                "trigger", "root-cause", "how did", "technical detail", "fault", "ursache", "grundursache",
                "hauptursache", "auslöser", "beitragende", "fehleranalyse", "was geschah", "was ist passiert",
                "causa", "causes", "facteurs", "oorza",
            ]
        ),
        (
            .impact,
            [
                "impact", "affected", "scope", "customer", "damage", "consequence", "user experience",
                "auswirkung", "folgen", "betroffen", "impacto", "impatto", "gevolgen",
            ]
        ),
        (
            .resolution,
            [
                "resolution", "recovery", "mitigation", "fix", "response", "how we fixed", "detection",
                "resolved", "workaround", "behebung", "lösung", "erkennung", "wiederherstellung", "reaktion",
                "résolution", "détection", "resolución", "detección", "resolução", "detecção", "risoluzione",
                "oplossing",
            ]
        ),
        (
            .summary,
            [
                "summary", "overview", "tl;dr", "tldr", "abstract", "introduction", "issue summary",
                "description", "synopsis", "executive", "zusammenfassung", "überblick", "kurzfassung",
                "beschreibung", "résumé", "resumen", "resumo", "sommario", "riepilogo", "samenvatting",
            ]
        ),
    ]

    /// What a heading announces, if it is one of the usual ones.
    public init?(heading: String) {
        let text = " " + heading.lowercased().map { "([{/\"“*_".contains($0) ? " " : String($0) }.joined()
        for (kind, words) in Self.headings where words.contains(where: { text.contains(" " + $0) }) {
            self = kind
            return
        }
        return nil
    }

    /// What a line without any mark announces: only one that is nothing but a usual heading.
    init?(bareLine: String) {
        let words = Words.list(bareLine)
        guard (1...5).contains(words.count), bareLine.first?.isUppercase == true,
            let last = bareLine.last, last.isLetter || last == ":" || last == "?",
            let kind = SectionKind(heading: bareLine),
            Set(words).subtracting(Self.bare).isEmpty
        else { return nil }
        self = kind
    }

    /// The words bare headings are made of.
    private static let bare: Set<String> = [
        "action", "actions", "item", "items", "next", "steps", "follow-up", "follow-ups", "follow", "up",
        "todo", "remediation", "preventive", "preventative", "corrective", "measures", "improvements",
        "timeline", "chronology", "key", "events", "lessons", "learned", "learnt", "what", "went", "well",
        "wrong", "where", "we", "got", "lucky", "didn't", "did", "not", "go", "so", "takeaways", "root",
        "cause", "causes", "contributing", "factors", "analysis", "happened", "trigger", "triggers", "impact",
        "customer", "user", "resolution", "recovery", "mitigation", "response", "detection", "summary",
        "issue", "incident", "executive", "overview", "abstract", "description", "and", "the", "of", "poorly",
        "maßnahmen", "zusammenfassung", "auswirkungen", "ursache", "ursachen", "zeitleiste", "ablauf",
        "erkenntnisse", "lehren", "behebung", "lösung", "erkennung", "nächste", "schritte", "was", "gut",
        "lief", "schlecht", "und",
    ]
}
