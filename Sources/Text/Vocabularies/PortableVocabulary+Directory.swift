import Checkpoint

extension PortableVocabulary {
    /// The vocabulary in a Hugging Face folder, whose tokenizer was loaded.
    init(directory: ModelDirectory, _ tokenizer: any Tokenizer) throws(TextError) {
        if let file = directory.tokenizerJSON {
            let rows = directory.config["vocab_size"]?.int
            try self.init(
                TokenizerFile(file.bytes), rows: rows, size: tokenizer.vocabularySize)
        } else if let file = directory.sentencePiece {
            self.init(try SentencePieceModel(file.bytes))
        } else {
            throw .noTokenizer
        }
        bos = tokenizer.bos
        eos = tokenizer.eos ?? Self.firstID(directory.config["eos_token_id"])
        addsBOS = tokenizer.addsBOS
        addsSpacePrefix = tokenizer.addsSpacePrefix
        let padding = directory.tokenizerConfig?["pad_token"]
        self.padding = (padding?.string ?? padding?["content"]?.string).flatMap { tokenizer.id(of: $0) }
        chatTemplate = directory.chatTemplate
    }

    private static func firstID(_ value: JSON?) -> Int32? {
        (value?.int ?? value?.array?.first?.int).flatMap { Int32(exactly: $0) }
    }

    /// What a `tokenizer.model` says.
    private init(_ model: SentencePieceModel) {
        kinds = model.vocabulary.kinds
        pieces = kinds.enumerated().map { id, kind in
            let bytes = model.vocabulary.bytes(Int32(id))
            return kind == .userDefined ? SpaceMark.removed(from: bytes) : Array(bytes)
        }
        kind = .sentencePiece(scores: model.scores)
        unknown = kinds.firstIndex(of: .unknown).map { Int32($0) }
        addsBOS = model.addsBOS
        addsSpacePrefix = model.addsSpacePrefix
    }

    /// What a `tokenizer.json` says, which was understood before.
    private init(_ file: TokenizerFile, rows: Int?, size: Int) throws(TextError) {
        let shape = try TokenizerShape(file.root)
        let isByteLevel = shape.spelling == .byteAlphabet
        let usesBytes = !isByteLevel && file.model["byte_fallback"]?.bool == true
        pieces = (0..<size).map { Array("[PAD\($0)]".utf8) }
        kinds = Array(repeating: .unused, count: size)
        addsBOS = false
        addsSpacePrefix = false
        kind = .sentencePiece(scores: [])
        for (index, id) in file.ids.enumerated() where id >= 0 && id < size {
            pieces[Int(id)] = Array(file.pieces[index])
            kinds[Int(id)] = usesBytes && ByteFallback.value(file.pieces[index]) != nil ? .byte : .normal
        }
        for token in try AddedToken.read(file.root["added_tokens"], rows: rows) where token.id < size {
            pieces[Int(token.id)] = token.isSpecial ? token.content : SpaceMark.removed(from: token.content)
            kinds[Int(token.id)] = token.isSpecial ? .control : .userDefined
        }
        if let name = file.model["unk_token"]?.string, let id = pieces.firstIndex(of: Array(name.utf8)) {
            unknown = Int32(id)
            if !isByteLevel { kinds[id] = .unknown }
        }
        let merges = file.mergeList
        if isByteLevel {
            kind = .bytePair(merges: merges, preTokenizer: try Self.name(of: shape.preTokenizer))
        } else {
            kind = .sentencePiece(scores: scores(of: merges))
        }
    }

    /// What llama.cpp calls a way to cut text into words.
    private static func name(of preTokenizer: PreTokenizer) throws(TextError) -> String {
        switch preTokenizer {
        case .gpt2: return "gpt-2"
        case .smollm: return "smollm"
        case .lines(digits: 1): return "qwen2"
        case .lines(digits: 3): return "llama-bpe"
        case let other:
            throw .unknown(part: .tokenizerJSON, field: "pre_tokenizer", value: "\(other)")
        }
    }

    /// Scores that join pieces in the order of the merges: a piece is as good as the
    /// first merge that makes it. SentencePiece's own scores are such numbers too.
    private func scores(of merges: [Merge]) -> [Float] {
        var ranks: [[UInt8]: Int] = [:]
        for (rank, merge) in merges.enumerated() where ranks[merge.left + merge.right] == nil {
            ranks[merge.left + merge.right] = rank
        }
        return zip(pieces, kinds).map { piece, kind in
            kind == .normal ? -Float(ranks[piece] ?? merges.count) : -1000
        }
    }
}

extension TokenizerFile {
    /// The merges in order.
    fileprivate var mergeList: [PortableVocabulary.Merge] {
        guard mergesAreSides else { return (0..<merges.count).compactMap { .init(text: Array(merges[$0])) } }
        return (0..<merges.count / 2).map {
            .init(left: Array(merges[2 * $0]), right: Array(merges[2 * $0 + 1]))
        }
    }
}
