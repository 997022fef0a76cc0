/// A day by which something is to be done, found in a sentence as it is said there.
enum DueDate {
    private static let marks: Set<String> = [
        "by", "before", "until", "due", "eta", "deadline", "target", "bis", "vor", "fällig", "frist",
        "termin",
    ]
    private static let months: Set<String> = [
        "jan", "january", "feb", "february", "mar", "march", "apr", "april", "may", "jun", "june", "jul",
        "july",
        "aug", "august", "sep", "sept", "september", "oct", "october", "nov", "november", "dec", "december",
        "januar", "februar", "märz", "mai", "juni", "juli", "oktober", "dezember",
    ]
    private static let days: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "today",
        "tonight", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "morgen",
        "heute", "eod", "eow", "eom", "eoq", "eoy",
    ]
    private static let spans: Set<String> = [
        "week", "month", "quarter", "sprint", "year", "release", "woche", "monat", "quartal", "jahr",
        "monats",
    ]

    /// The date behind `by`, `before`, `due`, `bis` and the like; nothing where there is none.
    static func find(in text: String) -> String? {
        let words = text.split { " ,()[];\n".contains($0) }.map {
            PostmortemText.trimmed($0, of: "*_:")
        }.filter { !$0.isEmpty }
        for (index, word) in words.enumerated() where marks.contains(word.lowercased()) {
            var rest = words[(index + 1)...]
            while let first = rest.first,
                ["on", "the", "date", "is", "by", "am", "zum", "den", "dem", "ist"].contains(
                    first.lowercased())
            { rest = rest.dropFirst() }
            if let date = date(Array(rest.prefix(5))) { return date }
        }
        return nil
    }

    /// The date at the beginning of some words.
    private static func date(_ words: [String]) -> String? {
        func word(_ place: Int) -> String {
            place < words.count ? PostmortemText.trimmed(words[place][...], of: ".!").lowercased() : ""
        }
        func taken(_ count: Int) -> String {
            PostmortemText.trimmed(words.prefix(count).joined(separator: " ")[...], of: ".!")
        }
        let first = word(0)
        if isNumeric(first) || days.contains(first) || isQuarter(first) {
            return taken(isQuarter(first) && isYear(word(1)) ? 2 : 1)
        }
        if months.contains(first) {
            if isDay(word(1)) { return taken(isYear(word(2)) ? 3 : 2) }
            return taken(isYear(word(1)) ? 2 : 1)
        }
        if isDay(first) {
            let place = word(1) == "of" ? 2 : 1
            if months.contains(word(place)) { return taken(isYear(word(place + 1)) ? place + 2 : place + 1) }
        }
        if ["next", "this", "nächste", "nächsten", "nächster", "dieser", "diese"].contains(first),
            spans.contains(word(1)) || days.contains(word(1))
        {
            return taken(2)
        }
        if ["end", "ende", "mid", "mitte", "anfang", "beginning", "early", "late", "start"].contains(first) {
            var place = 1
            while ["of", "the", "des", "der", "next", "this", "nächster", "nächsten", "dieses"].contains(
                word(place))
            { place += 1 }
            if months.contains(word(place)) || isQuarter(word(place)) || spans.contains(word(place)) {
                return taken(isYear(word(place + 1)) ? place + 2 : place + 1)
            }
        }
        return first == "kw" && isDay(word(1)) ? taken(2) : nil
    }

    /// `2026-12-01`, `01.12.2026`, `12/1`.
    private static func isNumeric(_ word: String) -> Bool {
        for separator in ["-", "/", "."] as [Character] {
            let parts = word.split(separator: separator)
            // `1.12` is a version as likely as a day.
            if (separator == "/" ? 2...3 : 3...3).contains(parts.count), parts.allSatisfy({ isCount($0, 4) })
            {
                return true
            }
        }
        return false
    }

    private static func isCount(_ text: some StringProtocol, _ longest: Int) -> Bool {
        (1...longest).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    private static func isYear(_ word: String) -> Bool {
        word.hasPrefix("20") && word.count == 4 && isCount(word, 4)
    }

    private static func isQuarter(_ word: String) -> Bool {
        word.count == 2 && word.first == "q" && "1234".contains(word.last ?? " ")
    }

    private static func isDay(_ word: String) -> Bool {
        let digits = word.prefix { $0.isNumber }
        return isCount(digits, 2) && ["", "st", "nd", "rd", "th"].contains(word.dropFirst(digits.count))
    }
}
