import Kernels

/// Rows of the cache that follow one another.
public struct Span: Sendable, Equatable {
    /// The first row.
    public var start: Int
    /// How many rows.
    public var count: Int

    /// `count` rows from `start`.
    public init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }
}

/// Neighbouring rows of a batch that continue one text.
///
/// A segment sees the spans of its past, in order, and its own earlier rows. The
/// position of its first row is the length of its past. Training, prefill,
/// decoding and branches off a shared prefix differ only in their segments.
public struct Segment {
    /// The rows in the batch.
    public var rows: Range<Int>
    /// What came before, oldest first, as rows of the cache.
    public var past: [Span]
    /// The cache row that takes the first of the segment's own keys and values.
    public var store: Int
    /// The adapter its rows go through.
    public var adapter: Adapter?

    /// A segment.
    public init(rows: Range<Int>, past: [Span] = [], store: Int, adapter: Adapter? = nil) {
        self.rows = rows
        self.past = past
        self.store = store
        self.adapter = adapter
    }

    /// The position of the first row.
    public var position: Int { past.reduce(0) { $0 + $1.count } }
}

/// A list of rows to run through the decoder at once.
public struct RowBatch {
    /// One token a row.
    public var tokens: [Int32]
    /// The segments, which cover the rows in order without a gap.
    public var segments: [Segment]
    /// How many of the first rows are a prompt's; the rest are new tokens'.
    ///
    /// It decides which kernels compute a row, so that this depends on what the
    /// row is for and never on how many rows there are.
    public var prompt: Int
    /// What training adds at random, or nothing.
    public var noise: RowNoise?

    /// A batch; by default all rows are a prompt's.
    public init(tokens: [Int32], segments: [Segment], prompt: Int? = nil) {
        precondition(segments.first?.rows.lowerBound ?? 0 == 0)
        precondition(
            zip(segments, segments.dropFirst()).allSatisfy { $0.rows.upperBound == $1.rows.lowerBound })
        precondition(segments.last?.rows.upperBound ?? 0 == tokens.count)
        self.tokens = tokens
        self.segments = segments
        self.prompt = prompt ?? tokens.count
    }
}

/// The randomness of a training step, as a function of each row's own key.
public struct RowNoise: Sendable {
    /// One key a row: of seed, step, example and position, not of the batching.
    public var keys: [UInt64]
    /// The rate at which adapters' inputs are dropped.
    public var dropout: Float
    /// How far each row's embedding is moved at most (NEFTune), or nothing.
    public var embeddingReach: [Float]?

    /// Randomness for some rows.
    public init(keys: [UInt64], dropout: Float = 0, embeddingReach: [Float]? = nil) {
        self.keys = keys
        self.dropout = dropout
        self.embeddingReach = embeddingReach
    }
}

/// Rows as a layer sees them: where each stands and what each looks at.
struct Rows {
    typealias Group = BlockedAttention.Group

    struct Run {
        let rows: Range<Int>
        let adapter: Adapter
    }

    let count: Int
    let prompt: Int
    let positions: [Int32]
    let groups: [Group]
    let runs: [Run]
    /// The keys of dropout, one a row, and its rate; no keys where there is none.
    let keys: [UInt64]
    let dropout: Float

    /// All rows of a batch.
    init(_ batch: RowBatch) { self.init(batch, wanted: Array(0..<batch.tokens.count)) }

    /// The wanted rows of a batch, in ascending order.
    ///
    /// Neighbours of one segment become one group, so that the shape of the
    /// work is the same as for whole segments.
    init(_ batch: RowBatch, wanted: [Int]) {
        var positions: [Int32] = []
        var groups: [Group] = []
        var runs: [Run] = []
        var next = 0
        for segment in batch.segments {
            let begin = next
            while next < wanted.count, wanted[next] < segment.rows.upperBound { next += 1 }
            if begin == next { continue }
            let first = segment.position
            let past = segment.past.flatMap { (Int32($0.start)..<Int32($0.start + $0.count)) }
            var from = begin
            for row in begin..<next {
                positions.append(Int32(first + wanted[row] - segment.rows.lowerBound))
                if row + 1 < next, wanted[row + 1] == wanted[row] + 1 { continue }
                let own = wanted[row] - segment.rows.lowerBound + 1
                let keys = past + (Int32(segment.store)..<Int32(segment.store + own))
                groups.append(
                    Group(
                        rows: from..<row + 1,
                        keys: Attention.Keys(rows: keys, first: keys.count - (row + 1 - from))))
                from = row + 1
            }
            guard let adapter = segment.adapter else { continue }
            if let last = runs.last, last.adapter === adapter, last.rows.upperBound == begin {
                runs[runs.count - 1] = Run(rows: last.rows.lowerBound..<next, adapter: adapter)
            } else {
                runs.append(Run(rows: begin..<next, adapter: adapter))
            }
        }
        precondition(next == wanted.count)
        precondition(batch.noise.map { $0.keys.count == batch.tokens.count } ?? true)
        count = wanted.count
        prompt = wanted.prefix { $0 < batch.prompt }.count
        self.positions = positions
        self.groups = groups
        self.runs = runs
        dropout = batch.noise?.dropout ?? 0
        keys = dropout > 0 ? batch.noise.map { noise in wanted.map { noise.keys[$0] } } ?? [] : []
    }

    /// The dropout of some rows in one projection of one layer.
    func noise(_ rows: Range<Int>, layer: Int, _ projection: Projection) -> RunNoise? {
        if dropout == 0 { return nil }
        let place = UInt64(layer * Projection.allCases.count + projection.rawValue)
        return RunNoise(keys: keys[rows].map { CounterRandom.mix($0, place) }, rate: dropout)
    }
}
