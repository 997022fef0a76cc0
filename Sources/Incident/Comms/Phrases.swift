/// What people say in a channel, in English and German, by the phrases that give it away.
enum Phrases {
    /// Words by which people say that there is an incident; an order begins with a slash.
    static let openers = [
        "/incident", "declaring an incident", "incident declared", "we have an incident",
        "wir haben einen incident", "wir haben eine störung", "störung eröffnet", "incident eröffnet",
    ]
    /// Words at the beginning by which people close one.
    static let closers = [
        "/resolve", "incident closed", "closing the incident", "close the incident", "incident resolved",
        "störung behoben", "störung beendet", "incident beendet", "incident geschlossen",
    ]
    /// What may have contributed.
    static let causes = [
        "because", "root cause", "caused by", "due to", "turns out", "culprit", "weil ", "ursache", "lag an",
        "liegt an", "verursacht", "wegen ", "schuld ist", "stellt sich heraus",
    ]
    /// What was learned.
    static let lessons = [
        "went well", "lucky", "lesson", "learned", "learnt", "next time", "in hindsight", "should have",
        "gut gelaufen", "glück gehabt", "gelernt", "nächstes mal", "im nachhinein", "hätten wir",
    ]
    /// Labels and words that begin what somebody is to do.
    static let promises = [
        "action item:", "action:", "todo:", "to do:", "ai:", "follow-up:", "follow up:", "aufgabe:",
        "maßnahme:", "massnahme:", "nächster schritt:", "we should ", "we need to ", "let's ",
        "someone should ", "somebody should ", "wir sollten ", "wir müssen ", "jemand sollte ",
        "jemand muss ",
    ]
    /// Words of trouble: a service named beside one is affected.
    static let troubles: Set<String> = [
        "down", "broken", "failing", "errors", "error", "slow", "timeouts", "timeout", "outage", "issue",
        "issues", "problem", "problems", "unavailable", "degraded", "5xx", "500s", "503s", "502s", "alerts",
        "paging", "kaputt", "ausgefallen", "ausfall", "fehler", "langsam", "störung", "probleme",
        "unerreichbar", "gestört",
    ]
    /// Words that say that all is well.
    static let fine: Set<String> = [
        "fine", "normal", "ok", "okay", "healthy", "good", "unaffected", "stable", "flat", "nominal",
        "unchanged", "unrelated", "gut", "gesund", "stabil", "unauffällig", "unverändert", "unbetroffen",
    ]
    /// Words that turn them round.
    static let denials: Set<String> = [
        "not", "isn't", "aren't", "no", "isn", "aren", "longer", "nicht", "kein", "keine", "mehr",
    ]
    /// Alerts that are there to be there.
    private static let idle: Set<String> = ["Watchdog", "InfoInhibitor", "DeadMansSwitch"]

    /// Whether one of the phrases stands in a text.
    static func has(_ text: String, _ phrases: [String]) -> Bool {
        let text = text.lowercased()
        return phrases.contains { text.contains($0) }
    }

    /// Whether a sentence says that all is well; "not fine" does not.
    static func denies(_ words: Set<String>) -> Bool {
        !fine.isDisjoint(with: words) && words.isDisjoint(with: denials)
    }

    /// The phrase by which a message says that there is an incident.
    static func opener(of text: String) -> String? {
        let text = text.lowercased()
        return openers.first { $0.hasPrefix("/") ? isOrder(text, $0) : text.contains($0) }
    }

    /// Whether a message closes its incident.
    static func closes(_ text: String) -> Bool {
        let text = text.lowercased()
        return closers.contains { $0.hasPrefix("/") ? isOrder(text, $0) : text.hasPrefix($0) }
    }

    private static func isOrder(_ text: String, _ order: String) -> Bool {
        guard text.hasPrefix(order) else { return false }
        return text.dropFirst(order.count).first.map { !$0.isLetter } ?? true
    }

    /// What stands behind the phrase a text begins with.
    static func rest(of text: String, after opener: String) -> String {
        Words.trimmed(text.dropFirst(opener.count).drop { ":-–— ".contains($0) })
    }

    /// The number of an incident where a text names one: `incident 3`, `/resolve 3`, `/resolve #3`.
    static func number(in text: String) -> Int64? {
        let words = text.lowercased().split { " :,.".contains($0) }
        for (word, next) in zip(words, words.dropFirst())
        where ["incident", "/resolve", "/incident", "störung"].contains(word) {
            if let number = Int64(next.drop { $0 == "#" }) { return number }
        }
        return nil
    }

    /// A number behind `#`, which may be an incident's: `#3`.
    static func marked(in text: String) -> Int64? {
        text.split { " :,.".contains($0) }.first { $0.hasPrefix("#") }.flatMap { Int64($0.dropFirst()) }
    }

    /// Whether an alert's labels are those of one that people are to look at.
    static func isUrgent(_ labels: [String: String]) -> Bool {
        !idle.contains(labels["alertname"] ?? "")
            && !["info", "none", "debug"].contains((labels["severity"] ?? "").lowercased())
    }
}
