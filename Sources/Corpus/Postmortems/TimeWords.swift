/// Dates and times as people write them in reports, found at the beginning or end of a line.
///
/// Nothing is computed with them: a timeline keeps a time as it is written.
enum TimeWords {
    /// A line whose beginning (or end) is a time, in two.
    struct Found: Equatable {
        let time: String
        let rest: String
    }

    /// `10:45 – a text`, `[03-26 17:40] …`, `**June 14th, 2022, 10:00 AM:** …`.
    static func leading(_ line: String) -> Found? {
        let words = pieces(line)
        var kept = 0
        var isTime = false
        for (place, word) in words.enumerated() {
            let kind = kind(
                word.text, before: place > 0 ? words[place - 1].text : nil,
                after: words.dropFirst(place + 1).first?.text)
            if kind == .clock || kind == .date { isTime = true }
            if kind == .other { break }
            // A joint such as "at" only counts between two parts.
            if kind != .joint { kept = place + 1 }
            if endsTheTime(word.text, isTime, next: words.dropFirst(place + 1).first?.text) { break }
        }
        guard isTime, kept > 0 else { return nil }
        let end = words[kept - 1].end
        return Found(time: bare(line[..<end]), rest: withoutSeparator(line[end...]))
    }

    /// `Fault occurs 2020-02-18 14:13`.
    static func trailing(_ line: String) -> Found? {
        let words = pieces(line)
        var kept = words.count
        var isTime = false
        while kept > 0 {
            let word = words[kept - 1].text
            let kind = kind(
                word, before: kept > 1 ? words[kept - 2].text : nil, after: words.dropFirst(kept).first?.text)
            guard kind != .other, kind != .joint else { break }
            if kind == .clock || kind == .date { isTime = true }
            kept -= 1
        }
        guard isTime, kept > 0, kept < words.count else { return nil }
        let start = words[kept - 1].end
        var event = bare(line[..<start])
        while let last = event.last, [":", "-", "–", "—", ",", "("].contains(String(last)) {
            event = event.dropLast().trimmed
        }
        return event.isEmpty ? nil : Found(time: bare(line[start...]), rest: event)
    }

    /// The first date of a text in the form 2024-02-29, if it has one.
    static func isoDate(in text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10 else { return nil }
        for start in 0...(bytes.count - 10) where start == 0 || !isDigit(bytes[start - 1]) {
            let part = bytes[start..<(start + 10)]
            guard part.enumerated().allSatisfy({ $0 == 4 || $0 == 7 ? $1 == 0x2D : isDigit($1) }) else {
                continue
            }
            let date = String(decoding: part, as: UTF8.self)
            let numbers = date.split(separator: "-").compactMap { Int($0) }
            if (1900...2199).contains(numbers[0]), (1...12).contains(numbers[1]),
                (1...31).contains(numbers[2])
            {
                return date
            }
        }
        return nil
    }

    // MARK: - Words

    enum Kind { case clock, date, part, joint, other }

    private static func pieces(_ line: String) -> [(text: String, end: String.Index)] {
        var pieces: [(text: String, end: String.Index)] = []
        var at = line.startIndex
        // A time is at the beginning; a long line need not be read to its end, except for its end.
        while at < line.endIndex, pieces.count < 400 {
            let start = line[at...].firstIndex { !$0.isWhitespace } ?? line.endIndex
            let end = line[start...].firstIndex(where: \.isWhitespace) ?? line.endIndex
            if start < end { pieces.append((String(line[start..<end]), end)) }
            at = end
        }
        return pieces
    }

    static func kind(_ word: String, before: String?, after: String?) -> Kind {
        let text = core(word).lowercased()
        if text.isEmpty { return word.allSatisfy { "-–—~|".contains($0) } ? .joint : .part }
        if isClock(text) { return .clock }
        if isDate(text) { return .date }
        if zones.contains(text) { return .part }
        if months.contains(where: {
            text == $0 || (text.count > 3 && text.hasPrefix($0) && monthNames.contains(text))
        }) {
            return isNear(number: before, or: after) ? .date : .other
        }
        if weekdays.contains(text) { return .part }
        if let number = Int(text.prefix(while: \.isNumber)), !text.isEmpty {
            let ending = text.drop(while: \.isNumber)
            let isDayNumber =
                (1...31).contains(number) && ["", ".", "st", "nd", "rd", "th"].contains(String(ending))
            let hasMonth = [before, after].compactMap { $0 }.contains(where: isMonth)
            if isDayNumber, hasMonth { return .part }
            if (1990...2100).contains(number), ending.isEmpty,
                before.map({ isMonth($0) || isDay($0) }) == true
            {
                return .part
            }
            return .other
        }
        return joints.contains(text) ? .joint : .other
    }

