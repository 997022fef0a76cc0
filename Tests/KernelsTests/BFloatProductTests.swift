import Testing

@testable import Kernels

@Suite(.enabled(if: Precision.bfloat16.isSupported, "needs a CPU with bf16"))
struct BFloatProductTests {
    private static let shapes: [(rows: Int, inner: Int, columns: Int)] =
        (1...9).flatMap { rows in [1, 2, 3, 8, 9].flatMap { k in [1, 2, 5, 9].map { (rows, k, $0) } } }
        + [(17, 64, 33), (70, 257, 129), (64, 640, 128), (3, 2048, 64)]

    /// Rounded to bf16 by the rule itself: the nearest, and of two the even one.
    private func rounded(_ x: Float) -> Float {
        let low = Float(bitPattern: x.bitPattern & 0xFFFF_0000)
        let high = Float(bitPattern: (x.bitPattern & 0xFFFF_0000) &+ 0x1_0000)
        let (down, up) = (abs(Double(x) - Double(low)), abs(Double(high) - Double(x)))
        if down != up { return down < up ? low : high }
        return low.bitPattern & 0x1_0000 == 0 ? low : high
    }

    @Test func roundingIsToTheNearestEven() {
        var noise = Noise(3)
        var numbers = noise.numbers(2000, within: 100)
        numbers += (0..<64).map { Float(bitPattern: 0x3F80_8000 &+ UInt32($0) &* 0x8000) }
        numbers += [0, -0.0, 1e-30, .infinity, -.infinity]
        let copy = BFloatMatrix(Matrix(1, numbers.count, numbers))
        let got = withExtendedLifetime(copy) {
            numbers.indices.map { Float(bitPattern: UInt32(copy.base[$0]) << 16) }
        }
        for (number, got) in zip(numbers, got) {
            #expect(got.bitPattern == (number.isInfinite ? number : rounded(number)).bitPattern, "\(number)")
        }
        let none = BFloatMatrix(Matrix(1, 1, [.nan]))
        withExtendedLifetime(none) { #expect(Float(bitPattern: UInt32(none.base[0]) << 16).isNaN) }
    }

    @Test(arguments: [false, true], [false, true]) func productsAreTheirFormulas(adds: Bool, hasTerm: Bool) {
        let scratch = Scratch()
        let witness = OneDNN()
        var (worst, apart) = (Worst(), Worst())
        for (index, shape) in Self.shapes.enumerated() {
            let (rows, inner, columns) = shape
            for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
                var noise = Noise(index)
                func side(_ rows: Int, _ columns: Int, turned: Bool) -> Matrix {
                    turned ? noise.matrix(columns, rows) : noise.matrix(rows, columns)
                }
                let (a, b) = (side(rows, inner, turned: ta), side(inner, columns, turned: tb))
                let width = index % 7 + 1
                let (a2, b2) = (side(rows, width, turned: false), side(width, columns, turned: tb))
                let before = noise.matrix(rows, columns)
                let c = adds ? Framed(before) : Framed(rows, columns)
                BFloatProduct.multiply(
                    BFloatMatrix(a), turned: ta, by: BFloatMatrix(b), turning: tb,
                    plus: hasTerm ? (BFloatMatrix(a2), BFloatMatrix(b2)) : nil, into: c.matrix, adds: adds,
                    scratch)
                func exact(_ x: Matrix, _ rows: Int, _ columns: Int, turned: Bool) -> [Double] {
                    let numbers = x.values.map { Double(rounded($0)) }
                    return turned ? Reference.turned(numbers, rows: columns, columns: rows) : numbers
                }
                func product(_ a: Matrix, turned ta: Bool, _ b: Matrix, _ inner: Int) -> [Double] {
                    Reference.product(
                        exact(a, rows, inner, turned: ta), exact(b, inner, columns, turned: tb), rows: rows,
                        inner: inner, columns: columns)
                }
                var want = product(a, turned: ta, b, inner)
                if hasTerm { want = zip(want, product(a2, turned: false, b2, width)).map(+) }
                if adds { want = zip(want, before.doubles).map(+) }
                #expect(c.isSound, "\(shape)")
                worst.note(relativeError(c.matrix, want), "\(shape) \(ta) \(tb)")
                guard let witness, !hasTerm else { continue }
                let theirs = adds ? Framed(before) : Framed(rows, columns)
                witness.multiply(
                    BFloatMatrix(a), turned: ta, by: BFloatMatrix(b), turning: tb, into: theirs.matrix,
                    adds: adds)
                apart.note(relativeError(c.matrix, theirs.matrix.doubles), "\(shape) \(ta) \(tb)")
            }
        }
        worst.expect(atMost: 1e-6)
        apart.expect(atMost: 2e-6)
    }

    /// A number's bits do not depend on the rows and columns around it, nor on how k
    /// is cut, nor on whether a second product is computed in the same go.
    @Test(arguments: [false, true], [false, true]) func cuttingChangesNothing(ta: Bool, tb: Bool) {
        let scratch = Scratch()
        for (inner, columns) in [
            (8, 64), (40, 16), (257, 640), (1000, 33), (2048, 64), (512, 2100), (8500, 40),
        ] {
            var noise = Noise(inner)
            let a = BFloatMatrix(ta ? noise.matrix(inner, 70) : noise.matrix(70, inner))
            let b = BFloatMatrix(tb ? noise.matrix(columns, inner) : noise.matrix(inner, columns))
            let whole = Matrix(70, columns)
            BFloatProduct.multiply(a, turned: ta, by: b, turning: tb, into: whole, scratch)
            for (rows, part) in [
                (0..<1, 0..<columns), (3..<5, 1..<columns), (10..<29, 5..<16), (1..<70, 0..<7),
            ] {
                let some = Matrix(rows.count, part.count)
                BFloatProduct.multiply(
                    ta ? a[columns: rows] : a[rows: rows], turned: ta,
                    by: tb ? b[rows: part] : b[columns: part],
                    turning: tb, into: some, scratch)
                #expect(
                    some.values.bits == whole[rows: rows][columns: part].values.bits,
                    "\(inner) \(rows) \(part)")
            }
            func steps(_ x: BFloatMatrix, _ range: Range<Int>, alongRows: Bool) -> BFloatMatrix {
                alongRows ? x[rows: range] : x[columns: range]
            }
            let middle = inner / 4 * 2
            let cut = Matrix(70, columns)
            for (range, adds) in [(0..<middle, false), (middle..<inner, true)] {
                BFloatProduct.multiply(
                    steps(a, range, alongRows: ta), turned: ta, by: steps(b, range, alongRows: !tb),
                    turning: tb,
                    into: cut, adds: adds, scratch)
            }
            #expect(cut.values.bits == whole.values.bits, "\(inner) cut at \(middle)")
            if ta { continue }
            let together = Matrix(70, columns)
            BFloatProduct.multiply(
                a[columns: 0..<middle], by: steps(b, 0..<middle, alongRows: !tb), turning: tb,
                plus: (a[columns: middle..<inner], steps(b, middle..<inner, alongRows: !tb)), into: together,
                scratch)
            #expect(together.values.bits == whole.values.bits, "\(inner) as two terms")
        }
    }
}
