import Checkpoint

extension BytePairTokenizer {
    /// The tokenizer of a `tokenizer.json`, with the same result as Hugging
    /// Face's `tokenizers`.
    ///
    /// Every part is recognised as one of a closed set; what is not in it is
    /// refused by name.
    ///
    /// - Parameters:
    ///   - rows: the rows of the model's embedding, where known. Added tokens
    ///     beyond them are left out (Gemma 3's small models name one for
    ///     images, which they cannot read).
    init(_ file: TokenizerFile, rows: Int? = nil) throws(TextError) {
        let model = file.model
        try Self.checkModel(model)
        let shape = try TokenizerShape(file.root)
        let isByteLevel = shape.spelling == .byteAlphabet
        let usesBytes = try Self.flag(model, "byte_fallback")
        let added = try AddedToken.read(file.root["added_tokens"], rows: rows)
        let vocabulary = try Self.vocabulary(file, added, shape.spelling, usesBytes: usesBytes)
        var unknown: Int32?
        if let piece = try Self.text(model, "unk_token") {
            unknown = vocabulary.id(Array(piece.utf8))
            guard unknown != nil || isByteLevel else {
                throw .invalid(part: .tokenizerJSON, field: "model.unk_token")
            }
        }
        var parts = Parts(
            vocabulary: vocabulary, merges: try Self.merges(file, vocabulary, shape.spelling),
            alphabet: .bytes([]), spelling: shape.spelling,
            ignoresMerges: try Self.flag(model, "ignore_merges"),
            normalizer: shape.normalizer, preTokenizer: shape.preTokenizer)
        if isByteLevel {
            parts.alphabet = .bytes((0..<256).map { vocabulary.id([UInt8($0)]) ?? -1 })
        } else {
            let bytes = (0..<256).map { vocabulary.id(ByteFallback.piece(UInt8($0))) ?? -1 }
            parts.alphabet = .characters(
                bytes: usesBytes ? bytes : nil, unknown: unknown, fuses: try Self.flag(model, "fuse_unk"))
        }
        for token in added {
            if token.isNormalized, !shape.normalizer.steps.isEmpty {
                let content = shape.normalizer.apply(token.content, isStart: false)
                parts.addedAfterNormalizing.insert(content, id: token.id, isControl: token.isSpecial)
            } else {
                parts.added.insert(token.content, id: token.id, isControl: token.isSpecial)
            }
        }
        parts.addsBOS = shape.begin != nil
        parts.bos = shape.begin.flatMap { begin in added.first { $0.content == Array(begin.utf8) }?.id }
        parts.addsSpacePrefix = shape.addsSpacePrefix
        self.init(parts)
    }

    /// The same tokenizer with its begin and end named by other files.
    func with(bos: Int32?, eos: Int32?, addsBOS: Bool?) -> BytePairTokenizer {
        var parts = parts
        parts.bos = bos ?? parts.bos
        parts.eos = eos ?? parts.eos
        parts.addsBOS = (addsBOS ?? parts.addsBOS) && parts.bos != nil
        return BytePairTokenizer(parts)
    }

