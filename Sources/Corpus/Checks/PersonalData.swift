/// Things in a text that belong to a person: addresses, numbers, names of accounts.
///
/// Names of people have no shape and are not found. Like ``Secrets``, it is made of
/// small scanners for documented shapes, so no text can make the search slow.
public struct PersonalData: Sendable, Equatable {
    /// What can be found.
    public enum Kind: String, Sendable, CaseIterable {
        /// An address for mail.
        case email
        /// A telephone number, written with `+`, with a leading 0, or as in North America.
        case phone
        /// A bank account whose check digits are right.
        case iban
        /// The number of a payment card whose check digit is right.
        case card
        /// The name of an account, as in `@anna`.
        case handle
    }

    /// One of them.
    public struct Finding: Sendable, Equatable {
        /// What it is.
        public let kind: Kind
        /// Where it stands, in UTF-8 bytes.
        public let range: Range<Int>
    }

    /// In the order of the text; none overlaps another.
    public let findings: [Finding]

    /// Searches a text.
    public init(in text: String) {
        let scanner = Scanner(bytes: Array(text.utf8))
        var findings: [Finding] = []
        var place = 0
        while place < scanner.bytes.count {
            guard let found = scanner.finding(at: place) else {
                place += 1
                continue
            }
            findings.append(found)
            place = max(place + 1, found.range.upperBound)
        }
        self.findings = findings
    }
}

extension PersonalData {
    private struct Scanner {
        let bytes: [UInt8]

        func finding(at place: Int) -> Finding? {
            let byte = bytes[place]
            if byte == 0x40 { return handle(at: place) }
            guard place == 0 || !isWord(bytes[place - 1]) else { return nil }
            if isAlphanumeric(byte), let end = email(at: place) {
                return Finding(kind: .email, range: place..<end)
            }
            if isUpper(byte), let end = iban(at: place) { return Finding(kind: .iban, range: place..<end) }
            if isDigit(byte), let end = card(at: place) { return Finding(kind: .card, range: place..<end) }
            if isDigit(byte) || byte == 0x2B || byte == 0x28, let end = phone(at: place) {
                return Finding(kind: .phone, range: place..<end)
            }
            return nil
        }

        // MARK: Mail and accounts

        private func email(at place: Int) -> Int? {
            let at = run(from: place) { isAlphanumeric($0) || [0x2E, 0x5F, 0x25, 0x2B, 0x2D].contains($0) }
            guard at < bytes.count, bytes[at] == 0x40, at - place <= 64, bytes[at - 1] != 0x2E else {
                return nil
            }
            // A repository's address is no person's.
            if bytes[place..<at].elementsEqual("git".utf8) { return nil }
            var end = run(from: at + 1) { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x2D }
            while end > at + 1, !isAlphanumeric(bytes[end - 1]) { end -= 1 }
            guard let dot = bytes[(at + 1)..<end].lastIndex(of: 0x2E), dot > at + 1 else { return nil }
            let ending = bytes[(dot + 1)..<end]
            return ending.count >= 2 && ending.allSatisfy(isLetter) ? end : nil
        }

        private static let everyone: [String] = [
            "here", "channel", "everyone", "all", "override", "media", "import", "param", "return", "latest",
        ]

        /// Not in code (`@angular/core`), not a decorator before a bracket, not in an address.
        private func handle(at place: Int) -> Finding? {
            if place > 0, isAlphanumeric(bytes[place - 1]) || "./`@\\$".utf8.contains(bytes[place - 1]) {
                return nil
            }
            guard place + 1 < bytes.count, isLetter(bytes[place + 1]) else { return nil }
            let end = run(from: place + 1) { isWord($0) || $0 == 0x2D }
            guard (2...39).contains(end - place - 1) else { return nil }
            if end < bytes.count, bytes[end] == 0x2F || bytes[end] == 0x28 || bytes[end] == 0x40 {
                return nil
            }
            let name = String(decoding: bytes[(place + 1)..<end], as: UTF8.self).lowercased()
            return Self.everyone.contains(name) ? nil : Finding(kind: .handle, range: place..<end)
        }

        // MARK: Numbers

