/// GPT-2's way to write any byte as a printable character, which is how
/// byte-level vocabularies are spelled in files.
enum ByteAlphabet {
    /// The character that stands for each byte: itself where it is printable
    /// in Latin-1, otherwise the next free one from U+0100 on.
    static let scalars: [Unicode.Scalar] = {
        let printable = [0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF] as [ClosedRange<UInt32>]
        var spare: UInt32 = 0x100
        return (0..<256).map { (byte: UInt32) in
            if printable.contains(where: { $0.contains(byte) }) { return Unicode.Scalar(UInt8(byte)) }
            defer { spare += 1 }
            return Unicode.Scalar(spare) ?? "\u{FFFD}"
        }
    }()

    /// The byte each of the first 512 characters stands for, or -1.
    private static let bytes: [Int16] = {
        var table = [Int16](repeating: -1, count: 512)
        for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = Int16(byte) }
        return table
    }()

    /// The bytes a spelled piece stands for, added to `output`; false, with
    /// nothing useful added, if a character is not of the alphabet or the
    /// piece is not UTF-8.
    static func decode(_ piece: [UInt8], _ range: Range<Int>, into output: inout [UInt8]) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            let first = piece[index]
            var value = Int(first)
            if first >= 0x80 {
                guard first >= 0xC2, first < 0xC8, index + 1 < range.upperBound else { return false }
                guard piece[index + 1] & 0xC0 == 0x80 else { return false }
                value = Int(first & 0x1F) << 6 | Int(piece[index + 1] & 0x3F)
                index += 1
            }
            guard bytes[value] >= 0 else { return false }
            output.append(UInt8(truncatingIfNeeded: bytes[value]))
            index += 1
        }
        return true
    }

    /// The spelling of some bytes.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(scalars[Int(byte)]) }
        return String(text)
    }
}
