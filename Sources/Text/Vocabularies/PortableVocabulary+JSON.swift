import Checkpoint

extension PortableVocabulary {
    /// The vocabulary as a `tokenizer.json`, with the same result as from the GGUF
    /// it came from.
    public var tokenizerJSON: JSON {
        .object([
            "version": .string("1.0"), "truncation": .null, "padding": .null,
            "added_tokens": addedTokens, "normalizer": normalizer, "pre_tokenizer": preTokenizer,
            "post_processor": postProcessor, "decoder": decoder, "model": model,
        ])
    }

    /// A `tokenizer_config.json` beside it.
    public func tokenizerConfiguration(contextLength: Int) -> JSON {
        var json: JSONObject = [
            "tokenizer_class": .string("PreTrainedTokenizerFast"), "add_bos_token": .bool(addsBOS),
            "clean_up_tokenization_spaces": .bool(false), "model_max_length": .integer(Int64(contextLength)),
        ]
        for (name, id) in [("bos", bos), ("eos", eos), ("unk", unknown), ("pad", padding)] {
            if let piece = piece(id) { json[name + "_token"] = .string(piece) }
        }
        if let chatTemplate { json["chat_template"] = .string(chatTemplate) }
        return .object(json)
    }

    private var isSentencePiece: Bool { if case .sentencePiece = kind { true } else { false } }

    private static func isAdded(_ kind: Vocabulary.Kind) -> Bool {
        kind == .control || kind == .userDefined || kind == .unknown
    }

    private var addedTokens: JSON {
        .array(
            entries.filter { Self.isAdded($0.kind) }.map { entry in
                .object([
                    "id": .integer(Int64(entry.id)), "content": .string(entry.text),
                    "single_word": .bool(false), "lstrip": .bool(false), "rstrip": .bool(false),
                    "normalized": .bool(false), "special": .bool(entry.kind != .userDefined),
                ])
            })
    }

    private struct Entry {
        var id: Int
        var text: String
        var kind: Vocabulary.Kind
    }

    /// The pieces that are text and are used; none stands twice, an added one first.
    private var entries: [Entry] {
        var seen: Set<[UInt8]> = []
        for (piece, kind) in zip(pieces, kinds) where Self.isAdded(kind) { seen.insert(piece) }
        return pieces.indices.compactMap { id in
            guard kinds[id] != .unused, let text = String(validating: pieces[id], as: UTF8.self) else {
                return nil
            }
            guard Self.isAdded(kinds[id]) || seen.insert(pieces[id]).inserted else { return nil }
            return Entry(id: id, text: text, kind: kinds[id])
        }
    }

    private var normalizer: JSON {
        guard isSentencePiece else { return .null }
        let marks: JSON = .object([
            "type": .string("Replace"), "pattern": .object(["String": .string(" ")]), "content": .string("▁"),
        ])
        guard addsSpacePrefix else { return marks }
        let prefix: JSON = .object(["type": .string("Prepend"), "prepend": .string("▁")])
        return .object(["type": .string("Sequence"), "normalizers": .array([prefix, marks])])
    }

