/// U+2581, which SentencePiece vocabularies write where the text has a space.
enum SpaceMark {
    /// The mark in UTF-8.
    static let bytes: [UInt8] = [0xE2, 0x96, 0x81]

    /// The bytes with every mark turned back into a space.
    static func removed(from bytes: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            result.append(byte)
            if byte == 0x81, result.suffix(3).elementsEqual(Self.bytes) {
                result.removeLast(3)
                result.append(UInt8(ascii: " "))
            }
        }
        return result
    }

    /// The bytes with every space turned into the mark.
    static func inserted(into bytes: some Collection<UInt8>) -> [UInt8] {
        bytes.contains(UInt8(ascii: " "))
            ? bytes.flatMap { $0 == UInt8(ascii: " ") ? Self.bytes : [$0] } : Array(bytes)
    }
}

/// Pieces such as `<0x0A>` that stand for one byte of a character that is no
/// piece itself.
enum ByteFallback {
    /// The byte a piece stands for.
    static func value(_ piece: some Collection<UInt8>) -> UInt8? {
        guard piece.count == 6 else { return nil }
        let text = Array(piece)
        guard text[0..<3].elementsEqual("<0x".utf8), text[5] == UInt8(ascii: ">") else { return nil }
        guard let high = digit(text[3]), let low = digit(text[4]) else { return nil }
        return high << 4 | low
    }

    /// The piece for a byte.
    static func piece(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)], UInt8(ascii: ">")]
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        default: nil
        }
    }
}
