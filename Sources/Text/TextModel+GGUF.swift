import Checkpoint

extension TextModel {
    /// The text side of a GGUF file, all of which is in its metadata.
    init(gguf metadata: GGUFMetadata, rows: Int? = nil) throws(TextError) {
        let field = GGUFVocabulary.key("model")
        guard let kind = metadata.string(field) else { throw .missing(part: .gguf, field: field) }
        let file = try GGUFVocabulary(metadata)
        let tokenizer: any Tokenizer
        switch kind {
        case "gpt2": tokenizer = try BytePairTokenizer(file)
        case "llama": tokenizer = try SentencePieceTokenizer(SentencePieceModel(file))
        default: throw .unknown(part: .gguf, field: field, value: kind)
        }
        var stops: [Int32] = []
        for name in ["eos_token_id", "eot_token_id", "eom_token_id"] {
            if let id = try file.id(name) { stops.append(id) }
        }
        try self.init(
            tokenizer, template: metadata.string("tokenizer.chat_template"), stops: stops, rows: rows)
    }
}
