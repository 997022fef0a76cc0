import Testing

@testable import Kernels

/// Attention by blocks against the one row by row.
struct BlockedAttentionTests {
    private static let cases: [AttentionCase] = [
        AttentionCase(rows: 1, first: 0, heads: 1, keyValueHeads: 1, dimension: 8),
        AttentionCase(rows: 1, first: 63, heads: 2, keyValueHeads: 1, dimension: 16),
        AttentionCase(rows: 31, first: 0, heads: 4, keyValueHeads: 2, dimension: 16),
        AttentionCase(rows: 32, first: 32, heads: 2, keyValueHeads: 2, dimension: 32, window: 16),
        AttentionCase(rows: 33, first: 5, heads: 3, keyValueHeads: 1, dimension: 10),
        AttentionCase(rows: 100, first: 0, heads: 4, keyValueHeads: 1, dimension: 64, window: 40),
        AttentionCase(rows: 70, first: 200, heads: 2, keyValueHeads: 1, dimension: 256, window: 64),
        AttentionCase(rows: 65, first: 64, heads: 2, keyValueHeads: 1, dimension: 24, window: 1),
    ]

    private struct Result {
        let out: Framed
        let lse: Framed
        let dq: Framed
        let dk: Matrix
        let dv: Matrix

        var values: [Float] {
            out.matrix.values + lse.matrix.values + dq.matrix.values + dk.values + dv.values
        }
    }

    /// Both ways, the rows cut in groups at some places.
    private func blocked(_ numbers: AttentionNumbers, cuts: [Int], _ workers: Workers) -> Result {
        let shape = numbers.shape
        let arena = Arena(blockBytes: 1 << 16)
        // Whatever the arena held before must not matter.
        arena.matrix(600, 600).fill(.nan)
        arena.reset()
        let attention = BlockedAttention(numbers.attention, arena: arena, workers)
        let ends = cuts + [shape.rows]
        let groups = zip([0] + cuts, ends).map { from, to in
            BlockedAttention.Group(
                rows: from..<to,
                keys: Attention.Keys(
                    rows: Array(numbers.keys.rows[..<(shape.first + to)]), first: shape.first + from))
        }
        let (out, lse) = (Framed(shape.rows, shape.queryWidth), Framed(shape.rows, shape.heads))
        let (k, v) = (numbers.k.matrix, numbers.v.matrix)
        attention.forward(numbers.q.matrix, groups: groups, k: k, v: v, into: out.matrix, lse: lse.matrix)
        let dq = Framed(shape.rows, shape.queryWidth)
        let (dk, dv) = (Matrix(k.rows, k.columns), Matrix(v.rows, v.columns))
        attention.backward(
            numbers.dout.matrix, q: numbers.q.matrix, groups: groups, k: k, v: v,
            lse: lse.matrix, intoQ: dq.matrix, intoK: dk, intoV: dv)
        return Result(out: out, lse: lse, dq: dq, dk: dk, dv: dv)
    }

    @Test(arguments: cases.indices) func bothWaysAreNearTheWholeOnes(_ index: Int) {
        let shape = Self.cases[index]
        let workers = Workers(count: 2)
        let numbers = AttentionNumbers(shape, seed: index)
        let got = blocked(numbers, cuts: [], workers)
        let (out, lse) = numbers.forward(workers)
        let (dk, dv) = (Matrix(got.dk.rows, got.dk.columns), Matrix(got.dv.rows, got.dv.columns))
        let dq = numbers.backward(out.matrix, lse.matrix, intoK: dk, intoV: dv, workers)
        #expect(got.out.isSound && got.lse.isSound && got.dq.isSound)
        #expect(relativeError(got.out.matrix, out.matrix.doubles) < 1e-5)
        #expect(relativeError(got.lse.matrix, lse.matrix.doubles) < 1e-5)
        let sizes = [dq.matrix, dk].map { dot($0.doubles, $0.doubles).squareRoot() }
        if shape.window != 1, shape.first + shape.rows > 1 {
            #expect(relativeError(got.dq.matrix, dq.matrix.doubles) < 1e-5)
            #expect(relativeError(got.dk, dk.doubles) < 1e-5)
        } else {
            // One key has probability one, and its gradient is nothing but rounding.
            #expect(sizes.allSatisfy { $0 < 1e-3 })
        }
        #expect(relativeError(got.dv, dv.doubles) < 1e-5)
    }

    @Test(arguments: cases.indices) func anyNumberOfThreadsGivesTheSameBits(_ index: Int) {
        let shape = Self.cases[index]
        let numbers = AttentionNumbers(shape, seed: index)
        let cuts = [5, 31, 40].filter { $0 < shape.rows }
        expectSameForAnyThreads("\(shape)") { blocked(numbers, cuts: cuts, $0).values }
    }

    /// A row of the result is the same however the rows are cut in groups.
    @Test(arguments: cases.indices) func aRowIsTheSameHoweverTheRowsAreCut(_ index: Int) {
        let shape = Self.cases[index]
        let workers = Workers(count: 2)
        let numbers = AttentionNumbers(shape, seed: index)
        let whole = blocked(numbers, cuts: [], workers)
        for cuts in [[1], [5, 31, 40], [32], [64], Array(1..<shape.rows)] {
            let cut = blocked(numbers, cuts: cuts.filter { $0 < shape.rows }, workers)
            let same = cut.out.matrix.values.bits == whole.out.matrix.values.bits
            #expect(same, "\(shape) cut at \(cuts)")
            #expect(relativeError(cut.dk, whole.dk.doubles) < 1e-5 || shape.window == 1)
        }
    }
}
