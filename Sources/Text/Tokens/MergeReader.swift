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

    /// Adds a merge written with one space between its sides.
    mutating func append(
        _ merge: [UInt8], _ vocabulary: Vocabulary, _ part: TextError.Part
    ) throws(TextError) {
        // A side may itself be a space where pieces are written verbatim.
        guard let space = merge.dropFirst().firstIndex(of: UInt8(ascii: " ")) else {
            throw .badMerge(part: part, index: index)
        }
        try append(merge, 0..<space, merge, space + 1..<merge.count, vocabulary, part)
    }

    /// Adds a merge given by its two sides.
    mutating func append(
        _ left: [UInt8], _ leftRange: Range<Int>, _ right: [UInt8], _ rightRange: Range<Int>,
        _ vocabulary: Vocabulary, _ part: TextError.Part
    ) throws(TextError) {
        bytes.removeAll(keepingCapacity: true)
        guard spell(left, leftRange) else { throw .badMerge(part: part, index: index) }
        let middle = bytes.count
        guard spell(right, rightRange) else { throw .badMerge(part: part, index: index) }
        guard let first = vocabulary.id(bytes, 0..<middle),
            let second = vocabulary.id(bytes, middle..<bytes.count),
            let both = vocabulary.id(bytes, 0..<bytes.count)
        else { throw .badMerge(part: part, index: index) }
        merges.append(first, second, into: both)
        index += 1
    }

    private mutating func spell(_ piece: [UInt8], _ range: Range<Int>) -> Bool {
        if spelling == .byteAlphabet { return ByteAlphabet.decode(piece, range, into: &bytes) }
        bytes += piece[range]
        return true
    }
}
