/// The shapes of secrets, one small scanner each.
struct SecretScanner {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The secret that begins exactly here, if one does.
    func secret(at place: Int, addresses: Bool) -> Secrets.Finding? {
        if let end = privateKey(at: place) { return finding(.privateKey, place, end) }
        if starts("://", at: place), let range = urlPassword(after: place + 3) {
            return Secrets.Finding(kind: .urlPassword, range: range)
        }
        guard isWordStart(place) else { return nil }
        for shape in Self.tokens {
            if let end = token(shape, at: place) { return finding(shape.kind, place, end) }
        }
        if let end = webToken(at: place) { return finding(.webToken, place, end) }
        if let range = bearer(at: place) { return Secrets.Finding(kind: .bearer, range: range) }
        if let range = password(at: place) { return Secrets.Finding(kind: .password, range: range) }
        if addresses, let end = address(at: place) { return finding(.address, place, end) }
        return nil
    }

    private func finding(_ kind: Secrets.Kind, _ start: Int, _ end: Int) -> Secrets.Finding {
        Secrets.Finding(kind: kind, range: start..<end)
    }

    // MARK: Tokens with a prefix of their own

    private struct Shape: Sendable {
        let kind: Secrets.Kind
        let prefix: String
        /// How many characters at least must follow.
        let length: Int
        var characters: @Sendable (UInt8) -> Bool = { isAlphanumeric($0) }
    }

    private static let tokens: [Shape] =
        ["AKIA", "ASIA"].map { Shape(kind: .awsKey, prefix: $0, length: 16, characters: isUpperOrDigit) }
        + ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map {
            // Real ones have 36; one that lost its end in the copying is a secret too.
            Shape(kind: .githubToken, prefix: $0, length: 30)
        }
        + [Shape(kind: .githubToken, prefix: "github_pat_", length: 22, characters: isTokenByte)]
        + [Shape(kind: .gitlabToken, prefix: "glpat-", length: 20, characters: isTokenByte)]
        + ["xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-"].map {
            Shape(kind: .slackToken, prefix: $0, length: 10, characters: isTokenByte)
        }
        + [Shape(kind: .googleKey, prefix: "AIza", length: 35, characters: isTokenByte)]
        + ["sk_live_", "rk_live_", "sk_test_"].map { Shape(kind: .stripeKey, prefix: $0, length: 16) }
        + ["sk-", "hf_"].map {
            Shape(kind: .modelProviderKey, prefix: $0, length: 20, characters: isTokenByte)
        }

    private func token(_ shape: Shape, at place: Int) -> Int? {
        guard starts(shape.prefix, at: place) else { return nil }
        let start = place + shape.prefix.utf8.count
        let end = run(from: start, shape.characters)
        return end - start >= shape.length ? end : nil
    }

    // MARK: Shapes with structure

    private func privateKey(at place: Int) -> Int? {
        guard starts("-----BEGIN ", at: place) else { return nil }
        let label = place + 11
        let end = run(from: label) { isUpperOrDigit($0) || $0 == 0x20 }
        guard starts("-----", at: end), bytes[label..<end].suffix(11).elementsEqual("PRIVATE KEY".utf8)
        else { return nil }
        return end + 5
    }

    /// Three dotted base64url parts, the first of them JSON (`eyJ`).
    private func webToken(at place: Int) -> Int? {
        guard starts("eyJ", at: place) else { return nil }
        var end = place
        for part in 0..<3 {
            if part > 0 {
                guard end < bytes.count, bytes[end] == UInt8(ascii: ".") else { return nil }
                end += 1
            }
            let next = run(from: end, isTokenByte)
            guard next - end >= 8 else { return nil }
            end = next
        }
        return end
    }

    private func bearer(at place: Int) -> Range<Int>? {
        guard starts("bearer ", at: place, anyCase: true) else { return nil }
        let end = run(from: place + 7) { isTokenByte($0) || $0 == UInt8(ascii: ".") }
        return end - place - 7 >= 20 ? (place + 7)..<end : nil
    }

