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

    func encode(parts texts: [String]) -> (ids: [Int32], parts: [Int]) {
        var output = Output()
        encode(Array(texts.joined().utf8), controls: false, into: &output)
        guard texts.count > 1 else { return (output.ids, output.ids.map { _ in 0 }) }
        // Where each part ends in the text as the merges saw it.
        var ends: [Int] = []
        var end = 0
        for text in texts {
            end += parts.normalizer.apply(Array(text.utf8), isStart: ends.isEmpty).count
            ends.append(end)
        }
        var part = 0
        let indices = output.starts.map { start in
            while part < ends.count - 1, start >= ends[part] { part += 1 }
            return part
        }
        return (output.ids, indices)
    }

    func encode(parsing text: String) -> [Int32] {
        var output = Output()
        encode(Array(text.utf8), controls: true, into: &output)
        return output.ids
    }

    /// Ids with the places where they begin in the normalised text.
    struct Output {
        var ids: [Int32] = []
        var starts: [Int] = []
        var offset = 0
        var merger = WordMerger()

        mutating func append(_ id: Int32, at start: Int) {
            ids.append(id)
            starts.append(start)
        }
    }

    func encode(_ bytes: [UInt8], controls: Bool, into output: inout Output) {
        parts.added.split(bytes, 0..<bytes.count, controls: controls) { part in
            switch part {
            case .token(let id, let range):
                output.append(id, at: output.offset)
                output.offset += range.count
            case .text(let range):
                let whole = parts.normalizer.steps.isEmpty
                let text =
                    whole
                    ? bytes : parts.normalizer.apply(Array(bytes[range]), isStart: range.lowerBound == 0)
                encodeNormalized(text, whole ? range : 0..<text.count, controls, &output)
            }
        }
    }

    private func encodeNormalized(
        _ bytes: [UInt8], _ range: Range<Int>, _ controls: Bool, _ output: inout Output
    ) {
        let shift = output.offset - range.lowerBound
        parts.addedAfterNormalizing.split(bytes, range, controls: controls) { part in
            switch part {
            case .token(let id, let range): output.append(id, at: range.lowerBound + shift)
            case .text(let range):
                parts.preTokenizer.split(bytes, range) { word in
                    encodeWord(bytes, word, shift, &output)
                }
            }
        }
        output.offset += range.count
    }

    @inline(__always)
    private func encodeWord(_ bytes: [UInt8], _ word: Range<Int>, _ shift: Int, _ output: inout Output) {
        if parts.ignoresMerges, let id = textID(bytes, word) {
            output.append(id, at: word.lowerBound + shift)
            return
        }
        switch parts.alphabet {
        case .bytes(let ids):
            for index in word {
                let id = ids[Int(bytes[index])]
                if id >= 0 { output.merger.append(id, start: index + shift) }
            }
        case .characters(let byteIDs, let unknown, let fuses):
            var index = word.lowerBound
            while index < word.upperBound {
                let next = index + DecodedScalar(bytes, at: index).length
                if let id = textID(bytes, index..<next) {
                    output.merger.append(id, start: index + shift)
                } else if let byteIDs, bytes[index..<next].allSatisfy({ byteIDs[Int($0)] >= 0 }) {
                    for place in index..<next {
                        output.merger.append(byteIDs[Int(bytes[place])], start: place + shift)
                    }
                } else if let unknown, !(fuses && output.merger.last == unknown) {
                    output.merger.append(unknown, start: index + shift)
                }
                index = next
            }
        }
        var merger = WordMerger()
        swap(&merger, &output.merger)
        merger.finish(parts.merges) { id, start in output.append(id, at: start) }
        swap(&merger, &output.merger)
    }

    /// The piece with these bytes, if text may become it.
    @inline(__always)
    private func textID(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? {
        parts.vocabulary.id(bytes, range).flatMap { parts.vocabulary.kind($0) == .control ? nil : $0 }
    }
}
