import Testing

@testable import Kernels

@Suite struct FrozenWeightTests {
    private static let shapes: [(rows: Int, inputs: Int, outputs: Int)] =
        (1...9).flatMap { rows in (1...9).flatMap { i in (1...9).map { (rows, i, $0) } } }
        + widths.flatMap { [(3, $0, 18), (3, 18, $0)] } + [(70, 40, 33), (33, 64, 300)]

    private func turned(_ weight: Matrix) -> [Double] {
        Reference.turned(weight.doubles, rows: weight.rows, columns: weight.columns)
    }

    @Test func forwardIsTheProductForPromptAndNewRows() {
        let workers = Workers(count: 2)
        var worst = Worst()
        for (index, shape) in Self.shapes.enumerated() {
            var noise = Noise(index)
            let numbers = noise.matrix(shape.outputs, shape.inputs)
            let weight = FrozenWeight(numbers)
            let x = Framed(noise.matrix(shape.rows, shape.inputs))
            let want = Reference.product(
                x.matrix.doubles, turned(numbers), rows: shape.rows, inner: shape.inputs,
                columns: shape.outputs)
            for prompt in Set([0, shape.rows / 2, shape.rows]) {
                let y = Framed(shape.rows, shape.outputs)
                weight.forward(x.matrix, into: y.matrix, prompt: prompt, workers)
                #expect(y.isSound, "\(shape) prompt \(prompt)")
                worst.note(relativeError(y.matrix, want), "\(shape) prompt \(prompt)")
            }
        }
        worst.expect(atMost: 1e-6)
    }

    @Test(arguments: [false, true]) func backwardIsTheProductWithTheWeight(accumulate: Bool) {
        let workers = Workers(count: 2)
        var worst = Worst()
        for (index, shape) in Self.shapes.enumerated() {
            var noise = Noise(index)
            let numbers = noise.matrix(shape.outputs, shape.inputs)
            let dy = Framed(noise.matrix(shape.rows, shape.outputs))
            let before = noise.matrix(shape.rows, shape.inputs)
            let dx = accumulate ? Framed(before) : Framed(shape.rows, shape.inputs)
            FrozenWeight(numbers).backward(dy.matrix, into: dx.matrix, accumulate: accumulate, workers)
            #expect(dx.isSound, "\(shape)")
            let product = Reference.product(
                dy.matrix.doubles, numbers.doubles, rows: shape.rows, inner: shape.outputs,
                columns: shape.inputs)
            let want = zip(product, before.doubles).map { $0 + (accumulate ? $1 : 0) }
            worst.note(relativeError(dx.matrix, want), "\(shape)")
        }
        worst.expect(atMost: 1e-6)
    }

    @Test func gatherTakesScaledRows() {
        let workers = Workers(count: 2)
        var noise = Noise(1)
        let numbers = noise.matrix(11, 7)
        let target = Framed(5, 7)
        FrozenWeight(numbers).gather([10, 0, 3, 3, 9], scale: 2.5, into: target.matrix, workers)
        #expect(target.isSound)
        let want = [10, 0, 3, 3, 9].flatMap { (row: Int) in numbers.row(row).map { $0 * 2.5 } }
        #expect(target.matrix.values == want)
        FrozenWeight(numbers).gather([], scale: 1, into: Matrix(0, 7), workers)
    }

    @Test func bytesBecomeRowsInTheOrderGiven() {
        let workers = Workers(count: 2)
        var noise = Noise(1)
        let numbers = noise.numbers(6 * 5)
        let order = [5, 0, 3, 1, 4, 2]
        let weight = numbers.withUnsafeBytes {
            FrozenWeight(outputs: 6, inputs: 5, format: .float32, bytes: $0, order: order, workers)
        }
        let rows = Matrix(6, 5)
        weight.gather([0, 1, 2, 3, 4, 5], scale: 1, into: rows, workers)
        let want = order.flatMap { (row: Int) in Array(numbers[5 * row..<5 * row + 5]) }
        #expect(rows.values == want)
        #expect(weight.outputs == 6 && weight.inputs == 5)
    }

    @Test func anyNumberOfThreadsGivesTheSameBits() {
        for (rows, inputs, outputs) in [
            (1, 8, 64), (5, 40, 128), (33, 64, 300), (70, 257, 640), (16, 640, 130),
        ] {
            var noise = Noise(rows)
            let weight = FrozenWeight(noise.matrix(outputs, inputs))
            let x = noise.matrix(rows, inputs)
            let dy = noise.matrix(rows, outputs)
            expectSameForAnyThreads("\(rows) × \(inputs) → \(outputs)") { workers in
                let (y, new, dx) = (Matrix(rows, outputs), Matrix(rows, outputs), Matrix(rows, inputs))
                weight.forward(x, into: y, prompt: rows, workers)
                weight.forward(x, into: new, prompt: 0, workers)
                weight.backward(dy, into: dx, workers)
                return y.values + new.values + dx.values
            }
        }
    }

    /// The ground on which batching, chunked prefill and the prefix cache stand.
    @Test func aRowDoesNotDependOnTheOthers() {
        let workers = Workers(count: 2)
        for (inputs, outputs) in [(8, 64), (40, 16), (257, 640), (640, 256), (1000, 33)] {
            var noise = Noise(inputs)
            let weight = FrozenWeight(noise.matrix(outputs, inputs))
            let x = noise.matrix(70, inputs)
            let dy = noise.matrix(70, outputs)
            let (prompt, new, dx) = (Matrix(70, outputs), Matrix(70, outputs), Matrix(70, inputs))
            weight.forward(x, into: prompt, prompt: 70, workers)
            weight.forward(x, into: new, prompt: 0, workers)
            weight.backward(dy, into: dx, workers)
            for part in [0..<1, 69..<70, 3..<5, 10..<17, 5..<29, 1..<70] {
                let count = part.count
                let (y, z, dz) = (Matrix(count, outputs), Matrix(count, outputs), Matrix(count, inputs))
                weight.forward(x[rows: part], into: y, prompt: count, workers)
                weight.forward(x[rows: part], into: z, prompt: 0, workers)
                weight.backward(dy[rows: part], into: dz, workers)
                let ySame = y.values.bits == prompt[rows: part].values.bits
                #expect(ySame, "prompt \(inputs) → \(outputs), rows \(part)")
                let zSame = z.values.bits == new[rows: part].values.bits
                #expect(zSame, "new \(inputs) → \(outputs), rows \(part)")
                let dzSame = dz.values.bits == dx[rows: part].values.bits
                #expect(dzSame, "back \(inputs) → \(outputs), rows \(part)")
            }
        }
    }
}