    private static func isNear(number before: String?, or after: String?) -> Bool {
        [before, after].compactMap { $0 }.contains { isDay($0) || Int(core($0)).map { $0 > 1989 } == true }
    }

    private static func isDay(_ word: String) -> Bool {
        Int(core(word).prefix(while: \.isNumber)).map { (1...31).contains($0) } ?? false
    }

    private static func isMonth(_ word: String) -> Bool {
        let text = core(word).lowercased()
        return months.contains(text) || monthNames.contains(text)
    }

    /// `9:05`, `09:15:04`, `6:27pm`, `14:22–14:26`, `17:07Z`.
    private static func isClock(_ text: String) -> Bool {
        let sides = text.split { "-–—".contains($0) }
        guard (1...2).contains(sides.count) else { return false }
        return sides.allSatisfy { side in
            var rest = side
            for ending in ["am", "pm", "a.m", "p.m", "z", "~", "h"] where rest.hasSuffix(ending) {
                rest = rest.dropLast(ending.count)
                break
            }
            let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
            guard (2...3).contains(parts.count), (1...2).contains(parts[0].count) else { return false }
            return parts.enumerated().allSatisfy { place, part in
                let digits = place == 2 ? part.prefix { $0 != "." && $0 != "," } : part
                return (place == 0 || digits.count == 2) && digits.allSatisfy(\.isASCIIDigit)
                    && (Int(digits).map { $0 < (place == 0 ? 25 : 60) } ?? false)
            }
        }
    }

    /// `2024-02-29`, `2024-02-29T10:00:00Z`, `02/29/2024`, `29.02.2024`, `03-26`.
    private static func isDate(_ text: String) -> Bool {
        if let place = text.firstIndex(of: "t"), place != text.startIndex {
            return isDate(String(text[..<place]))
                && isClock(String(text[text.index(after: place)...].prefix { $0 != "+" }))
        }
        for separator: Character in ["-", "/", "."] {
            let parts = text.split(separator: separator, omittingEmptySubsequences: true)
            guard parts.count == 3 || (parts.count == 2 && separator != "." && text.count == 5),
                parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) && [1, 2, 4].contains($0.count) })
            else { continue }
            return parts.count == 2 || parts.contains { $0.count == 4 } || separator != "."
        }
        return false
    }

    /// Whether what follows the time begins here: after a clock, a dash or colon ends it.
    private static func endsTheTime(_ word: String, _ isTime: Bool, next: String?) -> Bool {
        guard isTime, let next else { return false }
        if word.hasSuffix(":") || word.hasSuffix(":**") || word.hasSuffix("]") { return true }
        if ["-", "–", "—", "|"].contains(next) { return false }
        return false
    }

    /// The word without marks around it.
    private static func core(_ word: String) -> String {
        let marks = "*_[](){}~`,;:<>\"'|"
        var text = word[...]
        while let first = text.first, marks.contains(first) { text = text.dropFirst() }
        while let last = text.last, marks.contains(last) || (last == "." && text.count > 3) {
            text = text.dropLast()
        }
        return String(text)
    }

    private static func bare(_ text: Substring) -> String {
        let marks = "*_[]`:,| ~\t"
        var rest = text
        while let first = rest.first, marks.contains(first) || first == "(" { rest = rest.dropFirst() }
        while let last = rest.last, marks.contains(last) || last == "-" || last == "–" {
            rest = rest.dropLast()
        }
        return String(rest)
    }

    private static func withoutSeparator(_ text: Substring) -> String {
        var rest = text
        while let first = rest.first, first.isWhitespace || "-–—:*_]|),>".contains(first) {
            rest = rest.dropFirst()
        }
        let bare = rest.trimmed
        // Of a line in bold, the opening mark went with the time.
        return bare.hasSuffix("**") && bare.ranges(of: "**").count % 2 == 1 ? bare.dropLast(2).trimmed : bare
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static let zones: Set<String> = [
        "utc", "gmt", "z", "pst", "pdt", "pt", "est", "edt", "et", "cet", "cest", "bst", "ist", "cst", "cdt",
        "mst", "mdt", "mez", "mesz", "uhr", "am", "pm", "a.m", "p.m", "a.m.", "p.m.", "utc-7", "utc-8",
        "utc+1",
        "utc+2",
    ]
    private static let months: Set<String> = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mär",
        "mai",
        "okt", "dez",
    ]
    private static let monthNames: Set<String> = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december", "januar", "februar", "märz", "mai", "juni", "juli", "oktober", "dezember",
    ]
    private static let weekdays: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed",
        "thu",
        "fri", "sat", "sun", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag",
    ]
    private static let joints: Set<String> = [
        "at", "um", "ca", "ca.", "around", "about", "approx", "approximately", "gegen", "to", "bis", "and",
        "on",
    ]
}

extension Character {
    var isASCIIDigit: Bool { isASCII && isNumber }
}