    private static func checkModel(_ model: JSONObject) throws(TextError) {
        let type = try text(model, "type") ?? "BPE"
        guard type == "BPE" else { throw .unknown(part: .tokenizerJSON, field: "model.type", value: type) }
        for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let value = try text(model, name), !value.isEmpty {
                throw .unknown(part: .tokenizerJSON, field: "model." + name, value: value)
            }
        }
        if let dropout = model["dropout"], !dropout.isNull, dropout.double != 0 {
            throw .unknown(part: .tokenizerJSON, field: "model.dropout", value: "a value above 0")
        }
    }

    private static func text(_ model: JSONObject, _ name: String) throws(TextError) -> String? {
        switch model[name] {
        case nil, .null: return nil
        case .string(let value): return value
        default: throw .invalid(part: .tokenizerJSON, field: "model." + name)
        }
    }

    private static func flag(_ model: JSONObject, _ name: String) throws(TextError) -> Bool {
        switch model[name] {
        case nil, .null: return false
        case .bool(let value): return value
        default: throw .invalid(part: .tokenizerJSON, field: "model." + name)
        }
    }

    private static func merges(
        _ file: TokenizerFile, _ vocabulary: Vocabulary, _ spelling: Spelling
    ) throws(TextError) -> MergeTable {
        if let index = file.badMerge { throw .badMerge(part: .tokenizerJSON, index: index) }
        let count = file.mergesAreSides ? file.merges.count / 2 : file.merges.count
        guard count <= TextLimits.merges else { throw .invalid(part: .tokenizerJSON, field: "model.merges") }
        var reader = MergeReader(capacity: count, spelling: spelling)
        for index in 0..<count {
            if file.mergesAreSides {
                let (left, right) = (file.merges.range(2 * index), file.merges.range(2 * index + 1))
                try reader.append(file.merges.bytes, left, right, vocabulary, .tokenizerJSON)
            } else {
                try reader.append(file.merges.bytes, file.merges.range(index), vocabulary, .tokenizerJSON)
            }
        }
        return reader.merges
    }

    /// Pieces and added tokens in the order of their ids, holes left unused.
    private static func vocabulary(
        _ file: TokenizerFile, _ added: [AddedToken], _ spelling: Spelling, usesBytes: Bool
    ) throws(TextError) -> Vocabulary {
        let places = try Places(file, added)
        var vocabulary = Vocabulary(capacity: places.count)
        var bytes: [UInt8] = []
        for id in 0..<places.count {
            let piece = places.piece(id)
            if let token = places.added(id) {
                // In a verbatim vocabulary merges may lead to the piece too.
                let found = piece != nil && spelling == .verbatim
                guard
                    vocabulary.append(token.content, token.isSpecial ? .control : .userDefined, found: found)
                else { throw .duplicateToken(part: .tokenizerJSON, index: id) }
                continue
            }
            guard let piece else {
                _ = vocabulary.append([], .unused, found: false)
                continue
            }
            bytes.removeAll(keepingCapacity: true)
            let range = file.pieces.range(piece)
            let isSpelled =
                spelling == .byteAlphabet && ByteAlphabet.decode(file.pieces.bytes, range, into: &bytes)
            if !isSpelled { bytes = Array(file.pieces[piece]) }
            let isByte = usesBytes && spelling == .verbatim && ByteFallback.value(bytes) != nil
            let found = !bytes.isEmpty && (isSpelled || spelling == .verbatim)
            guard vocabulary.append(bytes, isByte ? .byte : .normal, found: found) else {
                throw .duplicateToken(part: .tokenizerJSON, index: id)
            }
        }
        return vocabulary
    }

    /// Which piece and which added token each id has.
    private struct Places {
        private var pieces: [Int32]
        private var tokens: [Int32: AddedToken] = [:]

        var count: Int { pieces.count }

        init(_ file: TokenizerFile, _ added: [AddedToken]) throws(TextError) {
            let largest = max(file.ids.max() ?? -1, Int64(added.map(\.id).max() ?? -1))
            // Real vocabularies have few holes; a far id must not cost memory.
            let limit = Int64(min(TextLimits.tokens, (file.ids.count + added.count) * 2 + 4096))
            guard largest >= 0, largest < limit else {
                throw .badID(part: .tokenizerJSON, field: "model.vocab", id: Int(clamping: largest))
            }
            pieces = [Int32](repeating: -1, count: Int(largest) + 1)
            for (index, id) in file.ids.enumerated() {
                guard id >= 0, pieces[Int(id)] < 0 else {
                    throw .badID(part: .tokenizerJSON, field: "model.vocab", id: Int(clamping: id))
                }
                pieces[Int(id)] = Int32(index)
            }
            for token in added {
                let piece = pieces[Int(token.id)]
                let isSame = piece < 0 || file.pieces[Int(piece)].elementsEqual(token.content)
                guard isSame, tokens.updateValue(token, forKey: token.id) == nil else {
                    throw .badID(part: .tokenizerJSON, field: "added_tokens", id: Int(token.id))
                }
            }
        }

        func piece(_ id: Int) -> Int? { pieces[id] < 0 ? nil : Int(pieces[id]) }
        func added(_ id: Int) -> AddedToken? { tokens[Int32(id)] }
    }
}
