import Testing

@testable import Kernels

@Suite struct PackedWeightTests {
    /// Rows of a weight as a file holds them, with scales that are numbers.
    private func stored(_ format: WeightFormat, rows: Int, inputs: Int) -> [UInt8] {
        var noise = Noise(rows * 1000 + inputs)
        let scales: [Int] =
            switch format {
            case .float32: [2]
            case .float16, .bfloat16: [0]
            case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
            case .q6_K: [208]
            default: [0]
            }
        return (0..<rows * inputs / format.blockElements).flatMap { _ in
            var bytes = (0..<format.blockBytes).map { _ in UInt8(truncatingIfNeeded: noise.bits()) }
            let number = noise.number() + 0.1
            for at in scales {
                let isBrain = format == .float32 || format == .bfloat16
                let bits = isBrain ? UInt16(number.bitPattern >> 16) : Float16(number).bitPattern
                bytes[at] = UInt8(bits & 255)
                bytes[at + 1] = UInt8(bits >> 8)
            }
            return bytes
        }
    }

    private static let shapes = [(outputs: 33, blocks: 2), (64, 1), (200, 3), (1, 1), (130, 5)]
    private static let rows = [1, 2, 3, 7, 8, 13, 24, 25, 40, 300]

    private func shape(_ format: WeightFormat, _ shape: (outputs: Int, blocks: Int)) -> (Int, Int) {
        (
            shape.outputs,
            format.blockElements == 1 ? 8 * shape.blocks + 3 : shape.blocks * format.blockElements
        )
    }

    /// A prompt's rows: bit for bit the product of the expanded weight, whatever stands beside one.
    /// New tokens' rows: near it where they are rounded, and the same alone and together.
    @Test(arguments: WeightFormat.allCases) func productsAreThoseOfTheNumbers(_ format: WeightFormat) {
        for (outputs, inputs) in Self.shapes.map({ shape(format, $0) }) {
            let bytes = stored(format, rows: outputs, inputs: inputs)
            for threads in 1...3 {
                let workers = Workers(count: threads)
                let numbers = Matrix(outputs, inputs)
                let weight = bytes.withUnsafeBytes { bytes in
                    format.decode(bytes, into: numbers, workers)
                    return FrozenWeight(
                        packing: bytes, outputs: outputs, inputs: inputs, format: format, workers)
                }
                var noise = Noise(7)
                for rows in Self.rows {
                    let x = Framed(noise.matrix(rows, inputs))
                    let want = Matrix(rows, outputs)
                    Product.forward(x.matrix, numbers, into: want, workers)
                    let y = Framed(rows, outputs)
                    let prompt = rows / 2
                    weight.forward(x.matrix, into: y.matrix, prompt: prompt, workers)
                    let place: Comment = "\(format) \(outputs) × \(inputs), \(rows) rows"
                    #expect(y.isSound, place)
                    let (exact, tokens) = (y.matrix[rows: 0..<prompt], y.matrix[rows: prompt..<rows])
                    #expect(exact.values == want[rows: 0..<prompt].values, place)
                    let whole = want[rows: prompt..<rows]
                    if !Kernel.roundsTokens || format.blockElements == 1 {
                        #expect(tokens.values == whole.values, place)
                        continue
                    }
                    let rounded = Matrix(rows, inputs, x.matrix.values.inSixteenBits)
                    let near = Matrix(rows, outputs)
                    Product.forward(rounded, numbers, into: near, workers)
                    #expect(relativeError(tokens, near[rows: prompt..<rows].doubles) < 2e-5, place)
                    for row in prompt..<rows {
                        let alone = Matrix(1, outputs)
                        weight.forward(x.matrix[rows: row..<row + 1], into: alone, prompt: 0, workers)
                        #expect(alone.values == tokens[rows: row - prompt..<row - prompt + 1].values, place)
                    }
                }
            }
        }
    }

