import Kernels
import Model

/// Makes one vector of a text: the mean of its final hidden rows, of length 1.
///
/// A text is read in chunks, a chunk a step, so that whoever owns the model can do
/// other things between them. What comes out depends on the text alone.
public struct Embedder {
    private let decoder: Decoder
    private let tokens: [Int32]
    private let adapter: Adapter?
    private let cache: KeyValueCache
    private let chunk: Int
    private var read = 0
    private var sums: [Double]

    /// An embedder of a text of at least one token.
    public init(_ decoder: Decoder, tokens: [Int32], adapter: Adapter? = nil, chunk: Int = 256) {
        precondition(!tokens.isEmpty && chunk > 0)
        self.decoder = decoder
        self.tokens = tokens
        self.adapter = adapter
        self.chunk = chunk
        cache = KeyValueCache(for: decoder.weights, capacity: tokens.count)
        sums = Array(repeating: 0, count: decoder.config.hiddenSize)
    }

    /// Reads on; gives the vector when the text is read.
    public mutating func step() -> [Float]? {
        let rows = read..<min(read + chunk, tokens.count)
        let past = read == 0 ? [] : [Span(start: 0, count: read)]
        let batch = RowBatch(
            tokens: Array(tokens[rows]),
            segments: [Segment(rows: 0..<rows.count, past: past, store: read, adapter: adapter)])
        let hidden = decoder.forward(batch, cache: cache, wanted: Array(0..<rows.count))
        for row in 0..<rows.count {
            for (place, value) in hidden.row(row).enumerated() { sums[place] += Double(value) }
        }
        read = rows.upperBound
        if read < tokens.count { return nil }
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sums.map { length > 0 ? Float($0 / length) : 0 }
    }
}
