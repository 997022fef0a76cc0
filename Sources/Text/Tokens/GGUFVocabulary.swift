import Checkpoint

/// The tokenizer's part of a GGUF file's metadata, with its lists held to the
/// same length and its ids to the vocabulary.
struct GGUFVocabulary {
    let metadata: GGUFMetadata
    let tokens: GGUFStrings
    let kinds: [Vocabulary.Kind]

    /// Reads what every kind of tokenizer needs.
    init(_ metadata: GGUFMetadata) throws(TextError) {
        self.metadata = metadata
        guard let tokens = metadata.strings(Self.key("tokens")), tokens.count > 0 else {
            throw .missing(part: .gguf, field: Self.key("tokens"))
        }
        guard tokens.count <= TextLimits.tokens else {
            throw .invalid(part: .gguf, field: Self.key("tokens"))
        }
        self.tokens = tokens
        guard metadata[Self.key("token_type")] != nil else {
            kinds = [Vocabulary.Kind](repeating: .normal, count: tokens.count)
            return
        }
        guard let types = metadata.numbers(Self.key("token_type")) else {
            throw .invalid(part: .gguf, field: Self.key("token_type"))
        }
        guard types.count == tokens.count else {
            throw .lengths(
                part: .gguf, field: Self.key("token_type"), expected: tokens.count, found: types.count)
        }
        var kinds: [Vocabulary.Kind] = []
        kinds.reserveCapacity(types.count)
        for index in 0..<types.count {
            guard let number = types.integer(index), let raw = UInt8(exactly: number),
                let kind = Vocabulary.Kind(rawValue: raw)
            else { throw .badToken(part: .gguf, index: index) }
            kinds.append(kind)
        }
        self.kinds = kinds
    }

    static func key(_ name: String) -> String { "tokenizer.ggml." + name }

    /// An id that the metadata names, which must be one of the tokens.
    func id(_ name: String) throws(TextError) -> Int32? {
        guard metadata[Self.key(name)] != nil else { return nil }
        guard let id = metadata.int(Self.key(name)) else {
            throw .invalid(part: .gguf, field: Self.key(name))
        }
        // Some converters write -1 for "none".
        if id == -1 || id == Int(UInt32.max) { return nil }
        guard id >= 0, id < tokens.count else {
            throw .badID(part: .gguf, field: Self.key(name), id: id)
        }
        return Int32(id)
    }

    /// A switch, with what holds where the file does not say.
    func flag(_ name: String, default value: Bool) throws(TextError) -> Bool {
        guard metadata[Self.key(name)] != nil else { return value }
        guard let flag = metadata.bool(Self.key(name)) else {
            throw .invalid(part: .gguf, field: Self.key(name))
        }
        return flag
    }
}

/// How large the text side of a model may be.
enum TextLimits {
    /// Tokens; the largest real vocabularies have a quarter of a million.
    static let tokens = 1 << 21
    /// Merges; the largest real list has half a million.
    static let merges = 1 << 23
    /// Bytes of a piece that is found verbatim in text.
    static let addedPiece = 512
}
