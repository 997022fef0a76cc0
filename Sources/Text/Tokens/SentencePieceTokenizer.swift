/// A SentencePiece vocabulary of the BPE kind, encoded by libsentencepiece.
struct SentencePieceTokenizer: Tokenizer {
    private let vocabulary: Vocabulary
    private let library: SentencePieceLibrary
    private let seams: SentencePieceSeams
    private let controls: AddedTokens
    let bos: Int32?
    let eos: Int32?
    let addsBOS: Bool
    let addsSpacePrefix: Bool

    /// A tokenizer over a model whose checks have passed.
    init(_ model: SentencePieceModel) throws(TextError) {
        vocabulary = model.vocabulary
        seams = SentencePieceSeams(model)
        // Stretches after the first must not get a space, so it is put there
        // by us where there are stretches.
        library = try SentencePieceLibrary(
            model.serialized(addsSpacePrefix: model.addsSpacePrefix && !seams.exist))
        guard library.count == vocabulary.count else {
            throw .library("\(library.count) pieces instead of \(vocabulary.count)")
        }
        var controls = AddedTokens()
        for (index, kind) in vocabulary.kinds.enumerated() where kind == .control {
            controls.insert(vocabulary.bytes(Int32(index)), id: Int32(index), isControl: true)
        }
        self.controls = controls
        bos = model.bos
        eos = model.eos
        addsBOS = model.addsBOS && model.bos != nil
        addsSpacePrefix = model.addsSpacePrefix
    }

    var vocabularySize: Int { vocabulary.count }

    func isControl(_ id: Int32) -> Bool {
        let kind = vocabulary.kind(id)
        return kind == .control || kind == .unknown
    }

    func bytes(of id: Int32) -> [UInt8] {
        let bytes = vocabulary.bytes(id)
        switch vocabulary.kind(id) {
        case .control, .unknown, .unused: return []
        case .byte: return ByteFallback.value(bytes).map { [$0] } ?? []
        case .normal, .userDefined: return SpaceMark.removed(from: bytes)
        }
    }

    func piece(_ id: Int32) -> String { String(decoding: vocabulary.bytes(id), as: UTF8.self) }

    func id(of piece: String) -> Int32? { vocabulary.id(Array(piece.utf8)) }

    func encode(parts: [String]) -> (ids: [Int32], parts: [Int]) {
        let text = Array(parts.joined().utf8)
        let ids = encode(text, 0..<text.count)
        guard parts.count > 1 else { return (ids, ids.map { _ in 0 }) }
        // Each id begins where the bytes of those before it end. The text is
        // measured as ids spell it: a literal U+2581 comes back as a space.
        var ends: [Int] = []
        var end = addsSpacePrefix ? 1 : 0
        for part in parts {
            end += SpaceMark.removed(from: Array(part.utf8)).count
            ends.append(end)
        }
        var (start, part) = (0, 0)
        let indices = ids.map { id in
            while part < ends.count - 1, start >= ends[part] { part += 1 }
            start += bytes(of: id).count
            return part
        }
        return (ids, indices)
    }

    func encode(parsing text: String) -> [Int32] {
        let bytes = Array(text.utf8)
        var ids: [Int32] = []
        controls.split(bytes, 0..<bytes.count, controls: true) { part in
            switch part {
            case .token(let id, _): ids.append(id)
            case .text(let range): ids += encode(bytes, range)
            }
        }
        return ids
    }

    private func encode(_ bytes: [UInt8], _ range: Range<Int>) -> [Int32] {
        guard !range.isEmpty else { return [] }
        var ids: [Int32] = []
        seams.split(bytes, range) { stretch in
            let isFirst = stretch.lowerBound == range.lowerBound
            let needsSpace = isFirst && addsSpacePrefix && seams.exist
            ids += library.encode(needsSpace ? [UInt8(ascii: " ")] + bytes[stretch] : bytes[stretch])
        }
        return ids
    }
}
