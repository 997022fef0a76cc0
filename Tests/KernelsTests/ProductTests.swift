import Testing

@testable import Kernels

@Suite struct ProductTests {
    private struct Shape: CustomStringConvertible {
        let rows: Int
        let inner: Int
        let columns: Int
        var description: String { "\(rows) × \(inner) × \(columns)" }
    }

    private static let small: [Shape] = (1...9).flatMap { rows in
        (1...9).flatMap { inner in (1...9).map { Shape(rows: rows, inner: inner, columns: $0) } }
    }
    private static let shapes =
        small
        + [16, 17, 33, 64, 65, 70, 257, 700].flatMap {
            [
                Shape(rows: $0, inner: 5, columns: 18), Shape(rows: 7, inner: $0, columns: 9),
                Shape(rows: 13, inner: 40, columns: $0),
            ]
        }
    private static let factors: [(alpha: Float, beta: Float)] = [(1, 0), (0.5, 0), (1, 1), (-2, 0.25)]

    /// The target before: NaN where nothing of it may be read.
    private func target(_ rows: Int, _ columns: Int, beta: Float, _ noise: inout Noise) -> Framed {
        beta == 0 ? Framed(rows, columns) : Framed(noise.matrix(rows, columns))
    }

    private func mixed(_ product: [Double], _ before: [Double], alpha: Float, beta: Float) -> [Double] {
        zip(product, before).map { Double(alpha) * $0 + (beta == 0 ? 0 : Double(beta) * $1) }
    }

    @Test func allThreeAreTheirFormulas() {
        let workers = Workers(count: 2)
        var worst = Worst()
        for (index, shape) in Self.shapes.enumerated() {
            let (alpha, beta) = Self.factors[index % Self.factors.count]
            let (rows, inner, columns) = (shape.rows, shape.inner, shape.columns)
            var noise = Noise(index)
            let a = Framed(noise.matrix(rows, inner))
            let b = Framed(noise.matrix(columns, inner))
            let dc = Framed(noise.matrix(rows, columns))

            let c = target(rows, columns, beta: beta, &noise)
            let wantC = mixed(
                Reference.product(
                    a.matrix.doubles, Reference.turned(b.matrix.doubles, rows: columns, columns: inner),
                    rows: rows,
                    inner: inner, columns: columns), c.matrix.doubles, alpha: alpha, beta: beta)
            Product.forward(a.matrix, b.matrix, into: c.matrix, alpha: alpha, beta: beta, workers)
            worst.note(relativeError(c.matrix, wantC), "c of \(shape)")

            // c is linear in a and in b: the slope is a product, no differences needed.
            let da = target(rows, inner, beta: beta, &noise)
            let wantA = mixed(
                Reference.product(
                    dc.matrix.doubles, b.matrix.doubles, rows: rows, inner: columns, columns: inner),
                da.matrix.doubles, alpha: alpha, beta: beta)
            Product.backward(dc.matrix, b.matrix, intoLeft: da.matrix, alpha: alpha, beta: beta, workers)
            worst.note(relativeError(da.matrix, wantA), "da of \(shape)")

            let db = target(columns, inner, beta: beta, &noise)
            let wantB = mixed(
                Reference.product(
                    Reference.turned(dc.matrix.doubles, rows: rows, columns: columns), a.matrix.doubles,
                    rows: columns, inner: rows, columns: inner), db.matrix.doubles, alpha: alpha, beta: beta)
            Product.backward(dc.matrix, a.matrix, intoRight: db.matrix, alpha: alpha, beta: beta, workers)
            worst.note(relativeError(db.matrix, wantB), "db of \(shape)")
            #expect(c.isSound && da.isSound && db.isSound, "\(shape)")
        }
        worst.expect(atMost: 1e-6)
    }

    @Test func noRowsAddNothing() {
        let workers = Workers(count: 2)
        let b = Matrix(4, 3)
        let db = Matrix(4, 3, [Float](repeating: 2, count: 12))
        Product.forward(Matrix(0, 3), b, into: Matrix(0, 4), workers)
        Product.backward(Matrix(0, 4), b, intoLeft: Matrix(0, 3), workers)
        Product.backward(Matrix(0, 4), Matrix(0, 3), intoRight: db, beta: 1, workers)
        #expect(db.values == [Float](repeating: 2, count: 12))
        Product.backward(Matrix(0, 4), Matrix(0, 3), intoRight: db, workers)
        #expect(db.values == [Float](repeating: 0, count: 12))
    }

    @Test func anyNumberOfThreadsGivesTheSameBits() {
        for shape in [(1, 1, 1), (9, 5, 7), (16, 40, 64), (33, 70, 129), (200, 64, 16), (70, 300, 40)] {
            let (rows, inner, columns) = shape
            var noise = Noise(rows)
            let a = noise.matrix(rows, inner)
            let b = noise.matrix(columns, inner)
            let dc = noise.matrix(rows, columns)
            expectSameForAnyThreads("\(shape)") { workers in
                let (c, da, db) = (Matrix(rows, columns), Matrix(rows, inner), Matrix(columns, inner))
                for (alpha, beta): (Float, Float) in [(1, 0), (0.7, 1), (1.1, -0.3)] {
                    Product.forward(a, b, into: c, alpha: alpha, beta: beta, workers)
                    Product.backward(dc, b, intoLeft: da, alpha: alpha, beta: beta, workers)
                    Product.backward(dc, a, intoRight: db, alpha: alpha, beta: beta, workers)
                }
                return c.values + da.values + db.values
            }
        }
    }

    /// An adapter's part of a row must not depend on who else is in the batch.
    @Test func aRowDoesNotDependOnTheOthers() {
        let workers = Workers(count: 2)
        for (inner, columns) in [(8, 16), (40, 64), (640, 8), (16, 640), (300, 48), (1000, 33)] {
            var noise = Noise(inner)
            let a = noise.matrix(70, inner)
            let b = noise.matrix(columns, inner)
            let turned = noise.matrix(inner, columns)
            let before = noise.matrix(70, columns)
            func all(_ part: Range<Int>) -> [Matrix] {
                let targets = (0..<4).map { _ in Matrix(part.count, columns, before[rows: part].values) }
                let a = a[rows: part]
                Product.forward(a, b, into: targets[0], workers)
                Product.forward(a, b, into: targets[1], alpha: 0.7, beta: 1, workers)
                Product.backward(a, turned, intoLeft: targets[2], workers)
                Product.backward(a, turned, intoLeft: targets[3], alpha: 0.7, beta: -0.3, workers)
                return targets
            }
            let whole = all(0..<70)
            for part in [0..<1, 69..<70, 3..<5, 10..<17, 5..<29, 1..<70] {
                let same = zip(all(part), whole).allSatisfy { $0.values.bits == $1[rows: part].values.bits }
                #expect(same, "\(inner) → \(columns), rows \(part)")
            }
        }
    }
}
