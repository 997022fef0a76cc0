import Testing

@testable import Kernels

/// Products of operands in sixteen-bit blocks, as the model uses them.
@Suite(.enabled(if: Precision.block16.isSupported, "needs a CPU with VNNI"))
struct PrecisionTests {
    private static let shapes = [
        (rows: 1, inputs: 8, outputs: 16), (5, 40, 64), (33, 640, 256), (70, 257, 640), (16, 1000, 33),
        (3, 9, 5),
    ]

    private func frozen(_ numbers: Matrix) -> FrozenWeight {
        numbers.values.withUnsafeBytes {
            FrozenWeight(
                outputs: numbers.rows, inputs: numbers.columns, format: .float32, bytes: $0,
                precision: .block16,
                Workers(count: 2))
        }
    }

    private func operand(_ x: Matrix, _ precision: Precision = .block16) -> Operand {
        Operand(x, precision: precision, arena: Arena(blockBytes: 4096), Workers(count: 1))
    }

    /// Half a 5792nd of a block's largest number in each operand at most, twice in a panel's.
    @Test func aFrozenWeightIsNearTheWholeOne() {
        let workers = Workers(count: 2)
        for (rows, inputs, outputs) in Self.shapes {
            var noise = Noise(rows)
            let numbers = noise.matrix(outputs, inputs)
            let (weight, whole) = (frozen(numbers), FrozenWeight(numbers))
            let (x, dy) = (noise.matrix(rows, inputs), noise.matrix(rows, outputs))
            let (y, wholeY) = (Framed(rows, outputs), Matrix(rows, outputs))
            weight.forward(x, into: y.matrix, prompt: rows / 2, precision: .block16, workers)
            whole.forward(x, into: wholeY, prompt: rows / 2, workers)
            let (dx, wholeDx) = (Framed(rows, inputs), Matrix(rows, inputs))
            weight.backward(dy, into: dx.matrix, precision: .block16, workers)
            weight.backward(dy, into: dx.matrix, accumulate: true, precision: .block16, workers)
            whole.backward(dy, into: wholeDx, workers)
            wholeDx.scale(by: 2)
            #expect(y.isSound && dx.isSound)
            #expect(relativeError(y.matrix, wholeY.doubles) < 5e-4, "\(rows) × \(inputs) → \(outputs)")
            #expect(relativeError(dx.matrix, wholeDx.doubles) < 5e-4, "\(rows) × \(inputs) → \(outputs)")
            let row = Matrix(1, inputs)
            weight.gather([Int32(outputs - 1)], scale: 2, into: row, workers)
            #expect(relativeError(row, numbers.row(outputs - 1).doubles.map { 2 * $0 }) < 3e-4)
        }
    }

    @Test func productsAreNearTheWholeOnes() {
        let workers = Workers(count: 2)
        for (rows, inputs, outputs) in Self.shapes {
            var noise = Noise(rows)
            let (a, b, dc) = (
                noise.matrix(rows, inputs), noise.matrix(outputs, inputs), noise.matrix(rows, outputs)
            )
            let before = (
                noise.matrix(rows, outputs), noise.matrix(rows, inputs), noise.matrix(outputs, inputs)
            )
            func all(_ precision: Precision) -> [[Double]] {
                let (c, da, db) = (Framed(before.0), Framed(before.1), Framed(before.2))
                let (a, b, dc) = (operand(a, precision), operand(b, precision), operand(dc, precision))
                Product.forward(a, b, into: c.matrix, accumulate: true, workers)
                Product.backward(dc, b, intoLeft: da.matrix, accumulate: true, workers)
                Product.accumulate(dc, a, intoRight: db.matrix, arena: Arena(), workers)
                #expect(c.isSound && da.isSound && db.isSound)
                return [c.matrix.doubles, da.matrix.doubles, db.matrix.doubles]
            }
            for (got, want) in zip(all(.block16), all(.float32)) {
                #expect(relativeError(got, want) < 5e-4, "\(rows) × \(inputs) × \(outputs)")
            }
        }
    }

    @Test func anyNumberOfThreadsGivesTheSameBits() {
        for (rows, inputs, outputs) in Self.shapes {
            var noise = Noise(rows)
            let numbers = noise.matrix(outputs, inputs)
            let weight = frozen(numbers)
            let (x, dy) = (noise.matrix(rows, inputs), noise.matrix(rows, outputs))
            expectSameForAnyThreads("\(rows) × \(inputs) → \(outputs)") { workers in
                let (y, c) = (Matrix(rows, outputs), Matrix(rows, outputs))
                let (dx, da, db) = (Matrix(rows, inputs), Matrix(rows, inputs), Matrix(outputs, inputs))
                weight.forward(x, into: y, prompt: rows, precision: .block16, workers)
                weight.backward(dy, into: dx, precision: .block16, workers)
                let (left, right, back) = (operand(x), operand(numbers), operand(dy))
                Product.forward(left, right, into: c, workers)
                Product.backward(back, right, intoLeft: da, workers)
                Product.accumulate(back, left, intoRight: db, arena: Arena(), workers)
                return [y, c, dx, da, db].flatMap(\.values)
            }
        }
    }

    @Test func aRowDoesNotDependOnTheOthers() {
        let workers = Workers(count: 2)
        for (inputs, outputs) in [(8, 64), (40, 16), (257, 640), (640, 256), (1000, 33), (512, 8500)] {
            var noise = Noise(inputs)
            let numbers = noise.matrix(outputs, inputs)
            let weight = frozen(numbers)
            let (x, dy) = (noise.matrix(140, inputs), noise.matrix(140, outputs))
            func all(_ part: Range<Int>) -> [Matrix] {
                let (y, c) = (Matrix(part.count, outputs), Matrix(part.count, outputs))
                let (dx, da) = (Matrix(part.count, inputs), Matrix(part.count, inputs))
                weight.forward(x[rows: part], into: y, prompt: part.count, precision: .block16, workers)
                weight.backward(dy[rows: part], into: dx, precision: .block16, workers)
                Product.forward(operand(x[rows: part]), operand(numbers), into: c, workers)
                Product.backward(operand(dy[rows: part]), operand(numbers), intoLeft: da, workers)
                return [y, c, dx, da]
            }
            let whole = all(0..<140)
            for part in [0..<1, 69..<70, 3..<5, 10..<17, 5..<29, 1..<70, 3..<139] {
                for (name, (some, all)) in zip(["y", "c", "dx", "da"], zip(all(part), whole)) {
                    let same = some.values.bits == all[rows: part].values.bits
                    #expect(same, "\(name) of \(inputs) → \(outputs), rows \(part)")
                }
            }
        }
    }
}
