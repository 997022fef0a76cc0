import Kernels
import Model

/// Log-probabilities of given continuations.
public struct Scorer {
    /// A text in two parts, of which the second is judged.
    public struct Item: Sendable {
        /// What is given; at least one token.
        public var context: [Int32]
        /// What is judged.
        public var continuation: [Int32]

        /// An item.
        public init(context: [Int32], continuation: [Int32]) {
            precondition(!context.isEmpty)
            self.context = context
            self.continuation = continuation
        }
    }

    /// The judgement of one item.
    public struct Score: Sendable, Equatable {
        /// The log-probability of each token of the continuation.
        public var tokens: [Float]
        /// For each of them, whether it is the likeliest.
        public var greedy: [Bool]

        /// The log-probability of the continuation.
        public var total: Double { tokens.reduce(0) { $0 + Double($1) } }
        /// Whether greedy decoding would have written it.
        public var isGreedy: Bool { greedy.allSatisfy { $0 } }
    }

    let decoder: Decoder
    /// How many rows one pass takes at most, unless one item alone has more.
    let rowsAtOnce: Int
    let cachePrecision: CachePrecision
    /// Whether rows are computed as those of new tokens are, not as a prompt's.
    let asTokens: Bool
    /// How many rows of logits exist at once.
    private static let logitRows = 32

    /// A scorer over a decoder.
    ///
    /// `asTokens` computes what a text would have been given while it was written: for judging
    /// that against the reference.
    public init(
        _ decoder: Decoder, rowsAtOnce: Int = 1024, cachePrecision: CachePrecision = .float32,
        asTokens: Bool = false
    ) {
        self.cachePrecision = cachePrecision
        self.asTokens = asTokens
        self.decoder = decoder
        self.rowsAtOnce = rowsAtOnce
    }

    /// The scores of all items, in order; `progress` is told how many are done.
    public func score(
        _ items: [Item], adapter: Adapter? = nil, progress: (Int) -> Void = { _ in }
    ) -> [Score] {
        var scores = [Score](repeating: Score(tokens: [], greedy: []), count: items.count)
        var done = 0
        score(items, adapter: adapter) { place, score in
            scores[place] = score
            done += 1
            progress(done)
        }
        return scores
    }

    /// Hands back the score of each item with its place, as soon as it is known.
    ///
    /// Items that follow one another and begin with the same tokens share the
    /// rows of their beginning, so equal contexts should stand side by side. The
    /// result is the one that each item has alone.
    public func score(
        _ items: [Item], adapter: Adapter? = nil, finished: (_ place: Int, _ score: Score) throws -> Void
    ) rethrows {
        for place in items.indices where items[place].continuation.isEmpty {
            try finished(place, Score(tokens: [], greedy: []))
        }
        let texts = items.enumerated().compactMap { ScorerPass.Text($0, $1) }
        let passes = ScorerPass.plan(texts, rowsAtOnce: rowsAtOnce, adapter: adapter)
        let cache = KeyValueCache(
            for: decoder.weights, capacity: passes.map(\.capacity).max() ?? 0, precision: cachePrecision)
        for pass in passes {
            let hidden = decoder.forward(
                RowBatch(
                    tokens: pass.tokens, segments: pass.segments, prompt: asTokens ? 0 : pass.tokens.count),
                cache: cache, wanted: pass.wanted)
            for (place, score) in judge(hidden, pass.questions, items) { try finished(place, score) }
        }
    }

    /// The scores of the items that were asked about, in order.
    ///
    /// The rows of `hidden` are those of the questions, each once.
    private func judge(
        _ hidden: Matrix, _ questions: [ScorerPass.Question], _ items: [Item]
    ) -> [(place: Int, score: Score)] {
        var scores: [Int: Score] = [:]
        let logits = Matrix(min(Self.logitRows, hidden.rows), decoder.config.vocabularySize)
        var rest = questions[...]
        for from in stride(from: 0, to: hidden.rows, by: Self.logitRows) {
            let count = min(Self.logitRows, hidden.rows - from)
            let part = logits[rows: 0..<count]
            decoder.logits(hidden[rows: from..<from + count], prompt: asTokens ? 0 : count, into: part)
            let sums = CrossEntropy.logSumExp(part, decoder.workers)
            for row in 0..<count {
                guard let batchRow = rest.first?.row else { break }
                let best = Sampler.best(part.row(row))
                while let question = rest.first, question.row == batchRow {
                    let target = items[question.item].continuation[question.place]
                    var score = scores[question.item] ?? Score(tokens: [], greedy: [])
                    score.tokens.append(part[row, Int(target)] - sums[row])
                    score.greedy.append(best == target)
                    scores[question.item] = score
                    rest.removeFirst()
                }
            }
        }
        return scores.sorted { $0.key < $1.key }.map { (place: $0.key, score: $0.value) }
    }
}
