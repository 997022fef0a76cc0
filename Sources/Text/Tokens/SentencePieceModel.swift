/// What a SentencePiece model says, whatever file said it: pieces with scores
/// and kinds, and how text is prepared.
///
/// A `tokenizer.model` and the vocabulary of a GGUF both become this, it is
/// checked, and libsentencepiece only ever reads what we write from it. Why:
/// the library (0.1.97) has a known fault on crafted files.
struct SentencePieceModel: Sendable {
    var vocabulary: Vocabulary
    var scores: [Float]
    /// Whether a space goes before the text.
    var addsSpacePrefix: Bool
    /// Whether several spaces become one.
    var removesExtraSpaces = false
    var bos: Int32?
    var eos: Int32?
    var addsBOS = true

    /// The longest piece that is taken; real ones have at most 93 bytes.
    static let longestPiece = 1024

    /// Checks what the library takes for granted.
    func check(_ part: TextError.Part) throws(TextError) {
        var unknowns = 0
        var bytes = 0
        for index in 0..<vocabulary.count {
            let piece = vocabulary.bytes(Int32(index))
            let kind = vocabulary.kinds[index]
            guard !piece.isEmpty, piece.count <= Self.longestPiece, !piece.contains(0),
                scores[index].isFinite,
                String(validating: piece, as: UTF8.self) != nil
            else { throw .badToken(part: part, index: index) }
            switch kind {
            case .unknown: unknowns += 1
            case .byte:
                guard ByteFallback.value(piece) != nil else { throw .badToken(part: part, index: index) }
                bytes += 1
            default: break
            }
        }
        guard unknowns == 1 else {
            throw unknowns == 0
                ? .missing(part: part, field: "unknown token") : .invalid(part: part, field: "unknown token")
        }
        guard bytes == 0 || bytes == 256 else { throw .invalid(part: part, field: "byte tokens") }
    }

    /// The model as the protocol buffer that the library reads.
    ///
    /// Only what we understood is written: a BPE model with an identity
    /// normaliser. Pieces found verbatim are spelled with the space mark,
    /// because the library looks for them after it has put the mark in.
    /// Control pieces get names of ours: one that is a single character would
    /// make the library fail on every text that has it.
    func serialized(addsSpacePrefix: Bool) -> [UInt8] {
        var output = ProtobufWriter()
        var hasBytes = false
        for index in 0..<vocabulary.count {
            let kind = vocabulary.kinds[index]
            let bytes = vocabulary.bytes(Int32(index))
            hasBytes = hasBytes || kind == .byte
            let piece: [UInt8] =
                switch kind {
                case .userDefined: SpaceMark.inserted(into: bytes)
                case .control: controlName(index)
                default: Array(bytes)
                }
            var entry = ProtobufWriter()
            entry.write(1, bytes: piece)
            entry.write(2, float: scores[index])
            if kind != .normal { entry.write(3, integer: UInt64(kind.rawValue)) }
            output.write(1, bytes: entry.bytes)
        }
        var trainer = ProtobufWriter()
        trainer.write(3, integer: 2)  // model_type: BPE
        trainer.write(35, integer: hasBytes ? 1 : 0)  // byte_fallback
        let unknown = vocabulary.kinds.firstIndex(of: .unknown) ?? 0
        trainer.write(40, integer: UInt64(unknown))  // unk_id
        trainer.write(45, bytes: Array(vocabulary.bytes(Int32(unknown))))  // unk_piece
        output.write(2, bytes: trainer.bytes)
        var normalizer = ProtobufWriter()
        normalizer.write(1, bytes: Array("identity".utf8))
        normalizer.write(3, integer: addsSpacePrefix ? 1 : 0)
        normalizer.write(4, integer: removesExtraSpaces ? 1 : 0)
        normalizer.write(5, integer: 1)  // escape_whitespaces
        output.write(3, bytes: normalizer.bytes)
        return output.bytes
    }

    /// A name that no other piece has, and that is no single character.
    private func controlName(_ index: Int) -> [UInt8] {
        var name = Array("<control \(index)>".utf8)
        while vocabulary.id(name) != nil { name.append(UInt8(ascii: ">")) }
        return name
    }
}

/// Writes the fields of a protocol buffer.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ field: Int, integer: UInt64) {
        varint(UInt64(field) << 3)
        varint(integer)
    }

    mutating func write(_ field: Int, float: Float) {
        varint(UInt64(field) << 3 | 5)
        for shift in [0, 8, 16, 24] {
            bytes.append(UInt8(truncatingIfNeeded: float.bitPattern >> UInt32(shift)))
        }
    }

    mutating func write(_ field: Int, bytes content: [UInt8]) {
        varint(UInt64(field) << 3 | 2)
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
