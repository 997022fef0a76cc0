/// A place where nobody could see what went on.
public struct Gap: Sendable, Equatable {
    /// What would have shown it.
    public enum Signal: String, Sendable, CaseIterable { case alert, metric, log, trace, dashboard, check }

    /// What would have shown it.
    public let signal: Signal
    /// The service it is about, where that is said.
    public let service: String?
    /// What could not be seen, as far as it is said.
    public let concept: Concept?
    /// Minutes it cost, where they are said.
    public let minutes: Double?
    /// The sentence that says so, word for word.
    public let quote: String

    private static let marks: [(Signal, [String])] = [
        (
            .alert,
            [
                "no alert", "not alerted", "weren't alerted", "were not alerted", "no alarm",
                "without an alert", "did not alert",
                "didn't alert", "alert did not fire", "alerts did not fire", "alerting was missing",
                "missing alert", "no paging",
                "not paged", "wasn't paged", "alerted by users", "noticed by a user", "noticed by users",
                "reported by users",
                "reported by a user", "users reported", "user reported", "customers reported",
                "don't have an alert",
                "do not have an alert", "didn't have an alert", "no notification", "not notified",
                "didn't notice", "did not notice",
                "went unnoticed", "unnoticed", "kein alarm", "keinen alarm", "nicht alarmiert",
                "keine alarmierung", "unbemerkt", "nicht bemerkt", "von nutzern gemeldet",
                "von kunden gemeldet", "nutzer meldeten", "kunden meldeten",
            ]
        ),
        (
            .metric,
            [
                "no metric", "no monitoring", "not monitored", "weren't monitoring", "not monitoring",
                "lack of monitoring",
                "missing metric", "no visibility", "not visible", "lack of visibility", "couldn't see",
                "could not see", "not able to see",
                "lack of observability", "no insight", "don't monitor", "do not monitor",
                "missing monitoring", "blind",
                "insufficient monitoring", "didn't have monitoring", "don't have monitoring",
                "no measurements", "could not see it", "nicht überwacht", "keine überwachung",
                "kein monitoring", "keine metrik", "nicht sichtbar", "nicht zu sehen", "keine messwerte",
            ]
        ),
        (
            .log,
            [
                "no logs", "logs were missing", "missing logs", "not logged", "logs were lost",
                "without logs", "logs did not",
                "no logging", "lack of logs", "logs were not", "no log ", "logs had been", "didn't log",
                "not log ", "keine logs", "fehlende logs", "nicht protokolliert", "kein protokoll",
            ]
        ),
        (
            .trace,
            [
                "no trace", "no tracing", "hard to trace", "couldn't trace", "kein trace",
                "nicht nachvollziehbar",
            ]
        ),
        (
            .dashboard,
            [
                "no dashboard", "dashboard did not", "dashboard was missing", "dashboards were",
                "missing dashboard", "kein dashboard", "fehlendes dashboard",
            ]
        ),
        (
            .check,
            [
                "no health check", "health check did not", "no test", "not tested", "tests did not catch",
                "wasn't tested",
                "untested", "no smoke test", "no canary", "ci did not", "didn't catch", "did not catch",
                "nicht getestet", "kein test", "ungetestet", "keine prüfung",
            ]
        ),
    ]

    /// Reads one sentence; nothing where it names no gap.
    public init?(_ sentence: String, services: Set<String>, place: String?) {
        let lower = sentence.lowercased()
        guard let signal = Self.marks.first(where: { $0.1.contains { lower.contains($0) } })?.0 else {
            return nil
        }
        self.signal = signal
        quote = sentence
        let words = Words.set(sentence)
        service = services.filter { words.contains($0.lowercased()) }.sorted().first ?? place
        concept = Concept.allCases.first { concept in
            !concept.words.subtracting(["requests", "request", "up", "down", "response", "load"]).isDisjoint(
                with: words)
        }
        minutes = Self.minutes(in: lower)
    }

    /// `for 40 minutes`, `2 hours`, `an hour`, `3 days`.
    static func minutes(in text: String) -> Double? {
        let words = Words.list(text)
        let units = [
            "minute": 1.0, "minutes": 1, "min": 1, "mins": 1, "hour": 60, "hours": 60, "hrs": 60, "day": 1440,
            "days": 1440, "minuten": 1, "stunde": 60, "stunden": 60, "tag": 1440, "tage": 1440, "tagen": 1440,
        ]
        for (index, word) in words.enumerated() where index > 0 {
            guard let unit = units[word] else { continue }
            let before = words[index - 1]
            if let count = Double(before), count > 0, count < 10_000 { return count * unit }
            if ["an", "one", "eine", "einer"].contains(before) || before == "a" && unit == 60 { return unit }
        }
        return nil
    }
}
