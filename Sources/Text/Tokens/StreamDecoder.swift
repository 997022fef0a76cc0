/// Turns tokens into text one by one, and never hands out half a character.
///
/// What was pushed and finished, put together, is exactly `decode` of the same
/// ids. A token may end inside a character (byte tokens do); its bytes wait
/// for the rest. Bytes that can no longer become a character are U+FFFD.
public struct StreamDecoder {
    private let tokenizer: any Tokenizer
    private var pending: [UInt8] = []
    private var stripsSpace: Bool

    /// A decoder before its first token.
    ///
    /// - Parameter continuing: whether earlier text stands before the first
    ///   token. Then a space in front of it is a space; at the start of a text
    ///   it may be the one that encoding had put there.
    public init(_ tokenizer: any Tokenizer, continuing: Bool = false) {
        self.tokenizer = tokenizer
        stripsSpace = tokenizer.addsSpacePrefix && !continuing
    }

    /// The text that a token completes; empty while a character is open.
    public mutating func push(_ id: Int32) -> String {
        var bytes = tokenizer.bytes(of: id)
        guard !bytes.isEmpty else { return "" }
        if stripsSpace, bytes.first == UInt8(ascii: " ") { bytes.removeFirst() }
        stripsSpace = false
        pending += bytes
        let open = Self.openCharacter(pending)
        defer { pending.removeFirst(pending.count - open) }
        return String(decoding: pending.dropLast(open), as: UTF8.self)
    }

    /// The text of what is left when no token follows.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many bytes at the end begin a character that could still be
    /// completed.
    private static func openCharacter(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let lead = bytes[bytes.count - length]
            if lead & 0xC0 == 0x80 { continue }
            let expected = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
            guard length < expected, lead >= 0xC2, lead <= 0xF4 else { return 0 }
            guard length > 1 else { return length }
            // Second bytes that no character has close it at once (RFC 3629).
            let second = bytes[bytes.count - length + 1]
            let isPossible =
                switch lead {
                case 0xE0: second >= 0xA0
                case 0xED: second < 0xA0
                case 0xF0: second >= 0x90
                case 0xF4: second < 0x90
                default: true
                }
            return isPossible ? length : 0
        }
        return 0
    }
}