    /// `user:password@` after `://`.
    private func urlPassword(after place: Int) -> Range<Int>? {
        let user = run(from: place) { isAlphanumeric($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E }
        guard user > place, user < bytes.count, bytes[user] == UInt8(ascii: ":") else { return nil }
        let start = user + 1
        let end = run(from: start) { $0 > 0x20 && $0 != 0x40 && $0 != 0x2F && $0 < 0x7F }
        guard end > start, end < bytes.count, bytes[end] == UInt8(ascii: "@") else { return nil }
        return isPlaceholder(bytes[start..<end]) ? nil : start..<end
    }

    private static let names = [
        "password", "passwort", "passwd", "pwd", "secret", "api_key", "apikey", "api-key",
        "access_key", "secret_key", "auth_token", "access_token", "client_secret",
    ]

    /// A name such as `password`, a colon or equals sign, and a value that is
    /// not a stand-in.
    private func password(at place: Int) -> Range<Int>? {
        guard
            let name = Self.names.filter({ starts($0, at: place, anyCase: true) })
                .max(by: { $0.utf8.count < $1.utf8.count })
        else { return nil }
        var start = place + name.utf8.count
        if start < bytes.count, isQuote(bytes[start]) { start += 1 }
        start = run(from: start) { $0 == 0x20 }
        guard start < bytes.count, bytes[start] == 0x3A || bytes[start] == 0x3D else { return nil }
        start = run(from: start + 1) { $0 == 0x20 || isQuote($0) }
        let end = run(from: start) { $0 > 0x20 && $0 < 0x7F && !isQuote($0) && $0 != 0x2C && $0 != 0x3B }
        guard end - start >= 6, !isPlaceholder(bytes[start..<end]) else { return nil }
        return start..<end
    }

    private func address(at place: Int) -> Int? {
        var end = place
        for part in 0..<4 {
            if part > 0 {
                guard end < bytes.count, bytes[end] == UInt8(ascii: ".") else { return nil }
                end += 1
            }
            let next = run(from: end) { (0x30...0x39).contains($0) }
            guard (1...3).contains(next - end),
                bytes[end..<next].reduce(0, { $0 * 10 + Int($1 & 0xF) }) <= 255
            else { return nil }
            end = next
        }
        return end
    }

    // MARK: Small things

    private func isWordStart(_ place: Int) -> Bool {
        place == 0 || !isAlphanumeric(bytes[place - 1])
    }

    private func starts(_ text: String, at place: Int, anyCase: Bool = false) -> Bool {
        guard place + text.utf8.count <= bytes.count else { return false }
        return zip(text.utf8, bytes[place...]).allSatisfy { wanted, byte in
            wanted == byte || (anyCase && wanted == lower(byte))
        }
    }

    private func run(from place: Int, _ fits: (UInt8) -> Bool) -> Int {
        guard place < bytes.count else { return bytes.count }
        return bytes[place...].firstIndex { !fits($0) } ?? bytes.count
    }

    /// What people write where the secret was: stars, brackets, `redacted`, a variable.
    private func isPlaceholder(_ value: ArraySlice<UInt8>) -> Bool {
        let text = value.map(lower)
        let openings = ["<", "$", "{", "[", "%"]
        let words = ["redacted", "changeme", "example", "your", "none", "null", "geschwärzt"]
        return openings.contains { text.starts(with: $0.utf8) }
            || words.contains { text.starts(with: $0.utf8) }
            || Set(text).isSubset(of: Array("*x.#-_".utf8))
    }
}

private func lower(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
}

private func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 || byte == 0x60 }

private func isUpperOrDigit(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
    isUpperOrDigit(byte) || (0x61...0x7A).contains(byte)
}

private func isTokenByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == 0x2D || byte == 0x5F
}
