import Testing

@testable import Kernels

/// Numbers for an attention call: keys lie in no order among other cache rows.
struct AttentionNumbers {
    let shape: AttentionCase
    let attention: Attention
    let keys: Attention.Keys
    let q: Framed
    let k: Framed
    let v: Framed
    let dout: Framed

    init(_ shape: AttentionCase, seed: Int) {
        var noise = Noise(seed)
        self.shape = shape
        attention = Attention(
            heads: shape.heads, keyValueHeads: shape.keyValueHeads, dimension: shape.dimension,
            scale: shape.scale, window: shape.window)
        let count = shape.first + shape.rows
        let capacity = count + 3
        keys = Attention.Keys(rows: noise.picks(count, of: capacity), first: shape.first)
        q = Framed(noise.matrix(shape.rows, shape.queryWidth, within: 2))
        let keyRows = noise.matrix(capacity, shape.keyWidth, within: 2)
        let valueRows = noise.matrix(capacity, shape.keyWidth)
        // Rows that no key names are NaN: nobody may look at them.
        for row in 0..<capacity where !keys.rows.contains(Int32(row)) {
            keyRows[rows: row..<row + 1].fill(.nan)
            valueRows[rows: row..<row + 1].fill(.nan)
        }
        k = Framed(keyRows)
        v = Framed(valueRows)
        dout = Framed(noise.matrix(shape.rows, shape.queryWidth))
    }

    /// The key rows as numbers, the unnamed ones zero.
    var keyNumbers: [Double] { k.matrix.doubles.map { $0.isNaN ? 0 : $0 } }
    /// The value rows likewise.
    var valueNumbers: [Double] { v.matrix.doubles.map { $0.isNaN ? 0 : $0 } }

    func reference(q: [Double]? = nil, k: [Double]? = nil, v: [Double]? = nil) -> [Double] {
        shape.reference(
            q: q ?? self.q.matrix.doubles, k: k ?? keyNumbers, v: v ?? valueNumbers,
            keys: keys.rows)
    }

    func forward(_ workers: Workers) -> (out: Framed, lse: Framed) {
        let out = Framed(shape.rows, shape.queryWidth)
        let lse = Framed(shape.rows, shape.heads)
        attention.forward(
            q.matrix, keys: keys, k: k.matrix, v: v.matrix, into: out.matrix, lse: lse.matrix, workers)
        return (out, lse)
    }

    /// dq, and dk and dv added to what the two matrices hold.
    func backward(_ out: Matrix, _ lse: Matrix, intoK dk: Matrix, intoV dv: Matrix, _ workers: Workers)
        -> Framed
    {
        let dq = Framed(shape.rows, shape.queryWidth)
        attention.backward(
            dout.matrix, q: q.matrix, keys: keys, k: k.matrix, v: v.matrix, out: out, lse: lse,
            intoQ: dq.matrix, intoK: dk, intoV: dv, workers)
        return dq
    }
}

extension AttentionCase {
    /// Every count of rows and dimension from 1 to 9 with every grouping of
    /// heads; windows and starts take turns, so that each meets each.
    static let small: [AttentionCase] = {
        let windows: [Int?] = [nil, 1, 2, 3, 5, 8, 100]
        let starts = [0, 1, 4, 7, 0]
        var turn = 0
        var cases: [AttentionCase] = []
        for (heads, shared) in [(1, 1), (2, 1), (2, 2), (3, 1), (4, 2), (6, 2)] {
            for rows in 1...9 {
                for dimension in 1...9 {
                    cases.append(
                        AttentionCase(
                            rows: rows, first: starts[turn % 5], heads: heads, keyValueHeads: shared,
                            dimension: dimension, window: windows[turn % 7]))
                    turn += 1
                }
            }
        }
        return cases
    }()

    static let wide: [AttentionCase] = widths.map {
        AttentionCase(
            rows: 4, first: $0 % 3, heads: 2, keyValueHeads: 1, dimension: $0, window: $0 % 2 == 0 ? 3 : nil)
    }
    static let long: [AttentionCase] = [17, 33, 70].map {
        AttentionCase(
            rows: $0, first: 130, heads: 4, keyValueHeads: 2, dimension: 16, window: $0 == 33 ? 20 : nil)
    }
}

@Suite struct AttentionTests {
    @Test func forwardIsSoftmaxOverTheKeysARowSees() {
        let workers = Workers(count: 2)
        var worst = Worst()
        for (seed, shape) in (AttentionCase.small + AttentionCase.wide + AttentionCase.long).enumerated() {
            let numbers = AttentionNumbers(shape, seed: seed)
            let (out, lse) = numbers.forward(workers)
            #expect(out.isSound && lse.isSound, "\(shape)")
            worst.note(relativeError(out.matrix, numbers.reference()), "\(shape)")
        }
        worst.expect(atMost: 2e-6)
    }

