extension Clock {
    /// Reads RFC 3339: `2026-11-20T14:07:05.123+01:00`, with `Z` or an offset.
    public static func read(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40,
            let year = number(bytes, 0, 4), bytes[4] == dash, let month = number(bytes, 5, 2),
            bytes[7] == dash, let day = number(bytes, 8, 2),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") || bytes[10] == 32,
            let hour = number(bytes, 11, 2), bytes[13] == colon, let minute = number(bytes, 14, 2),
            bytes[16] == colon, let second = number(bytes, 17, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var at = 19
        var fraction = 0.0
        if bytes[at] == UInt8(ascii: ".") {
            var scale = 0.1
            at += 1
            let start = at
            while at < bytes.count, let digit = digit(bytes[at]) {
                fraction += Double(digit) * scale
                scale /= 10
                at += 1
            }
            guard at > start else { return nil }
        }
        guard at < bytes.count, let offset = offset(bytes[at...]) else { return nil }
        let whole = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
        return Double(whole - offset) + fraction
    }

    private static let dash = UInt8(ascii: "-"), colon = UInt8(ascii: ":")

    private static func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
        guard start + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[start..<start + count] {
            guard let digit = digit(byte) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private static func offset(_ rest: ArraySlice<UInt8>) -> Int? {
        let rest = Array(rest)
        if rest == [UInt8(ascii: "Z")] || rest == [UInt8(ascii: "z")] { return 0 }
        // `+01:00`, and `+0100` as many programs write it.
        let isPlain = rest.count == 5
        guard isPlain || rest.count == 6 && rest[3] == colon, let hours = number(rest, 1, 2),
            let minutes = number(rest, isPlain ? 3 : 4, 2), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        switch rest[0] {
        case UInt8(ascii: "+"): return seconds
        case dash: return -seconds
        default: return nil
        }
    }

    /// Days since 1970 of a date of the Gregorian calendar.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