        private func phone(at place: Int) -> Int? {
            var digits = 0
            var groups = 0
            var end = place
            var at = place
            var wasDigit = false
            if place > 0, [0x2E, 0x2C, 0x3A, 0x2D, 0x2F, 0x23, 0x3D].contains(bytes[place - 1]) {
                return nil
            }
            while at < bytes.count, digits <= 16 {
                let byte = bytes[at]
                if isDigit(byte) {
                    if !wasDigit { groups += 1 }
                    digits += 1
                    end = at + 1
                } else if byte == 0x2B {
                    guard at == place else { break }
                } else if !(isSeparator(byte) && at - end < 3) {
                    break
                }
                wasDigit = isDigit(byte)
                at += 1
            }
            // Letters or a point with more after it: a version, a name, an amount.
            if end < bytes.count, isWord(bytes[end]) || bytes[end] == 0x3A || bytes[end] == 0x25 {
                return nil
            }
            if end + 1 < bytes.count, [0x2E, 0x2C].contains(bytes[end]), isDigit(bytes[end + 1]) {
                return nil
            }
            let text = bytes[place..<end]
            if text.first == 0x2B { return (8...15).contains(digits) ? end : nil }
            return isNational(text, digits, groups) ? end : nil
        }

        /// `0171 2345678`, `(030) 123456`, `(555) 123-4567`, `555-123-4567`.
        private func isNational(_ text: ArraySlice<UInt8>, _ digits: Int, _ groups: Int) -> Bool {
            let parts = text.split { !isDigit($0) }
            guard groups >= 2, let first = parts.first else { return false }
            if first.first == 0x30 {
                // A day such as 01-02-2024 has no part of three digits before the year.
                let rest = digits - first.count
                return (8...13).contains(digits) && (3...6).contains(first.count) && rest >= 5
                    && (parts.last?.count ?? 0) >= 3
            }
            return parts.map(\.count) == [3, 3, 4] && first.first != 0x31
        }

        private func isSeparator(_ byte: UInt8) -> Bool { [0x20, 0x2D, 0x2F, 0x28, 0x29].contains(byte) }

        private func iban(at place: Int) -> Int? {
            guard place + 4 < bytes.count, isUpper(bytes[place + 1]), isDigit(bytes[place + 2]),
                isDigit(bytes[place + 3])
            else { return nil }
            var compact: [UInt8] = []
            var end = place
            var at = place
            while at < bytes.count, compact.count < 34 {
                if isUpper(bytes[at]) || isDigit(bytes[at]) {
                    compact.append(bytes[at])
                    end = at + 1
                } else if bytes[at] != 0x20 || compact.count % 4 != 0 {
                    break
                }
                at += 1
            }
            guard compact.count >= 15, end == bytes.count || !isWord(bytes[end]) else { return nil }
            var rest = 0
            for byte in compact[4...] + compact[..<4] {
                rest = isDigit(byte) ? (rest * 10 + Int(byte & 0xF)) % 97 : (rest * 100 + Int(byte) - 55) % 97
            }
            return rest == 1 ? end : nil
        }

        private func card(at place: Int) -> Int? {
            var digits: [Int] = []
            var end = place
            var at = place
            while at < bytes.count, digits.count <= 19 {
                if isDigit(bytes[at]) {
                    digits.append(Int(bytes[at] & 0xF))
                    end = at + 1
                } else if ![0x20, 0x2D].contains(bytes[at]) || at - end > 0 {
                    break
                }
                at += 1
            }
            guard digits.count == 16 || digits.count == 15, end == bytes.count || !isWord(bytes[end]) else {
                return nil
            }
            let begins = digits[0] * 10 + digits[1]
            guard digits.count == 15 ? [34, 37].contains(begins) : (40...59).contains(begins) || begins == 60
            else { return nil }
            let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
                let doubled = digit.offset % 2 == 1 ? digit.element * 2 : digit.element
                return sum + (doubled > 9 ? doubled - 9 : doubled)
            }
            return sum % 10 == 0 ? end : nil
        }

        // MARK: Bytes

        private func run(from place: Int, _ fits: (UInt8) -> Bool) -> Int {
            guard place < bytes.count else { return bytes.count }
            return bytes[place...].firstIndex { !fits($0) } ?? bytes.count
        }

        private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        private func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
        private func isLetter(_ byte: UInt8) -> Bool { isUpper(byte) || (0x61...0x7A).contains(byte) }
        private func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
        /// Bytes above 0x7F are letters of other alphabets or parts of them.
        private func isWord(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == 0x5F || byte >= 0x80 }
    }
}