    @Test func aRowIsTheSameHoweverTheRowsAreCut() {
        let workers = Workers(count: 2)
        for (seed, shape) in AttentionCase.small.enumerated() where shape.rows > 1 {
            let numbers = AttentionNumbers(shape, seed: seed)
            let whole = numbers.forward(workers)
            for cut in 1..<shape.rows {
                for part in [0..<cut, cut..<shape.rows] {
                    let keys = Attention.Keys(
                        rows: Array(numbers.keys.rows[..<(shape.first + part.upperBound)]),
                        first: shape.first + part.lowerBound)
                    let out = Framed(part.count, shape.queryWidth)
                    numbers.attention.forward(
                        numbers.q.matrix[rows: part], keys: keys, k: numbers.k.matrix, v: numbers.v.matrix,
                        into: out.matrix, workers)
                    #expect(out.matrix.values.bits == whole.out.matrix[rows: part].values.bits, "\(shape)")
                }
            }
        }
    }

    @Test func scoresOfAnySizeGiveFiniteNumbers() {
        let workers = Workers(count: 1)
        for size: Float in [1e-20, 1, 1e4, 1e15] {
            let attention = Attention(heads: 1, keyValueHeads: 1, dimension: 4, scale: 1, window: nil)
            var noise = Noise(1)
            let (q, k) = (noise.matrix(5, 4, within: size), noise.matrix(5, 4, within: size))
            let (v, out, lse) = (noise.matrix(5, 4), Matrix(5, 4), Matrix(5, 1))
            attention.forward(
                q, keys: Attention.Keys(rows: [0, 1, 2, 3, 4], first: 0), k: k, v: v, into: out, lse: lse,
                workers)
            #expect(out.values.allSatisfy { abs($0) <= 1.000001 })
            #expect(lse.values.allSatisfy { $0.isFinite })
        }
    }

    @Test func noRowsAreNoWork() {
        let attention = Attention(heads: 2, keyValueHeads: 1, dimension: 4, scale: 1, window: nil)
        attention.forward(
            Matrix(0, 8), keys: Attention.Keys(rows: [], first: 0), k: Matrix(3, 4), v: Matrix(3, 4),
            into: Matrix(0, 8), Workers(count: 2))
    }
}

@Suite struct AttentionBackwardTests {
    @Test func backwardIsTheSlope() {
        let workers = Workers(count: 2)
        var (worstQ, worstK, worstV) = (Worst(), Worst(), Worst())
        for (seed, shape) in (AttentionCase.small + AttentionCase.wide).enumerated() {
            let numbers = AttentionNumbers(shape, seed: seed)
            let (out, lse) = numbers.forward(workers)
            let (dk, dv) = (Framed(Self.zeros(numbers)), Framed(Self.zeros(numbers)))
            let dq = numbers.backward(out.matrix, lse.matrix, intoK: dk.matrix, intoV: dv.matrix, workers)
            #expect(dq.isSound && dk.isSound && dv.isSound, "\(shape)")
            let dout = numbers.dout.matrix.doubles
            worstQ.note(
                gradientError(dq.matrix.doubles, at: numbers.q.matrix.doubles) {
                    dot(numbers.reference(q: $0), dout)
                }, "\(shape)")
            worstK.note(
                gradientError(dk.matrix.doubles, at: numbers.keyNumbers) {
                    dot(numbers.reference(k: $0), dout)
                }, "\(shape)")
            worstV.note(
                gradientError(dv.matrix.doubles, at: numbers.valueNumbers) {
                    dot(numbers.reference(v: $0), dout)
                }, "\(shape)")
        }
        worstQ.expect(atMost: 1e-4)
        worstK.expect(atMost: 1e-4)
        worstV.expect(atMost: 1e-5)
    }

    /// Branches that hang off one context add to the same rows.
    @Test func severalGroupsAddToTheSameKeys() {
        let workers = Workers(count: 2)
        for (seed, shape) in AttentionCase.small.enumerated() where shape.first > 0 {
            let numbers = AttentionNumbers(shape, seed: seed)
            let (out, lse) = numbers.forward(workers)
            let (once, twice) = (
                (Self.zeros(numbers), Self.zeros(numbers)), (Self.zeros(numbers), Self.zeros(numbers))
            )
            _ = numbers.backward(out.matrix, lse.matrix, intoK: once.0, intoV: once.1, workers)
            for _ in 0..<2 {
                _ = numbers.backward(out.matrix, lse.matrix, intoK: twice.0, intoV: twice.1, workers)
            }
            #expect(relativeError(twice.0, once.0.doubles.map { 2 * $0 }) < 1e-6, "\(shape)")
            #expect(relativeError(twice.1, once.1.doubles.map { 2 * $0 }) < 1e-6, "\(shape)")
        }
    }

    @Test func anyNumberOfThreadsGivesTheSameBits() {
        for (seed, shape) in (AttentionCase.small + AttentionCase.long).enumerated() where seed % 5 == 0 {
            let numbers = AttentionNumbers(shape, seed: seed)
            expectSameForAnyThreads("\(shape)") { workers in
                let (out, lse) = numbers.forward(workers)
                let (dk, dv) = (Self.zeros(numbers), Self.zeros(numbers))
                let dq = numbers.backward(out.matrix, lse.matrix, intoK: dk, intoV: dv, workers)
                return out.matrix.values + lse.matrix.values + dq.matrix.values + dk.values + dv.values
            }
        }
    }

    private static func zeros(_ numbers: AttentionNumbers) -> Matrix {
        Matrix(numbers.k.matrix.rows, numbers.k.matrix.columns)
    }
}
