import Model

/// What one forward pass of a scorer computes, decided on tokens alone.
///
/// Texts that follow one another and begin alike share their beginning: a pass
/// is a tree whose nodes are segments and whose branches see them as their past.
/// What all texts of a pass have in common is its **trunk**. It stays in the
/// first rows of the cache, so that the next pass computes only what is new: the
/// examples before every question are computed once.
struct ScorerPass {
    /// The rows of the batch.
    private(set) var tokens: [Int32] = []
    private(set) var segments: [Segment] = []
    /// How many rows of the earlier trunk are used again.
    let reused: Int
    /// How many rows of the cache hold what all texts begin with.
    let trunk: Int
    /// Every judgement, by row of the batch.
    private(set) var questions: [Question] = []

    /// One token to be judged.
    struct Question {
        /// The row after which it comes.
        let row: Int
        /// The item, and which token of its continuation.
        let item: Int
        let place: Int
    }

    /// The rows of the cache that the pass needs.
    var capacity: Int { reused + tokens.count }

    /// The rows whose result is needed, each once, in ascending order.
    var wanted: [Int] {
        questions.reduce(into: []) { rows, question in
            if rows.last != question.row { rows.append(question.row) }
        }
    }

    /// The tree of some texts that begin alike with `reused` tokens, of which the
    /// first `trunk` are common to all.
    init(_ texts: ArraySlice<Text>, reused: Int, trunk: Int, adapter: Adapter?) {
        self.reused = reused
        self.trunk = trunk
        let past = reused > 0 ? [Span(start: 0, count: reused)] : []
        grow(texts, from: reused, past: past, adapter)
        questions.sort { ($0.row, $0.item) < ($1.row, $1.item) }
    }

    /// Adds what texts have beyond `depth` tokens that they share.
    private mutating func grow(
        _ texts: ArraySlice<Text>, from depth: Int, past: [Span], _ adapter: Adapter?
    ) {
        var rest = texts.filter { $0.tokens.count > depth }[...]
        while let first = rest.first {
            let run = rest.prefix { $0.tokens[depth] == first.tokens[depth] }
            let end = run.reduce(first.tokens.count) { min($0, first.common(with: $1, from: depth)) }
            let row = tokens.count
            let own = Span(start: reused + row, count: end - depth)
            tokens += first.tokens[depth..<end]
            segments.append(
                Segment(rows: row..<tokens.count, past: past, store: own.start, adapter: adapter))
            for text in run {
                for position in max(depth, text.first)..<max(end, text.first) {
                    questions.append(
                        Question(row: row + position - depth, item: text.item, place: position - text.first))
                }
            }
            grow(run, from: end, past: Self.path(past, own), adapter)
            rest = rest.dropFirst(run.count)
        }
    }

    private static func path(_ past: [Span], _ own: Span) -> [Span] {
        guard var last = past.last, last.start + last.count == own.start else { return past + [own] }
        last.count += own.count
        return past.dropLast() + [last]
    }
}

extension ScorerPass {
    /// The rows of one item: the last token of a text predicts nothing that is asked for.
    struct Text {
        let item: Int
        let tokens: [Int32]
        /// The first row that is judged.
        let first: Int

        /// The rows of an item, or nothing where there is nothing to judge.
        init?(_ place: Int, _ item: Scorer.Item) {
            if item.continuation.isEmpty { return nil }
            self.item = place
            tokens = item.context + item.continuation.dropLast()
            first = item.context.count - 1
        }

        /// How many tokens both begin with, the first `start` known to be so.
        func common(with other: Text, from start: Int = 0) -> Int {
            let most = min(tokens.count, other.tokens.count)
            var length = min(start, most)
            while length < most, tokens[length] == other.tokens[length] { length += 1 }
            return length
        }
    }

    /// Cuts texts in passes of at most so many new rows, one text alone aside.
    ///
    /// A pass also ends before a text that would shorten the trunk by `grain`
    /// tokens or more: the trunk is worth more than the company.
    static func plan(_ texts: [Text], rowsAtOnce: Int, grain: Int = 256, adapter: Adapter?) -> [ScorerPass] {
        var passes: [ScorerPass] = []
        var earlier: (text: Text, trunk: Int)?
        var from = 0
        while from < texts.count {
            let first = texts[from]
            /// The rows of the cache that a text finds there; what is judged is computed anew.
            func found(_ text: Text) -> Int {
                guard let earlier else { return 0 }
                return min(earlier.text.common(with: text), earlier.trunk, text.first)
            }
            var reused = found(first)
            var trunk = first.tokens.count
            var rows = first.tokens.count
            var to = from + 1
            while to < texts.count {
                let shared = texts[to - 1].common(with: texts[to])
                let reusable = min(reused, found(texts[to]))
                let more = rows + texts[to].tokens.count - shared
                if more - reusable > rowsAtOnce || trunk - min(trunk, shared) >= grain { break }
                (reused, trunk, rows) = (reusable, min(trunk, shared), more)
                to += 1
            }
            passes.append(ScorerPass(texts[from..<to], reused: reused, trunk: trunk, adapter: adapter))
            earlier = (first, trunk)
            from = to
        }
        return passes
    }
}
