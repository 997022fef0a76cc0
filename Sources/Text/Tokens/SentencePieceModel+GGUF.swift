import Checkpoint

extension SentencePieceModel {
    /// The SentencePiece vocabulary of a GGUF file (`tokenizer.ggml.model` is
    /// `llama`).
    ///
    /// The file keeps tokens, scores and kinds but not how text is prepared;
    /// what holds where it is silent is what llama.cpp does.
    init(_ file: GGUFVocabulary) throws(TextError) {
        let field = GGUFVocabulary.key("scores")
        guard let numbers = file.metadata.numbers(field) else { throw .missing(part: .gguf, field: field) }
        guard numbers.count == file.tokens.count else {
            throw .lengths(part: .gguf, field: field, expected: file.tokens.count, found: numbers.count)
        }
        var vocabulary = Vocabulary(capacity: file.tokens.count)
        var scores: [Float] = []
        scores.reserveCapacity(file.tokens.count)
        for (index, piece) in file.tokens.enumerated() {
            scores.append(Float(numbers[index]))
            guard vocabulary.append(piece, file.kinds[index]) else {
                throw .duplicateToken(part: .gguf, index: index)
            }
        }
        // Gemma's files call their unknown token a control token.
        if !file.kinds.contains(.unknown), let unknown = try file.id("unknown_token_id") {
            vocabulary.setKind(.unknown, of: unknown)
        }
        self.init(
            vocabulary: vocabulary, scores: scores,
            addsSpacePrefix: try file.flag("add_space_prefix", default: true),
            removesExtraSpaces: try file.flag("remove_extra_whitespaces", default: false),
            bos: try file.id("bos_token_id"), eos: try file.id("eos_token_id"),
            addsBOS: try file.flag("add_bos_token", default: true))
        try check(.gguf)
    }
}
