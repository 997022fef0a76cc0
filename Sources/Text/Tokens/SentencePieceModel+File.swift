import Checkpoint

extension SentencePieceModel {
    /// The model in a `tokenizer.model`: a pure function of its bytes.
    ///
    /// Only byte-pair models with an identity normaliser are taken, which is
    /// what Gemma's and Llama's are. A compiled character map is a table of
    /// raw offsets that the library follows unchecked, so none is let in.
    init(_ bytes: MappedBytes) throws(TextError) {
        var settings = Settings()
        var vocabulary = Vocabulary()
        var scores: [Float] = []
        var reader = ProtobufReader(bytes, 0..<bytes.count)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let range)):
                guard scores.count < TextLimits.tokens else {
                    throw .invalid(part: .sentencePiece, field: "pieces")
                }
                let (piece, score, kind) = try Self.piece(bytes, range, index: scores.count)
                scores.append(score)
                guard vocabulary.append(piece, kind) else {
                    throw .duplicateToken(part: .sentencePiece, index: scores.count - 1)
                }
            case (2, .bytes(let range)): try settings.readTrainer(bytes, range)
            case (3, .bytes(let range)): try settings.readNormalizer(bytes, range)
            case (1, _), (2, _), (3, _): throw .protobuf(offset: reader.offset)
            default: break
            }
        }
        guard vocabulary.count > 0 else { throw .missing(part: .sentencePiece, field: "pieces") }
        try settings.check()
        self.init(
            vocabulary: vocabulary, scores: scores, addsSpacePrefix: settings.addsSpacePrefix,
            removesExtraSpaces: settings.removesExtraSpaces,
            bos: Self.control(settings.bos, vocabulary), eos: Self.control(settings.eos, vocabulary))
        try check(.sentencePiece)
    }

    /// An id from the settings counts if a control token has it.
    private static func control(_ id: UInt64, _ vocabulary: Vocabulary) -> Int32? {
        guard id < UInt64(vocabulary.count) else { return nil }
        return vocabulary.kind(Int32(id)) == .control ? Int32(id) : nil
    }

    private static func piece(
        _ bytes: MappedBytes, _ range: Range<Int>, index: Int
    ) throws(TextError) -> ([UInt8], Float, Vocabulary.Kind) {
        var text: [UInt8] = []
        var (score, kind) = (Float(0), Vocabulary.Kind.normal)
        var reader = ProtobufReader(bytes, range)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let range)): text = bytes[range].array
            case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
            case (3, .varint(let number)):
                guard let raw = UInt8(exactly: number), let known = Vocabulary.Kind(rawValue: raw) else {
                    throw .badToken(part: .sentencePiece, index: index)
                }
                kind = known
            case (1, _), (2, _), (3, _): throw .protobuf(offset: reader.offset)
            default: break
            }
        }
        return (text, score, kind)
    }

    /// The settings that matter, with the format's defaults.
    private struct Settings {
        var modelType: UInt64 = 1
        var bos: UInt64 = 1
        var eos: UInt64 = 2
        var hasSpaceSuffix = false
        var addsSpacePrefix = true
        var removesExtraSpaces = true
        var escapesSpaces = true
        var characterMap = 0
        var normalizer = ""

        mutating func readTrainer(_ bytes: MappedBytes, _ range: Range<Int>) throws(TextError) {
            var reader = ProtobufReader(bytes, range)
            while let (field, value) = try reader.next() {
                switch (field, value) {
                case (3, .varint(let number)): modelType = number
                case (24, .varint(let number)): hasSpaceSuffix = number != 0
                case (41, .varint(let number)): bos = number
                case (42, .varint(let number)): eos = number
                default: break
                }
            }
        }

        mutating func readNormalizer(_ bytes: MappedBytes, _ range: Range<Int>) throws(TextError) {
            var reader = ProtobufReader(bytes, range)
            while let (field, value) = try reader.next() {
                switch (field, value) {
                case (1, .bytes(let range)): normalizer = bytes[range].text ?? "?"
                case (2, .bytes(let range)): characterMap = range.count
                case (3, .varint(let number)): addsSpacePrefix = number != 0
                case (4, .varint(let number)): removesExtraSpaces = number != 0
                case (5, .varint(let number)): escapesSpaces = number != 0
                default: break
                }
            }
        }

        func check() throws(TextError) {
            guard modelType == 2 else {
                let names: [UInt64: String] = [1: "unigram", 3: "word", 4: "char"]
                throw .unknown(
                    part: .sentencePiece, field: "model_type", value: names[modelType] ?? "\(modelType)")
            }
            guard characterMap == 0 else {
                throw .unknown(part: .sentencePiece, field: "normalizer", value: normalizer)
            }
            guard escapesSpaces else {
                throw .unknown(part: .sentencePiece, field: "escape_whitespaces", value: "false")
            }
            guard !hasSpaceSuffix else {
                throw .unknown(part: .sentencePiece, field: "treat_whitespace_as_suffix", value: "true")
            }
        }
    }
}
