/// Cuts text into the words inside which merges happen.
///
/// A closed set: each case is the meaning of one published pattern, compiled
/// by hand. No pattern from a model file is ever run, so none can be slow.
enum PreTokenizer: Sendable, Equatable {
    /// The whole text is one word.
    case whole
    /// GPT-2: contractions, letters, numbers and marks, each with one leading
    /// space.
    case gpt2
    /// SmolLM: every digit alone, GPT-2 between them.
    case smollm
    /// Llama 3 and Qwen 2: contractions in either case, words with one
    /// leading mark, line ends kept together; runs of so many digits.
    case lines(digits: Int)
    /// A word ends after each of these marks.
    case after([UInt8])
    /// A word begins at each of these marks.
    case before([UInt8])

    /// Hands out the words of `bytes[range]`, which is UTF-8, in order. The
    /// words cover the range without gaps.
    @inline(__always)
    func split(_ bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = wordEnd(bytes, start, range.upperBound)
            body(start..<end)
            start = end
        }
    }

    private func wordEnd(_ bytes: [UInt8], _ start: Int, _ limit: Int) -> Int {
        let text = ScalarScanner(bytes: bytes, end: limit)
        switch self {
        case .whole: return limit
        case .gpt2: return text.gpt2Word(start)
        case .smollm: return text.smollmWord(start)
        case .lines(let digits): return text.linesWord(start, digits: digits)
        case .after(let mark): return text.firstIndex(of: mark, from: start).map { $0 + mark.count } ?? limit
        case .before(let mark):
            return text.firstIndex(of: mark, from: start + 1) ?? limit
        }
    }
}

/// Reads the scalars of `bytes[..<end]` by their class.
private struct ScalarScanner {
    let bytes: [UInt8]
    let end: Int

    private static let apostrophe = UInt8(ascii: "'")
    private static let space = UInt8(ascii: " ")

    /// Where the word that begins at `start` ends:
    /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    func gpt2Word(_ start: Int) -> Int {
        if let end = contraction(start, ignoringCase: false) { return end }
        let first = bytes[start] == Self.space ? start + 1 : start
        if let (kind, next) = scalar(first), kind != .space { return runEnd(kind, next) }
        return spaceEnd(start)
    }

    /// Where the word that begins at `start` ends: `\p{N}` cuts first, then
    /// GPT-2's pattern sees only what lies between the cuts.
    func smollmWord(_ start: Int) -> Int {
        guard let (kind, next) = scalar(start), kind != .number else { return numberEnd(start, most: 1) }
        // GPT-2's words hold no number unless they are numbers, so a cut can
        // only end one: at a run of spaces, or at the space before a number.
        let end = gpt2Word(start)
        guard kind == .space else { return end }
        if bytes[start] == Self.space, let (follower, _) = scalar(next), follower == .number { return next }
        let run = runEnd(.space, start)
        if let (follower, _) = scalar(run), follower == .number { return run }
        return end
    }

    /// Where the word that begins at `start` ends:
    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|`
    /// ` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
    func linesWord(_ start: Int, digits: Int) -> Int {
        if let end = contraction(start, ignoringCase: true) { return end }
        guard let (kind, next) = scalar(start) else { return end }
        if kind == .letter { return runEnd(.letter, next) }
        if kind == .number { return numberEnd(start, most: digits) }
        if !isLineEnd(start), let (follower, after) = scalar(next), follower == .letter {
            return runEnd(.letter, after)
        }
        let first = bytes[start] == Self.space ? next : start
        if let (kind, next) = scalar(first), kind == .other {
            var index = runEnd(.other, next)
            while index < end, isLineEnd(index) { index += 1 }
            return index
        }
        let run = runEnd(.space, start)
        if let last = (start..<run).last(where: isLineEnd) { return last + 1 }
        return spaceEnd(start)
    }

    /// The first place from `start` where these bytes stand.
    func firstIndex(of mark: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + mark.count <= end {
            if bytes[index] == mark[0], bytes[index..<index + mark.count].elementsEqual(mark) { return index }
            index += 1
        }
        return nil
    }

    private func scalar(_ index: Int) -> (ScalarClass, next: Int)? {
        guard index < end else { return nil }
        let scalar = DecodedScalar(bytes, at: index)
        return (ScalarClass.of(scalar.value), index + scalar.length)
    }

    private func isLineEnd(_ index: Int) -> Bool { bytes[index] == 0x0A || bytes[index] == 0x0D }

    private func runEnd(_ kind: ScalarClass, _ start: Int) -> Int {
        var index = start
        while let (next, after) = scalar(index), next == kind { index = after }
        return index
    }

    private func numberEnd(_ start: Int, most: Int) -> Int {
        var index = start
        for _ in 0..<most {
            guard let (kind, next) = scalar(index), kind == .number else { break }
            index = next
        }
        return index
    }

    /// `\s+(?!\S)|\s+`: a run of spaces leaves its last one to the word that
    /// follows it, if there is one and the run has another.
    private func spaceEnd(_ start: Int) -> Int {
        var (index, last) = (start, start)
        while let (kind, next) = scalar(index), kind == .space { (last, index) = (index, next) }
        return index == end || last == start ? index : last
    }

    private func contraction(_ start: Int, ignoringCase: Bool) -> Int? {
        guard bytes[start] == Self.apostrophe, start + 1 < end else { return nil }
        func letter(_ offset: Int) -> UInt8 {
            guard start + offset < end else { return 0 }
            let byte = bytes[start + offset]
            return ignoringCase && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        }
        switch (letter(1), letter(2)) {
        case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _), (UInt8(ascii: "d"), _):
            return start + 2
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        case (0xC5, 0xBF) where ignoringCase:  // ſ is an s to a pattern that ignores case
            return start + 3
        default: return nil
        }
    }
}
