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
    /// How many rows of logits exist at once.
    private static let logitRows = 32

    /// A scorer over a decoder.
    public init(_ decoder: Decoder, rowsAtOnce: Int = 1024) {
        self.decoder = decoder
        self.rowsAtOnce = rowsAtOnce
    }

    /// The scores of all items, in order; `progress` is told how many are done.
    public func score(
        _ items: [Item], adapter: Adapter? = nil, progress: (Int) -> Void = { _ in }
    ) -> [Score] {
        var scores: [Score] = []
        var from = 0
        while from < items.count {
            var to = from
            var rows = 0
            while to < items.count, to == from || rows + Self.rows(items[to]) <= rowsAtOnce {
                rows += Self.rows(items[to])
                to += 1
            }
            scores += scoreTogether(Array(items[from..<to]), rows: rows, adapter)
            from = to
            progress(scores.count)
        }
        return scores
    }

    /// The last token of a text predicts nothing that is asked for.
    private static func rows(_ item: Item) -> Int {
        item.continuation.isEmpty ? 0 : item.context.count + item.continuation.count - 1
    }

    private func scoreTogether(_ items: [Item], rows: Int, _ adapter: Adapter?) -> [Score] {
        var tokens: [Int32] = []
        var segments: [Segment] = []
        var wanted: [Int] = []
        for item in items where !item.continuation.isEmpty {
            let start = tokens.count
            tokens += item.context + item.continuation.dropLast()
            segments.append(Segment(rows: start..<tokens.count, store: start, adapter: adapter))
            wanted += start + item.context.count - 1..<tokens.count
        }
        let cache = KeyValueCache(decoder.config, capacity: rows)
        let hidden = decoder.forward(
            RowBatch(tokens: tokens, segments: segments), cache: cache, wanted: wanted)
        let judged = judge(hidden, items.flatMap(\.continuation))
        var next = 0
        return items.map { item in
            defer { next += item.continuation.count }
            let part = judged[next..<next + item.continuation.count]
            return Score(tokens: part.map(\.0), greedy: part.map(\.1))
        }
    }

    /// Each row's log-probability of its target, and whether that is the best.
    private func judge(_ hidden: Matrix, _ targets: [Int32]) -> [(Float, Bool)] {
        var judged: [(Float, Bool)] = []
        let logits = Matrix(min(Self.logitRows, targets.count), decoder.config.vocabularySize)
        for from in stride(from: 0, to: targets.count, by: Self.logitRows) {
            let count = min(Self.logitRows, targets.count - from)
            let part = logits[rows: 0..<count]
            decoder.logits(hidden[rows: from..<from + count], prompt: count, into: part)
            let sums = CrossEntropy.logSumExp(part, decoder.workers)
            for row in 0..<count {
                let target = targets[from + row]
                let best = Sampler.best(part.row(row))
                judged.append((part[row, Int(target)] - sums[row], best == target))
            }
        }
        return judged
    }
}
