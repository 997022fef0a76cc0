import Testing

@testable import Kernels

@Suite struct OneDNNTests {
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

    @Test(arguments: [false, true], [false, true]) func productsAreTheirFormulas(adds: Bool, isBFloat: Bool) {
        guard let products = OneDNN() else { return }
        var worst = Worst()
        for (index, shape) in Self.shapes.enumerated() {
            let (rows, inner, columns) = shape
            for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
                var noise = Noise(index)
                let a = ta ? noise.matrix(inner, rows) : noise.matrix(rows, inner)
                let b = tb ? noise.matrix(columns, inner) : noise.matrix(inner, columns)
                let before = noise.matrix(rows, columns)
                let c = adds ? Framed(before) : Framed(rows, columns)
                if isBFloat {
                    products.multiply(
                        BFloatMatrix(a), turned: ta, by: BFloatMatrix(b),
                        turning: tb,
                        into: c.matrix, adds: adds)
                } else {
                    products.multiply(
                        Framed(a).matrix, turned: ta, by: Framed(b).matrix, turning: tb, into: c.matrix,
                        adds: adds)
                }
                func exact(_ x: Matrix) -> [Double] {
                    x.values.map { Double(isBFloat ? rounded($0) : $0) }
                }
                let product = Reference.product(
                    ta ? Reference.turned(exact(a), rows: inner, columns: rows) : exact(a),
                    tb ? Reference.turned(exact(b), rows: columns, columns: inner) : exact(b), rows: rows,
                    inner: inner, columns: columns)
                let want = zip(product, before.doubles).map { $0 + (adds ? $1 : 0) }
                #expect(c.isSound, "\(shape)")
                worst.note(relativeError(c.matrix, want), "\(shape) \(ta) \(tb)")
            }
        }
        worst.expect(atMost: 1e-6)
    }

    /// True of every number of rows and columns of b; not of a turned, nor of a
    /// part of b's columns: whoever splits work splits the rows of a.
    @Test(arguments: [false, true]) func aRowDoesNotDependOnTheOthers(isBFloat: Bool) {
        guard let products = OneDNN() else { return }
        for (inner, columns) in [
            (8, 64), (40, 16), (257, 640), (640, 256), (1000, 33), (2048, 64), (512, 4096), (8500, 128),
        ] {
            for turning in [false, true] {
                var noise = Noise(inner)
                let b = turning ? noise.matrix(columns, inner) : noise.matrix(inner, columns)
                let a = noise.matrix(70, inner)
                func product(_ part: Range<Int>) -> [UInt32] {
                    let c = Matrix(part.count, columns)
                    if isBFloat {
                        let (x, y) = (BFloatMatrix(a), BFloatMatrix(b))
                        products.multiply(x[rows: part], by: y, turning: turning, into: c)
                    } else {
                        products.multiply(a[rows: part], by: b, turning: turning, into: c)
                    }
                    return c.values.bits
                }
                let whole = product(0..<70)
                for part in [0..<1, 69..<70, 3..<5, 10..<17, 5..<29, 1..<70, 0..<33] {
                    let same =
                        product(part) == Array(whole[part.lowerBound * columns..<part.upperBound * columns])
                    #expect(same, "\(inner) → \(columns) turned \(turning), rows \(part)")
                }
            }
        }
    }
}
