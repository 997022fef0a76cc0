import Testing

@testable import Kernels

/// Attention over a cache, in every form that a cache has.
@Suite struct CachedAttentionTests {
    private static let shapes: [AttentionCase] =
        [(1, 1), (3, 1), (6, 2), (9, 3), (5, 1)].flatMap { heads, shared in
            [1, 6, 16, 24, 33, 64, 80, 128, 256].map {
                AttentionCase(
                    rows: 3 + $0 % 4, first: $0 % 3 == 0 ? 21 : 262, heads: heads, keyValueHeads: shared,
                    dimension: $0, window: $0 % 4 == 0 ? nil : 19)
            }
        }

    private func cache(_ numbers: AttentionNumbers, _ precision: CachePrecision) -> CachedRows {
        let (k, v) = (numbers.k.matrix, numbers.v.matrix)
        let rows = CachedRows(
            rows: k.rows, heads: numbers.shape.keyValueHeads, dimension: numbers.shape.dimension,
            precision: precision)
        for row in numbers.keys.rows.map(Int.init) {
            rows.store(k[rows: row..<row + 1], v[rows: row..<row + 1], at: row)
        }
        return rows
    }

    private func attend(_ numbers: AttentionNumbers, _ cache: CachedRows, prompt: Bool, threads: Int = 2)
        -> [Float]
    {
        let attention = CachedAttention(numbers.attention, arena: Arena(), Workers(count: threads))
        let out = Framed(numbers.shape.rows, numbers.shape.queryWidth)
        if prompt {
            attention.prompt(numbers.q.matrix, keys: numbers.keys, cache, into: out.matrix)
        } else {
            attention.tokens(numbers.q.matrix, keys: numbers.keys, cache, into: out.matrix)
        }
        #expect(out.isSound)
        return out.matrix.values
    }

    /// What a cache gives back of some rows: a row that sees itself alone gets its values.
    private func kept(_ rows: Matrix, heads: Int, _ precision: CachePrecision) -> [Float] {
        let dimension = rows.columns / heads
        let attention = Attention(
            heads: heads, keyValueHeads: heads, dimension: dimension, scale: 1, window: 1)
        let cache = CachedRows(rows: rows.rows, heads: heads, dimension: dimension, precision: precision)
        let (zeros, out) = (Matrix(rows.rows, rows.columns), Matrix(rows.rows, rows.columns))
        cache.store(zeros, rows, at: 0)
        CachedAttention(attention, arena: Arena(), Workers(count: 1)).tokens(
            zeros, keys: Attention.Keys(rows: (0..<Int32(rows.rows)).map { $0 }, first: 0), cache, into: out)
        return out.values
    }

    @Test(arguments: CachePrecision.allCases) func numbersAreKeptAsNearlyAsTheFormAllows(
        _ precision: CachePrecision
    ) {
        var noise = Noise(5)
        for (heads, dimension) in [(1, 7), (3, 64), (2, 33), (1, 256), (2, 80)] {
            for size: Float in [0, 1e-6, 1, 100, 30000] {
                let rows = noise.matrix(6, heads * dimension, within: size)
                let got = kept(rows, heads: heads, precision)
                for (place, (a, b)) in zip(got, rows.values).enumerated() {
                    let block = place % dimension / 32 * 32 + place / dimension * dimension
                    let end = min(block + 32, place / dimension * dimension + dimension)
                    let most = rows.values[block..<end].map(abs).max() ?? 0
                    let reach: Float =
                        switch precision {
                        case .float32: 0
                        case .float16: max(abs(b) * 0x1p-11, 0x1p-25)
                        // Half a step, and the scale's own rounding.
                        case .int8: most / 254 * 1.2 + 127 * 0x1p-25
                        }
                    #expect(abs(a - b) <= reach, "\(heads) × \(dimension), \(size), \(place)")
                }
            }
        }
    }

    @Test(arguments: CachePrecision.allCases) func attentionIsThatOverTheKeptNumbers(
        _ precision: CachePrecision
    ) {
        var worst = Worst()
        for (seed, shape) in Self.shapes.enumerated() {
            let numbers = AttentionNumbers(shape, seed: seed)
            let cache = cache(numbers, precision)
            func double(_ rows: Matrix) -> [Double] {
                kept(rows, heads: shape.keyValueHeads, precision).map { $0.isNaN ? 0 : Double($0) }
            }
            let want = numbers.reference(k: double(numbers.k.matrix), v: double(numbers.v.matrix))
            for prompt in [true, false] {
                let got = attend(numbers, cache, prompt: prompt).doubles
                worst.note(relativeError(got, want), "\(shape) \(prompt)")
            }
        }
        worst.expect(atMost: 5e-6)
    }

    @Test(arguments: CachePrecision.allCases) func aRowIsTheSameHoweverTheRowsAreCut(
        _ precision: CachePrecision
    ) {
        for (seed, shape) in Self.shapes.enumerated() {
            let numbers = AttentionNumbers(shape, seed: seed)
            let cache = cache(numbers, precision)
            for prompt in [true, false] {
                let whole = attend(numbers, cache, prompt: prompt)
                #expect(attend(numbers, cache, prompt: prompt, threads: 1).bits == whole.bits)
                let attention = CachedAttention(numbers.attention, arena: Arena(), Workers(count: 2))
                for row in 0..<shape.rows {
                    let keys = Attention.Keys(
                        rows: Array(numbers.keys.rows[..<(shape.first + row + 1)]), first: shape.first + row)
                    let (q, out) = (numbers.q.matrix[rows: row..<row + 1], Matrix(1, shape.queryWidth))
                    if prompt {
                        attention.prompt(q, keys: keys, cache, into: out)
                    } else {
                        attention.tokens(q, keys: keys, cache, into: out)
                    }
                    let want = whole[row * shape.queryWidth..<(row + 1) * shape.queryWidth]
                    #expect(out.values.bits == Array(want).bits, "\(shape), row \(row), prompt \(prompt)")
                }
            }
        }
    }

    @Test(arguments: CachePrecision.allCases) func whatIsNoNumberTrapsNobody(_ precision: CachePrecision) {
        let strange: [Float] = [.nan, .infinity, -.infinity, 1e30, .leastNonzeroMagnitude, -0, 3, 70000]
        #expect(kept(Matrix(1, 8, strange), heads: 1, precision).count == 8)
    }

    @Test func bytesAreAQuarterAndALittle() {
        #expect(CachePrecision.int8.bytes(heads: 3, dimension: 64) == 3 * (64 + 4))
        #expect(CachePrecision.int8.bytes(heads: 1, dimension: 33) == 33 + 4)
        #expect(CachePrecision.float16.bytes(heads: 3, dimension: 64) == 384)
        #expect(CachePrecision.float32.bytes(heads: 1, dimension: 256) == 1024)
    }
}
