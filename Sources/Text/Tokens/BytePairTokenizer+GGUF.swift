import Checkpoint

extension BytePairTokenizer {
    /// The byte-level vocabulary of a GGUF file (`tokenizer.ggml.model` is
    /// `gpt2`), with the same result as llama.cpp.
    ///
    /// Qwen's canonical composition of Unicode is not applied here: a GGUF
    /// does not say so, and llama.cpp does not do it.
    init(_ file: GGUFVocabulary) throws(TextError) {
        let (vocabulary, added) = try Self.tokens(file)
        let rules = try Self.rules(file)
        self.init(
            Parts(
                vocabulary: vocabulary, merges: try Self.merges(file, vocabulary),
                alphabet: .bytes((0..<256).map { vocabulary.id([UInt8($0)]) ?? -1 }),
                spelling: .byteAlphabet, ignoresMerges: rules.ignoresMerges,
                preTokenizer: rules.preTokenizer, added: added,
                bos: try file.id("bos_token_id"), eos: try file.id("eos_token_id"),
                addsBOS: try file.flag("add_bos_token", default: rules.addsBOS)
                    && file.metadata[GGUFVocabulary.key("bos_token_id")] != nil))
    }

    /// The pre-tokeniser that the file names, and what llama.cpp ties to it.
    private static func rules(
        _ file: GGUFVocabulary
    ) throws(TextError) -> (preTokenizer: PreTokenizer, ignoresMerges: Bool, addsBOS: Bool) {
        let field = GGUFVocabulary.key("pre")
        guard let name = file.metadata.string(field) else { throw .missing(part: .gguf, field: field) }
        switch name {
        case "gpt-2": return (.gpt2, false, false)
        case "smollm": return (.smollm, false, false)
        case "qwen2", "deepseek-r1-qwen": return (.lines(digits: 1), false, false)
        case "llama-bpe", "llama3", "llama-v3": return (.lines(digits: 3), true, true)
        default: throw .unknown(part: .gguf, field: field, value: name)
        }
    }

    private static func tokens(_ file: GGUFVocabulary) throws(TextError) -> (Vocabulary, AddedTokens) {
        var vocabulary = Vocabulary(capacity: file.tokens.count)
        var added = AddedTokens()
        var bytes: [UInt8] = []
        for (index, spelled) in file.tokens.enumerated() {
            let kind = file.kinds[index]
            bytes.removeAll(keepingCapacity: true)
            switch kind {
            case .normal:
                // A piece outside of the alphabet can be decoded, not encoded.
                let isSpelled = ByteAlphabet.decode(spelled, 0..<spelled.count, into: &bytes)
                guard !spelled.isEmpty else { throw .badToken(part: .gguf, index: index) }
                guard vocabulary.append(isSpelled ? bytes : spelled, kind, found: isSpelled) else {
                    throw .duplicateToken(part: .gguf, index: index)
                }
            case .control, .userDefined, .unknown:
                guard !spelled.isEmpty, spelled.count <= TextLimits.addedPiece,
                    String(validating: spelled, as: UTF8.self) != nil
                else { throw .badToken(part: .gguf, index: index) }
                guard added.id(spelled) == nil else { throw .duplicateToken(part: .gguf, index: index) }
                _ = vocabulary.append(spelled, kind, found: false)
                added.insert(spelled, id: Int32(index), isControl: kind != .userDefined)
            case .unused, .byte:
                _ = vocabulary.append(spelled, .unused, found: false)
            }
        }
        return (vocabulary, added)
    }

    private static func merges(_ file: GGUFVocabulary, _ vocabulary: Vocabulary) throws(TextError)
        -> MergeTable
    {
        guard let list = file.metadata.strings(GGUFVocabulary.key("merges")) else {
            throw .missing(part: .gguf, field: GGUFVocabulary.key("merges"))
        }
        guard list.count <= TextLimits.merges else {
            throw .invalid(part: .gguf, field: GGUFVocabulary.key("merges"))
        }
        var reader = MergeReader(capacity: list.count, spelling: .byteAlphabet)
        for merge in list { try reader.append(merge, 0..<merge.count, vocabulary, .gguf) }
        return reader.merges
    }
}
