import Checkpoint

extension TextModel {
    /// The text side of a Hugging Face folder: `tokenizer.json` where there is
    /// one, else `tokenizer.model`; begin and end from the files beside it.
    init(directory: ModelDirectory) throws(TextError) {
        let config = directory.tokenizerConfig ?? .null
        let rows = directory.config["vocab_size"]?.int ?? directory.config["text_config"]?["vocab_size"]?.int
        let addsBOS = config["add_bos_token"]?.bool
        let tokenizer: any Tokenizer
        if let file = directory.tokenizerJSON {
            let plain = try BytePairTokenizer(TokenizerFile(file.bytes), rows: rows)
            tokenizer = plain.with(
                bos: Self.named("bos_token", config, plain), eos: Self.named("eos_token", config, plain),
                addsBOS: addsBOS)
        } else if let file = directory.sentencePiece {
            var model = try SentencePieceModel(file.bytes)
            model.addsBOS = addsBOS ?? true
            tokenizer = try SentencePieceTokenizer(model)
            try Self.checkAdded(config, tokenizer, rows: rows)
        } else {
            throw .noTokenizer
        }
        var stops = tokenizer.eos.map { [$0] } ?? []
        for source in [directory.generationConfig, directory.config] {
            stops += Self.ids(source?["eos_token_id"]).filter { Int($0) < tokenizer.vocabularySize }
        }
        try self.init(tokenizer, template: directory.chatTemplate, stops: stops, rows: rows)
    }

    /// The tokenizer of a `tokenizer.json`: a pure function of its bytes.
    public static func tokenizer(json bytes: MappedBytes) throws(TextError) -> any Tokenizer {
        try BytePairTokenizer(TokenizerFile(bytes))
    }

    /// The tokenizer of a `tokenizer.model`: a pure function of its bytes.
    public static func tokenizer(sentencePiece bytes: MappedBytes) throws(TextError) -> any Tokenizer {
        try SentencePieceTokenizer(SentencePieceModel(bytes))
    }

    /// The id of a token that the configuration names, as text or as an
    /// object with its content.
    private static func named(_ field: String, _ config: JSON, _ tokenizer: any Tokenizer) -> Int32? {
        let content = config[field]?.string ?? config[field]?["content"]?.string
        return content.flatMap { tokenizer.id(of: $0) }
    }

    /// One id or several.
    private static func ids(_ value: JSON?) -> [Int32] {
        let values = value?.array ?? value.map { [$0] } ?? []
        return values.compactMap { $0.int.flatMap(Int32.init(exactly:)) }.filter { $0 >= 0 }
    }

    /// Tokens that only `tokenizer_config.json` adds are not in a
    /// `tokenizer.model`, and would silently be missing.
    private static func checkAdded(
        _ config: JSON, _ tokenizer: any Tokenizer, rows: Int?
    ) throws(TextError) {
        for (id, token) in config["added_tokens_decoder"]?.object?.members ?? [] {
            guard let id = Int(id), id >= tokenizer.vocabularySize, id < rows ?? .max else { continue }
            throw .unknown(
                part: .tokenizerConfig, field: "added_tokens_decoder",
                value: token["content"]?.string ?? "\(id)")
        }
    }
}
