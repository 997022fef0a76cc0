/// Whether every number and time of a text occurs in the evidence: checked by a program, never by a model.
public struct Grounding: Sendable {
    private let numbers: Set<String>
    private let names: Set<String>

    /// Evidence as texts.
    public init(evidence: [String]) {
        var numbers: Set<String> = []
        var names: Set<String> = []
        for text in evidence {
            for token in Self.tokens(text) {
                if token.isName {
                    names.insert(token.text)
                    // `14:07:05` and `2026-11-20T14:07:05Z` also say 14:07 and the day.
                    for part in token.text.split(whereSeparator: { !$0.isNumber && !":.-".contains($0) }) {
                        numbers.formUnion(Self.readings(String(part)))
                    }
                } else {
                    numbers.formUnion(Self.readings(token.text))
                }
            }
        }
        self.numbers = numbers
        self.names = names
    }

    /// The numbers, times and names with digits that the evidence does not have, in order.
    public func missing(in text: String) -> [String] {
        var missing: [String] = []
        for token in Self.tokens(text) {
            let isThere =
                token.isName
                ? names.contains(token.text) : numbers.contains(Self.normal(token.text))
            if !isThere, !missing.contains(token.text) { missing.append(token.text) }
        }
        for word in Words.list(text) {
            if let value = Self.spelled[word], !numbers.contains(value), !missing.contains(word) {
                missing.append(word)
            }
        }
        return missing
    }

    private static let spelled = [
        "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
        "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15", "twenty": "20",
        "thirty": "30",
        "forty": "40", "fifty": "50", "sixty": "60", "hundred": "100", "thousand": "1000",
        "million": "1000000", "dozen": "12",
    ]

    private struct Token {
        let text: String
        /// Whether letters stand in it: `v2.31`, `p99`, `db-3`.
        let isName: Bool
    }

    /// Everything with a digit in it.
    private static func tokens(_ text: String) -> [Token] {
        var tokens: [Token] = []
        var word: [UInt8] = []
        func finish() {
            while let last = word.last, ".,:-_/".utf8.contains(last) { word.removeLast() }
            while let first = word.first, ".,:-_/".utf8.contains(first) { word.removeFirst() }
            defer { word.removeAll(keepingCapacity: true) }
            guard word.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) else { return }
            let text = String(decoding: word, as: UTF8.self)
            // A unit right behind a number is no name: `97ms`, `12min`.
            let digits = word.prefix {
                ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",")
            }
            let rest = String(decoding: word.dropFirst(digits.count), as: UTF8.self)
            if !digits.isEmpty,
                [
                    "s", "ms", "us", "min", "h", "d", "x", "k", "m", "g", "mb", "gb", "kb", "mib", "gib",
                    "am", "pm", "th", "st", "nd", "rd", "utc",
                ].contains(rest)
            {
                tokens.append(Token(text: String(decoding: digits, as: UTF8.self), isName: false))
            } else {
                let hasLetters = word.contains {
                    ($0 >= 0x61 && $0 <= 0x7A) || $0 > 0x7F || $0 == UInt8(ascii: "_")
                }
                tokens.append(Token(text: text, isName: hasLetters))
            }
        }
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x80...0xFF: word.append(byte)
            case 0x41...0x5A: word.append(byte + 32)
            case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "-"),
                UInt8(ascii: "_"),
                UInt8(ascii: "/"):
                if !word.isEmpty { word.append(byte) }
            default: finish()
            }
        }
        finish()
        return tokens
    }

    /// One way of writing each number: no commas between thousands, no zeros at the end of a fraction.
    private static func normal(_ text: String) -> String {
        if text.contains(":") || text.contains("-") || text.contains("/") { return text }
        var text = text.replacing(",", with: "")
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        while text.count > 1, text.hasPrefix("0"), !text.hasPrefix("0.") { text.removeFirst() }
        return text
    }

    /// What a number of the evidence may be repeated as.
    private static func readings(_ text: String) -> [String] {
        var readings = [normal(text)]
        let parts = text.split(separator: ":")
        if parts.count == 3 { readings.append("\(parts[0]):\(parts[1])") }
        // A range says both its ends; a date only itself.
        let ends = text.split(whereSeparator: { $0 == "-" || $0 == "/" })
        if ends.count == 2 { readings += ends.map { normal(String($0)) } }
        return readings
    }
}
