/// Reads merges as files write them, `left right`, into a table of ids.
struct MergeReader {
    private(set) var merges: MergeTable
    private let spelling: BytePairTokenizer.Spelling
    private var bytes: [UInt8] = []
    private var index = 0

    init(capacity: Int, spelling: BytePairTokenizer.Spelling) {
        merges = MergeTable(capacity: capacity)
        self.spelling = spelling
    }

    /// Adds the merge that `text[range]` writes with one space between its
    /// sides.
    mutating func append(
        _ text: [UInt8], _ range: Range<Int>, _ vocabulary: Vocabulary, _ part: TextError.Part
    ) throws(TextError) {
        // The left side is never empty, so it may itself begin with a space.
        guard let space = text[range].dropFirst().firstIndex(of: UInt8(ascii: " ")) else {
            throw .badMerge(part: part, index: index)
        }
        try append(text, range.lowerBound..<space, space + 1..<range.upperBound, vocabulary, part)
    }

    /// Adds a merge given by the places of its two sides.
    mutating func append(
        _ text: [UInt8], _ left: Range<Int>, _ right: Range<Int>, _ vocabulary: Vocabulary,
        _ part: TextError.Part
    ) throws(TextError) {
        bytes.removeAll(keepingCapacity: true)
        let isSpelled = spell(text, left)
        let middle = bytes.count
        guard isSpelled, spell(text, right), let first = vocabulary.id(bytes, 0..<middle),
            let second = vocabulary.id(bytes, middle..<bytes.count),
            let both = vocabulary.id(bytes, 0..<bytes.count)
        else { throw .badMerge(part: part, index: index) }
        // Text must not merge into a control token; the rank is used up.
        if vocabulary.kind(both) == .control {
            merges.skip()
        } else {
            merges.append(first, second, into: both)
        }
        index += 1
    }

    private mutating func spell(_ piece: [UInt8], _ range: Range<Int>) -> Bool {
        if spelling == .byteAlphabet { return ByteAlphabet.decode(piece, range, into: &bytes) }
        bytes += piece[range]
        return true
    }
}
