import Checkpoint

/// What a `tokenizer.json` says, read but not yet understood.
///
/// Vocabulary and merges, which are most of the file, go straight into flat
/// arrays; the small parts are kept as trees for `BytePairTokenizer` to
/// recognise.
struct TokenizerFile {
    /// The parts around the model, and the model's own small fields.
    private(set) var root = JSONObject()
    private(set) var model = JSONObject()
    /// Pieces in the file's order, and their ids.
    private(set) var pieces = ByteList()
    private(set) var ids: [Int64] = []
    /// Merges, each as one string or as its two sides.
    private(set) var merges = ByteList()
    private(set) var mergesAreSides = false
    /// The first merge with more than two sides.
    private(set) var badMerge: Int?

    /// Reads a file's bytes: a pure function, which the fuzzer calls.
    init(_ bytes: MappedBytes) throws(TextError) {
        do throws(JSONError) {
            var reader = try JSONReader(bytes, limits: .largeFile)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                if key == "model", try reader.peek() == .object {
                    try readModel(&reader)
                } else {
                    root.members.append((key, try reader.value()))
                }
            }
            try reader.finish()
        } catch {
            throw .json(part: .tokenizerJSON, error)
        }
    }

    private mutating func readModel(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "vocab":
                try reader.beginObject()
                while let piece = try reader.nextKeyBytes() {
                    pieces.append(piece)
                    ids.append(try reader.integer())
                }
            case "merges":
                try reader.beginArray()
                while try reader.nextElement() { try readMerge(&reader) }
            default: model.members.append((key, try reader.value()))
            }
        }
    }

    /// A merge is `"left right"` in older files, `["left", "right"]` in newer.
    private mutating func readMerge(_ reader: inout JSONReader) throws(JSONError) {
        if merges.isEmpty { mergesAreSides = try reader.peek() == .array }
        guard mergesAreSides else {
            merges.append(try reader.utf8())
            return
        }
        try reader.beginArray()
        var sides = 0
        while try reader.nextElement() {
            let side = try reader.utf8()
            if sides < 2 { merges.append(side) }
            sides += 1
        }
        // An empty side is in no vocabulary: the merge will be refused.
        for _ in sides..<max(sides, 2) { merges.append([]) }
        if sides > 2 { badMerge = badMerge ?? merges.count / 2 - 1 }
    }
}

/// Byte strings one after another in one array.
struct ByteList {
    private(set) var bytes: [UInt8] = []
    private var ends: [Int] = [0]

    var count: Int { ends.count - 1 }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ entry: [UInt8]) {
        bytes += entry
        ends.append(bytes.count)
    }

    /// Where entry `index` stands in `bytes`.
    func range(_ index: Int) -> Range<Int> { ends[index]..<ends[index + 1] }

    subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }
}