    private var preTokenizer: JSON {
        guard case .bytePair(_, let name) = kind else { return .null }
        func byteLevel(usesRegex: Bool) -> JSON {
            .object([
                "type": .string("ByteLevel"), "add_prefix_space": .bool(false), "trim_offsets": .bool(true),
                "use_regex": .bool(usesRegex),
            ])
        }
        func sequence(_ first: JSON, _ last: JSON) -> JSON {
            .object(["type": .string("Sequence"), "pretokenizers": .array([first, last])])
        }
        func lines(_ digits: String) -> JSON {
            let pattern = TokenizerShape.linesPattern(digits)
            return sequence(
                .object([
                    "type": .string("Split"), "pattern": .object(["Regex": .string(pattern)]),
                    "behavior": .string("Isolated"), "invert": .bool(false),
                ]), byteLevel(usesRegex: false))
        }
        switch name {
        case "smollm":
            return sequence(
                .object(["type": .string("Digits"), "individual_digits": .bool(true)]),
                byteLevel(usesRegex: true))
        case "qwen2", "deepseek-r1-qwen": return lines(#"\p{N}"#)
        case "llama-bpe", "llama3", "llama-v3": return lines(#"\p{N}{1,3}"#)
        default: return byteLevel(usesRegex: true)
        }
    }

    private var postProcessor: JSON {
        guard addsBOS, let bos, let piece = piece(bos) else { return .null }
        func special(_ type: Int64) -> JSON {
            .object(["SpecialToken": .object(["id": .string(piece), "type_id": .integer(type)])])
        }
        func text(_ name: String, _ type: Int64) -> JSON {
            .object(["Sequence": .object(["id": .string(name), "type_id": .integer(type)])])
        }
        let token: JSON = .object([
            "id": .string(piece), "ids": .array([.integer(Int64(bos))]), "tokens": .array([.string(piece)]),
        ])
        return .object([
            "type": .string("TemplateProcessing"), "single": .array([special(0), text("A", 0)]),
            "pair": .array([special(0), text("A", 0), special(1), text("B", 1)]),
            "special_tokens": .object(JSONObject([(piece, token)])),
        ])
    }

    private var decoder: JSON {
        guard isSentencePiece else {
            return .object([
                "type": .string("ByteLevel"), "add_prefix_space": .bool(true), "trim_offsets": .bool(true),
                "use_regex": .bool(true),
            ])
        }
        var steps: [JSON] = [
            .object([
                "type": .string("Replace"), "pattern": .object(["String": .string("▁")]),
                "content": .string(" "),
            ]),
            .object(["type": .string("ByteFallback")]), .object(["type": .string("Fuse")]),
        ]
        if addsSpacePrefix {
            steps.append(
                .object([
                    "type": .string("Strip"), "content": .string(" "), "start": .integer(1),
                    "stop": .integer(0),
                ]))
        }
        return .object(["type": .string("Sequence"), "decoders": .array(steps)])
    }

    private var model: JSON {
        let usesBytes = kinds.contains(.byte)
        var merges: [Merge] = []
        var ignoresMerges = false
        switch kind {
        case .bytePair(let list, let name):
            merges = list
            ignoresMerges = ["llama-bpe", "llama3", "llama-v3"].contains(name)
        case .sentencePiece(let scores): merges = self.merges(by: scores)
        }
        return .object([
            "type": .string("BPE"), "dropout": .null,
            "unk_token": isSentencePiece ? piece(unknown).map { .string($0) } ?? .null : .null,
            "continuing_subword_prefix": .null, "end_of_word_suffix": .null,
            "fuse_unk": .bool(isSentencePiece), "byte_fallback": .bool(usesBytes),
            "ignore_merges": .bool(ignoresMerges),
            "vocab": .object(JSONObject(entries.map { (key: $0.text, value: .integer(Int64($0.id))) })),
            "merges": .array(
                merges.map { merge in
                    .array(
                        [merge.left, merge.right].map { .string(String(decoding: $0, as: UTF8.self)) })
                }),
        ])
    }

    /// The joins that lead to each piece, the best piece first: SentencePiece asks
    /// only for the score of what is made, merges name both sides.
    private func merges(by scores: [Float]) -> [Merge] {
        var ids: [[UInt8]: Int] = [:]
        for (id, piece) in pieces.enumerated() where kinds[id] == .normal { ids[piece] = id }
        let order = ids.values.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        return order.flatMap { id in
            let piece = pieces[id]
            var splits: [(left: Int, right: Int, merge: Merge)] = []
            for cut in piece.indices.dropFirst() where piece[cut] & 0xC0 != 0x80 {
                let merge = Merge(left: Array(piece[..<cut]), right: Array(piece[cut...]))
                if let left = ids[merge.left], let right = ids[merge.right] {
                    splits.append((left, right, merge))
                }
            }
            return splits.sorted { ($0.left, $0.right) < ($1.left, $1.right) }.map(\.merge)
        }
    }
}
