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

    /// Bit for bit the product of the expanded weight, whatever stands beside a row.
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
                    weight.forward(x.matrix, into: y.matrix, prompt: rows / 2, workers)
                    #expect(y.isSound, "\(format) \(outputs) × \(inputs), \(rows) rows")
                    #expect(y.matrix.values == want.values, "\(format) \(outputs) × \(inputs), \(rows) rows")
                }
            }
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
        #expect(Kernel.largest([-.infinity, -.infinity]) == 0)
    }
}
