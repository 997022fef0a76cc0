/// Where a text may be cut before a SentencePiece vocabulary encodes it,
/// without changing a single id.
///
/// No merge crosses the seam between a character and the space after it
/// unless some piece holds these two side by side; Gemma 3 has one such piece
/// among 262,144. Why cut: the library's time grows faster than the text (4 MB
/// took 5.3 s whole), and not so in stretches of a few thousand bytes.
struct SentencePieceSeams: Sendable {
    /// Bytes that a stretch has before it may end.
    private static let stretch = 4096

    /// For each byte, whether a character that ends in it holds on to a space.
    private var holds: [Bool]?

    /// The seams of a vocabulary.
    init(_ model: SentencePieceModel) {
        // Without byte pieces, unknown characters join across any seam; and
        // the library trims the ends of what it gets if told to.
        guard model.vocabulary.kinds.contains(.byte), !model.removesExtraSpaces else { return }
        var holds = [Bool](repeating: false, count: 256)
        holds[Int(UInt8(ascii: " "))] = true
        // A mark typed into the text counts as a space.
        holds[0x81] = true
        for (index, kind) in model.vocabulary.kinds.enumerated() where kind != .control && kind != .byte {
            var last: UInt8?
            for byte in SpaceMark.removed(from: model.vocabulary.bytes(Int32(index))) {
                if byte == UInt8(ascii: " "), let last { holds[Int(last)] = true }
                last = byte
            }
        }
        self.holds = holds
    }

    /// Whether any text can be cut; then each stretch is encoded by itself.
    var exist: Bool { holds != nil }

    /// Hands out the stretches of `bytes[range]` in order.
    func split(_ bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var start = range.lowerBound
        if let holds {
            var index = start + Self.stretch
            while index < range.upperBound {
                if bytes[index] == UInt8(ascii: " "), !holds[Int(bytes[index - 1])] {
                    body(start..<index)
                    start = index
                    index += Self.stretch
                } else {
                    index += 1
                }
            }
        }
        if start < range.upperBound { body(start..<range.upperBound) }
    }
}
