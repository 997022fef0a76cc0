import Checkpoint

extension PortableVocabulary {
    /// The vocabulary in a GGUF's metadata.
    init(gguf metadata: GGUFMetadata) throws(TextError) {
        let file = try GGUFVocabulary(metadata)
        pieces = Array(file.tokens)
        kinds = file.kinds
        bos = try file.id("bos_token_id")
        eos = try file.id("eos_token_id")
        unknown = try file.id("unknown_token_id")
        padding = try file.id("padding_token_id")
        chatTemplate = metadata.string("tokenizer.chat_template")
        if metadata.string(GGUFVocabulary.key("model")) == "llama" {
            let model = try SentencePieceModel(file)
            kind = .sentencePiece(scores: model.scores)
            kinds = model.vocabulary.kinds
            unknown = kinds.firstIndex(of: .unknown).map { Int32($0) }
            addsBOS = model.addsBOS
            addsSpacePrefix = model.addsSpacePrefix
        } else {
            let merges = metadata.strings(GGUFVocabulary.key("merges")).map {
                $0.compactMap(Merge.init(text:))
            }
            kind = .bytePair(
                merges: merges ?? [], preTokenizer: metadata.string(GGUFVocabulary.key("pre")) ?? "")
            addsBOS = try BytePairTokenizer(file).addsBOS
            addsSpacePrefix = false
        }
    }

    /// The vocabulary as a GGUF's metadata.
    public var metadata: [(String, GGUFEntry)] {
        func key(_ name: String) -> String { GGUFVocabulary.key(name) }
        var metadata: [(String, GGUFEntry)] = []
        switch kind {
        case .bytePair(let merges, let preTokenizer):
            metadata = [
                (key("model"), .string("gpt2")), (key("pre"), .string(preTokenizer)),
                (key("tokens"), .strings(pieces)), (key("merges"), .strings(merges.map(\.text))),
            ]
        case .sentencePiece(let scores):
            metadata = [
                (key("model"), .string("llama")), (key("pre"), .string("default")),
                (key("tokens"), .strings(pieces)), (key("scores"), .f32s(scores)),
                (key("add_space_prefix"), .bool(addsSpacePrefix)),
            ]
        }
        metadata.append((key("token_type"), .i32s(kinds.map { Int32($0.rawValue) })))
        for (name, id) in [("bos", bos), ("eos", eos), ("unknown", unknown), ("padding", padding)] {
            if let id { metadata.append((key(name + "_token_id"), .u32(UInt32(id)))) }
        }
        metadata.append((key("add_bos_token"), .bool(addsBOS)))
        if let chatTemplate { metadata.append(("tokenizer.chat_template", .string(chatTemplate))) }
        return metadata
    }
}

extension PortableVocabulary.Merge {
    /// A merge written with one space between its sides; the left is never empty.
    init?(text: [UInt8]) {
        guard let space = text.dropFirst().firstIndex(of: UInt8(ascii: " ")) else { return nil }
        self.init(left: Array(text[..<space]), right: Array(text[(space + 1)...]))
    }

    var text: [UInt8] { left + [UInt8(ascii: " ")] + right }
}
