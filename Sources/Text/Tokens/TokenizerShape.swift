import Checkpoint

/// The parts of a `tokenizer.json` around its model, recognised.
struct TokenizerShape {
    var normalizer = Normalizer()
    var preTokenizer = PreTokenizer.whole
    var spelling = BytePairTokenizer.Spelling.verbatim
    /// The piece that is put before a text.
    var begin: String?

    /// Whether encoding puts a space before the text.
    var addsSpacePrefix: Bool {
        normalizer.steps.contains { if case .prepend = $0 { true } else { false } }
    }

    /// Recognises the parts of a file, or says which one is unknown.
    init(_ root: JSONObject) throws(TextError) {
        for step in try Self.list(root["normalizer"], "normalizer", "normalizers") {
            normalizer.steps.append(try Self.normalizerStep(step))
        }
        try readPreTokenizer(try Self.list(root["pre_tokenizer"], "pre_tokenizer", "pretokenizers"))
        for part in try Self.list(root["post_processor"], "post_processor", "processors") {
            try readPostProcessor(part)
        }
        try checkDecoder(try Self.list(root["decoder"], "decoder", "decoders"))
    }

    /// The parts of a part: one by itself, or several in a sequence.
    private static func list(_ value: JSON?, _ field: String, _ members: String) throws(TextError) -> [JSON] {
        guard let value, !value.isNull else { return [] }
        guard value["type"]?.string == "Sequence" else { return [value] }
        guard let list = value[members]?.array else {
            throw .invalid(part: .tokenizerJSON, field: field + "." + members)
        }
        return list
    }

    private static func unknown(_ field: String, _ part: JSON) -> TextError {
        .unknown(part: .tokenizerJSON, field: field, value: part["type"]?.string ?? part.kind.rawValue)
    }

    private static func normalizerStep(_ part: JSON) throws(TextError) -> Normalizer.Step {
        switch part["type"]?.string {
        case "NFC": return .composed
        case "Replace":
            guard let old = part["pattern"]?["String"]?.string, !old.isEmpty,
                let new = part["content"]?.string,
                new.utf8.count <= TextLimits.addedPiece
            else { throw unknown("normalizer", part) }
            return .replace(Array(old.utf8), with: Array(new.utf8))
        case "Prepend":
            guard let prefix = part["prepend"]?.string, prefix.utf8.elementsEqual(SpaceMark.bytes) else {
                throw unknown("normalizer", part)
            }
            return .prepend(SpaceMark.bytes, onlyAtStart: false, unlessPresent: false)
        default: throw unknown("normalizer", part)
        }
    }

    private mutating func readPreTokenizer(_ parts: [JSON]) throws(TextError) {
        guard let first = parts.first, let last = parts.last else { return }
        if last["type"]?.string == "ByteLevel" {
            try readByteLevel(parts, last)
        } else if parts.count == 1, first["type"]?.string == "Split",
            first["behavior"]?.string == "MergedWithPrevious",
            first["invert"]?.bool != true, let mark = first["pattern"]?["String"]?.string, !mark.isEmpty
        {
            preTokenizer = .after(Array(mark.utf8))
        } else if parts.count == 1, first["type"]?.string == "Metaspace" {
            try readMetaspace(first)
        } else {
            throw Self.unknown("pre_tokenizer", first)
        }
    }

    /// Bytes spelled as characters, after words were cut by its own pattern
    /// or by one that stands before it.
    private mutating func readByteLevel(_ parts: [JSON], _ last: JSON) throws(TextError) {
        spelling = .byteAlphabet
        guard last["add_prefix_space"]?.bool != true, parts.count <= 2 else {
            throw Self.unknown("pre_tokenizer", last)
        }
        let usesOwnPattern = last["use_regex"]?.bool ?? true
        guard parts.count == 2 else {
            preTokenizer = usesOwnPattern ? .gpt2 : .whole
            return
        }
        let first = parts[0]
        switch (first["type"]?.string, usesOwnPattern) {
        case ("Digits", true) where first["individual_digits"]?.bool == true: preTokenizer = .smollm
        case ("Split", false)
        where first["behavior"]?.string == "Isolated" && first["invert"]?.bool != true:
            guard let pattern = first["pattern"]?["Regex"]?.string else {
                throw Self.unknown("pre_tokenizer", first)
            }
            guard let known = Self.pattern(pattern) else {
                throw .unknown(part: .tokenizerJSON, field: "pre_tokenizer.pattern", value: pattern)
            }
            preTokenizer = known
        default: throw Self.unknown("pre_tokenizer", first)
        }
    }

    /// The pattern of Llama 3 and Qwen 2, which differ in how digits are cut.
    static func linesPattern(_ digits: String) -> String {
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
            + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    }

    /// The patterns that are compiled in.
    private static func pattern(_ text: String) -> PreTokenizer? {
        if text == linesPattern(#"\p{N}"#) { return .lines(digits: 1) }
        if text == linesPattern(#"\p{N}{1,3}"#) { return .lines(digits: 3) }
        let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
        return text == gpt2 ? .gpt2 : nil
    }

    /// Spaces as marks, with one before the text, and words begun by them.
    private mutating func readMetaspace(_ part: JSON) throws(TextError) {
        guard (part["replacement"]?.string ?? "▁").utf8.elementsEqual(SpaceMark.bytes) else {
            throw Self.unknown("pre_tokenizer", part)
        }
        normalizer.steps.append(.replace([UInt8(ascii: " ")], with: SpaceMark.bytes))
        // Older files have a switch where newer ones have a scheme.
        let older = part["add_prefix_space"]?.bool ?? true
        switch part["prepend_scheme"]?.string ?? (older ? "always" : "never") {
        case "never": break
        case "always":
            normalizer.steps.append(.prepend(SpaceMark.bytes, onlyAtStart: false, unlessPresent: true))
        case "first":
            normalizer.steps.append(.prepend(SpaceMark.bytes, onlyAtStart: true, unlessPresent: true))
        default: throw Self.unknown("pre_tokenizer", part)
        }
        if part["split"]?.bool ?? true { preTokenizer = .before(SpaceMark.bytes) }
    }

    private mutating func readPostProcessor(_ part: JSON) throws(TextError) {
        switch part["type"]?.string {
        case "ByteLevel": break
        case "TemplateProcessing":
            guard let single = part["single"]?.array else { throw Self.unknown("post_processor", part) }
            begin = single.first?["SpecialToken"]?["id"]?.string
        default: throw Self.unknown("post_processor", part)
        }
    }

    /// Decoding follows from how pieces are spelled; a decoder that does
    /// something else would change the text.
    private func checkDecoder(_ parts: [JSON]) throws(TextError) {
        for part in parts {
            switch (part["type"]?.string, spelling) {
            case ("ByteLevel", .byteAlphabet): break
            case ("Replace", .verbatim), ("ByteFallback", .verbatim), ("Fuse", .verbatim),
                ("Strip", .verbatim),
                ("Metaspace", .verbatim):
                break
            default: throw Self.unknown("decoder", part)
            }
        }
    }
}
