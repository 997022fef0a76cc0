/// A tokenizer that joins symbols pair by pair, in the order a vocabulary
/// learned.
///
/// The symbols are either bytes (GPT-2, SmolLM, Qwen, Llama 3) or characters
/// with bytes for the rare ones (the `tokenizer.json` of a SentencePiece
/// model). Everything is keyed by bytes; no `String` is made on the way from
/// text to ids.
struct BytePairTokenizer: Tokenizer {
    /// What the first symbols of a word are.
    enum Alphabet: Sendable {
        /// Its bytes; the id of each, or -1 for a byte that the vocabulary
        /// lacks, which is then left out of the text as Hugging Face does.
        case bytes([Int32])
        /// Its characters; for one that is no piece the ids of its bytes, or
        /// else `unknown`, several in a row as one if they fuse. A byte
        /// without a piece has the id -1.
        case characters(bytes: [Int32]?, unknown: Int32?, fuses: Bool)
    }

    /// How the vocabulary spells its pieces, for `piece` and `id(of:)`.
    enum Spelling: Sendable { case byteAlphabet, verbatim }

    /// The parts a tokenizer is made of.
    struct Parts: Sendable {
        var vocabulary: Vocabulary
        var merges: MergeTable
        var alphabet: Alphabet
        var spelling: Spelling
        var ignoresMerges = false
        var normalizer = Normalizer()
        var preTokenizer: PreTokenizer
        /// Pieces found in the text as it is, and in the normalised text.
        var added = AddedTokens()
        var addedAfterNormalizing = AddedTokens()
        var bos: Int32?
        var eos: Int32?
        var addsBOS = false
        var addsSpacePrefix = false
    }

    let parts: Parts

    init(_ parts: Parts) { self.parts = parts }

    var vocabularySize: Int { parts.vocabulary.count }
    var bos: Int32? { parts.bos }
    var eos: Int32? { parts.eos }
    var addsBOS: Bool { parts.addsBOS }
    var addsSpacePrefix: Bool { parts.addsSpacePrefix }

    func isControl(_ id: Int32) -> Bool {
        let kind = parts.vocabulary.kind(id)
        return kind == .control || kind == .unknown
    }

    func bytes(of id: Int32) -> [UInt8] {
        let bytes = parts.vocabulary.bytes(id)
        switch (parts.vocabulary.kind(id), parts.spelling) {
        case (.control, _), (.unknown, _), (.unused, _): return []
        case (.byte, .verbatim): return ByteFallback.value(bytes).map { [$0] } ?? Array(bytes)
        case (.userDefined, _), (_, .byteAlphabet): return Array(bytes)
        case (_, .verbatim): return SpaceMark.removed(from: bytes)
        }
    }

    func piece(_ id: Int32) -> String {
        let bytes = parts.vocabulary.bytes(id)
        let isSpelled = parts.spelling == .byteAlphabet && parts.vocabulary.kind(id) == .normal
        return isSpelled ? ByteAlphabet.encode(bytes) : String(decoding: bytes, as: UTF8.self)
    }

    func id(of piece: String) -> Int32? {
        let bytes = Array(piece.utf8)
        if let id = parts.added.id(bytes) ?? parts.addedAfterNormalizing.id(bytes) { return id }
        guard parts.spelling == .byteAlphabet else { return parts.vocabulary.id(bytes) }
        var spelled: [UInt8] = []
        guard ByteAlphabet.decode(bytes, 0..<bytes.count, into: &spelled) else { return nil }
        return parts.vocabulary.id(spelled)
    }
}
