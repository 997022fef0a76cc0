import Foundation
import Testing

@testable import Kernels

@Suite(.enabled(if: Precision.block16.isSupported, "needs a CPU with VNNI"))
struct BlockProductTests {
    private static let shapes: [(rows: Int, inner: Int, columns: Int)] =
        (1...13).flatMap { rows in [1, 2, 3, 8, 9, 64].flatMap { k in [1, 5, 32, 33].map { (rows, k, $0) } } }
        + [(17, 64, 33), (70, 257, 129), (64, 640, 128), (3, 2048, 64), (400, 65, 40), (100, 2500, 31)]

    private func blocks(_ x: Matrix) -> BlockMatrix {
        let copy = BlockMatrix(x.rows, x.columns)
        copy.take(x)
        return copy
    }

    private func numbers(_ x: BlockMatrix) -> [Double] {
        withExtendedLifetime(x.storage) {
            (0..<x.rows).flatMap { row in
                (0..<x.columns).map { column in
                    Double(x.target.numbers[row * x.target.step + column])
                        * Double(x.target.scales[row * x.target.scale_step + column / 64])
                }
            }
        }
    }

    @Test func roundingIsToTheNearest() {
        var noise = Noise(3)
        for width in [1, 63, 64, 65, 200] {
            let x = noise.matrix(5, width, within: 100)
            x[rows: 3..<4].fill(0)
            x[rows: 4..<5].scale(by: 1e-20)
            let got = numbers(blocks(x))
            for row in 0..<5 {
                let line = x.row(row).map(Double.init)
                for (column, number) in line.enumerated() {
                    let block = line[column / 64 * 64..<min(column / 64 * 64 + 64, width)]
                    let unit = (block.map(abs).max() ?? 0) / 5792
                    #expect(
                        abs(got[row * width + column] - number) <= 0.501 * unit,
                        "\(row) \(column) of \(width)")
                }
            }
        }
        for bad in [Float.nan, .infinity, -.infinity] {
            let none = Matrix(1, 70)
            none[0, 66] = bad
            let got = numbers(blocks(none))
            #expect(got[..<64].allSatisfy { $0 == 0 } && got[64...].allSatisfy(\.isNaN))
        }
    }

    /// Both sides are rounded, b once more where the rows of a panel have one scale.
    @Test(arguments: [false, true], [false, true]) func productsAreNearTheirFormulas(
        adds: Bool, hasTerm: Bool
    ) {
        let scratch = Scratch()
        var (worst, rounding) = (Worst(), Worst())
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
                func factor(_ x: Matrix) -> BlockFactor { tb ? blocks(x).turned : blocks(x).factor }
                BlockProduct.multiply(
                    blocks(a), turned: ta, by: factor(b), plus: hasTerm ? (blocks(a2), factor(b2)) : nil,
                    into: c.matrix, adds: adds, scratch)
                func product(_ a: [Double], turned ta: Bool, _ b: [Double], _ inner: Int) -> [Double] {
                    Reference.product(
                        ta ? Reference.turned(a, rows: inner, columns: rows) : a,
                        tb ? Reference.turned(b, rows: columns, columns: inner) : b, rows: rows,
                        inner: inner, columns: columns)
                }
                var want = product(a.doubles, turned: ta, b.doubles, inner)
                if hasTerm { want = zip(want, product(a2.doubles, turned: false, b2.doubles, width)).map(+) }
                if adds { want = zip(want, before.doubles).map(+) }
                #expect(c.isSound, "\(shape)")
                let size = Double(inner + (hasTerm ? width : 0)).squareRoot() * 0.6
                let off = zip(c.matrix.doubles, want).map { abs($0 - $1) / size }.max() ?? 0
                worst.note(off, "\(shape) \(ta) \(tb)")
                if ta || !tb || hasTerm || adds || columns > 1 { continue }
                // One column has its own scale: what is kept is what is multiplied.
                let exact = product(numbers(blocks(a)), turned: false, numbers(blocks(b)), inner)
                rounding.note(relativeError(c.matrix, exact), "\(shape)")
            }
        }
        worst.expect(atMost: 1e-3)
        rounding.expect(atMost: 1e-6)
    }

    /// A number's bits do not depend on the rows beside it, nor on where columns and k
    /// are cut between blocks, nor on whether a second product is computed in the same go.
    @Test(arguments: [false, true], [false, true]) func cuttingChangesNothing(ta: Bool, tb: Bool) {
        let scratch = Scratch()
        for (inner, columns) in [
            (64, 64), (128, 16), (257, 640), (1000, 33), (2048, 64), (512, 2100), (8500, 40),
        ] {
            var noise = Noise(inner)
            let a = blocks(ta ? noise.matrix(inner, 430) : noise.matrix(430, inner))
            let right = tb ? noise.matrix(columns, inner) : noise.matrix(inner, columns)
            let b = tb ? blocks(right).turned : blocks(right).factor
            let whole = Matrix(430, columns)
            BlockProduct.multiply(a, turned: ta, by: b, into: whole, scratch)
            let last = (columns - 1) / 32 * 32
            for (rows, part) in [
                (0..<1, 0..<columns), (32..<34, last..<columns), (64..<83, 0..<min(32, columns)),
                (32..<430, 0..<columns),
            ] {
                let some = Matrix(rows.count, part.count)
                BlockProduct.multiply(
                    ta ? a[columns: rows] : a[rows: rows], turned: ta, by: b[columns: part], into: some,
                    scratch)
                #expect(
                    some.values.bits == whole[rows: rows][columns: part].values.bits,
                    "\(inner) \(rows) \(part)")
            }
            let middle = inner / 128 * 64
            func steps(_ range: Range<Int>) -> (BlockMatrix, BlockFactor) {
                (
                    ta ? a[rows: range] : a[columns: range],
                    tb ? blocks(right)[columns: range].turned : blocks(right)[rows: range].factor
                )
            }
            let (before, after) = (steps(0..<middle), steps(middle..<inner))
            let cut = Matrix(430, columns)
            if middle > 0 { BlockProduct.multiply(before.0, turned: ta, by: before.1, into: cut, scratch) }
            BlockProduct.multiply(after.0, turned: ta, by: after.1, into: cut, adds: true, scratch)
            #expect(cut.values.bits == whole.values.bits, "\(inner) cut at \(middle)")
            if ta || middle == 0 { continue }
            let together = Matrix(430, columns)
            BlockProduct.multiply(before.0, by: before.1, plus: after, into: together, scratch)
            #expect(together.values.bits == whole.values.bits, "\(inner) as two terms")
        }
    }

    /// Both ways through a frozen weight are the products of the same rounded numbers.
    @Test func panelsAreTheWeightBothWays() {
        let (workers, scratch) = (Workers(count: 2), Scratch())
        for (outputs, inputs) in [
            (1, 1), (5, 9), (32, 64), (33, 65), (64, 64), (100, 40), (200, 130), (2500, 96),
        ] {
            var noise = Noise(outputs)
            let weight = noise.matrix(outputs, inputs)
            let panels = weight.values.withUnsafeBytes {
                BlockPanels(
                    outputs: outputs, inputs: inputs, format: .float32, bytes: $0, order: nil, workers)
            }
            let line = Matrix(1, inputs)
            let kept = (0..<outputs).flatMap { row -> [Double] in
                panels.copy(row: row, into: line)
                return line.doubles
            }
            #expect(zip(kept, weight.doubles).allSatisfy { abs($0 - $1) < 1e-4 })
            // Ones and zeros are exact, so a product picks out the kept numbers.
            let rows = min(outputs, 40)
            let (pick, back) = (Matrix(rows, outputs), Framed(rows, inputs))
            for row in 0..<rows { pick[row, outputs - 1 - row] = 1 }
            BlockProduct.multiply(blocks(pick), by: panels.factor, into: back.matrix, scratch)
            let lines = (0..<rows).flatMap { row in
                Array(kept[(outputs - 1 - row) * inputs..<(outputs - row) * inputs])
            }
            #expect(back.isSound && relativeError(back.matrix, lines) < 1e-6, "\(outputs) × \(inputs)")
            let (ones, forth) = (Matrix(inputs, inputs), Framed(inputs, outputs))
            for row in 0..<inputs { ones[row, row] = 1 }
            BlockProduct.multiply(blocks(ones), by: panels.turned, into: forth.matrix, scratch)
            let turned = Reference.turned(kept, rows: outputs, columns: inputs)
            #expect(forth.isSound && relativeError(forth.matrix, turned) < 1e-6, "\(outputs) × \(inputs)")
        }
    }
}