    @Test(arguments: WeightFormat.allCases) func someBlocksAreThoseOfAll(_ format: WeightFormat) {
        let (outputs, inputs) = shape(format, (200, 2))
        let bytes = stored(format, rows: outputs, inputs: inputs)
        let workers = Workers(count: 2)
        let weight = bytes.withUnsafeBytes {
            FrozenWeight(packing: $0, outputs: outputs, inputs: inputs, format: format, workers)
        }
        var noise = Noise(9)
        let x = noise.matrix(1, inputs)
        for isPrompt in [true, false] {
            let (all, some) = (Matrix(1, outputs), Matrix(1, outputs))
            weight.forward(x, into: all, prompt: isPrompt ? 1 : 0, workers)
            weight.forward(x, blocks: [0, 3], into: some, isPrompt: isPrompt, workers)
            let wanted = Array(0..<64) + Array(192..<200)
            #expect(wanted.map { some[0, $0] } == wanted.map { all[0, $0] })
        }
    }

    @Test(arguments: WeightFormat.allCases) func rowsAreLookedUpInTheOrderGiven(_ format: WeightFormat) {
        let workers = Workers(count: 2)
        let (outputs, inputs) = shape(format, (70, 2))
        let bytes = stored(format, rows: outputs, inputs: inputs)
        let order = (0..<outputs).map { ($0 * 37 + 5) % outputs }
        let numbers = Matrix(outputs, inputs)
        let weight = bytes.withUnsafeBytes { bytes in
            format.decode(bytes, into: numbers, order: order, workers)
            return FrozenWeight(
                packing: bytes, outputs: outputs, inputs: inputs, format: format, order: order, workers)
        }
        let target = Matrix(outputs, inputs)
        weight.gather((0..<Int32(outputs)).map { $0 }, scale: 1, into: target, workers)
        #expect(target.values == numbers.values)
        let squares = FrozenWeight(numbers).rowSquares()
        #expect(weight.rowSquares() == squares)
    }

    /// Against the file: nothing is added but K-quants' scales in whole bytes.
    @Test(arguments: WeightFormat.allCases) func memoryIsTheFilesSize(_ format: WeightFormat) {
        let (outputs, inputs) = (320, 512)
        let bytes = stored(format, rows: outputs, inputs: inputs)
        let weight = bytes.withUnsafeBytes {
            FrozenWeight(packing: $0, outputs: outputs, inputs: inputs, format: format, Workers(count: 1))
        }
        #expect(weight.byteCount >= bytes.count)
        #expect(Double(weight.byteCount) <= 1.03 * Double(bytes.count))
    }

    @Test func theLargestIsTheFirstOfEquals() {
        var noise = Noise(3)
        for count in 1..<70 {
            var numbers = noise.numbers(count)
            let place = noise.whole(0..<count)
            numbers[place] = 2
            if place + 3 < count { numbers[place + 3] = 2 }
            #expect(Kernel.largest(numbers) == place)
        }
        for count in [1, 5, 1023, 1024, 2048, 5000] {
            let numbers = noise.matrix(1, count)
            for threads in 1...3 {
                numbers[0, noise.whole(0..<count)] = Float(threads + 1)
                #expect(numbers.largest(Workers(count: threads)) == Kernel.largest(numbers.values))
            }
            numbers.fill(7)
            #expect(numbers.largest(Workers(count: 3)) == 0)
        }
        #expect(Kernel.largest([-.infinity, -.infinity]) == 0)
    }
}

extension [Float] {
    /// The numbers rounded to sixteen bits each, with a scale for each 32 of them.
    fileprivate var inSixteenBits: [Float] {
        stride(from: 0, to: count, by: 32).flatMap { from in
            let group = self[from..<from + 32]
            let most = group.map(abs).max() ?? 0
            let inverse = most > 0 ? 32639 / most : 0
            return group.map { ($0 * inverse).rounded(.toNearestOrEven) * (most / 32639) }
        }
    }
}
