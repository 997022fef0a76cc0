import Testing

@testable import Kernels

/// A head cut in two is the head.
@Suite(.enabled(if: Kernel.roundsTokens, "needs a CPU with VNNI"))
struct CutWeightTests {
    private let workers = Workers(count: 2)

    /// Rows of `q8_0`.
    private func stored(rows: Int, inputs: Int, sign: Float = 1) -> [UInt8] {
        var noise = Noise(rows + inputs)
        return (0..<rows * inputs / 32).flatMap { _ in
            let scale = Float16(sign * (noise.number().magnitude * 0.01 + 0.001)).bitPattern
            return [UInt8(scale & 255), UInt8(scale >> 8)]
                + (0..<32).map { _ in UInt8(truncatingIfNeeded: noise.bits()) }
        }
    }

    private func weights(_ bytes: [UInt8], _ outputs: Int, _ inputs: Int) -> (
        cut: FrozenWeight, whole: FrozenWeight
    ) {
        bytes.withUnsafeBytes { bytes in
            func weight(_ isHead: Bool) -> FrozenWeight {
                FrozenWeight(
                    packing: bytes, outputs: outputs, inputs: inputs, format: .q8_0, isHead: isHead, workers)
            }
            return (weight(true), weight(false))
        }
    }

    private static let shapes = [(1, 32), (33, 64), (64, 640), (1000, 96), (4099, 576)]

    @Test(arguments: shapes) func productsAreThoseOfTheWhole(_ outputs: Int, _ inputs: Int) {
        let (cut, whole) = weights(stored(rows: outputs, inputs: inputs), outputs, inputs)
        var noise = Noise(5)
        #expect(cut.byteCount == whole.byteCount && cut.isPacked && cut.packedCall == nil)
        for rows in [1, 2, 5, 9] {
            let x = noise.matrix(rows, inputs)
            for prompt in [0, rows / 2, rows] {
                let (got, want) = (Matrix(rows, outputs), Matrix(rows, outputs))
                cut.forward(x, into: got, prompt: prompt, workers)
                whole.forward(x, into: want, prompt: prompt, workers)
                #expect(got.values == want.values)
            }
        }
        let places = (0..<Int32(outputs)).map { $0 }
        let (got, want) = (Matrix(outputs, inputs), Matrix(outputs, inputs))
        cut.gather(places, scale: 1, into: got, workers)
        whole.gather(places, scale: 1, into: want, workers)
        #expect(got.values == want.values)
        let x = noise.matrix(1, inputs)
        for isPrompt in [true, false] where outputs > 200 {
            let (got, want) = (Matrix(1, outputs), Matrix(1, outputs))
            cut.forward(x, blocks: [0, 2], into: got, isPrompt: isPrompt, workers)
            whole.forward(x, into: want, prompt: isPrompt ? 1 : 0, workers)
            let some = Array(0..<64) + Array(128..<192)
            #expect(some.map { got[0, $0] } == some.map { want[0, $0] })
        }
    }

    /// The largest are told as they are, in their places, and nothing else is above them.
    @Test(arguments: shapes) func theLargestAreAmongWhatIsTold(_ outputs: Int, _ inputs: Int) {
        let bytes = stored(rows: outputs, inputs: inputs)
        let (cut, whole) = weights(bytes, outputs, inputs)
        var noise = Noise(11)
        for rows in 1...6 {
            let x = noise.matrix(rows, inputs)
            let (got, want) = (Matrix(rows, outputs), Matrix(rows, outputs))
            whole.forward(x, into: want, prompt: 0, workers)
            for count in [1, 3, 20, 64] {
                _ = cut.forward(x, largest: Array(repeating: count, count: rows), into: got, workers)
                for row in 0..<rows {
                    let (some, all) = (got.row(row), want.row(row))
                    #expect(zip(some, all).allSatisfy { $0 == $1 || $0 == -.infinity })
                    let least = all.sorted(by: >)[min(count, outputs) - 1]
                    #expect(zip(some, all).allSatisfy { $1 < least || $0 == $1 })
                }
            }
        }
    }

    /// A row that one output is made for: of the others hardly anything is read.
    @Test func mostOfTheLowerBitsAreNotRead() {
        let (outputs, inputs) = (4096, 640)
        let (cut, whole) = weights(stored(rows: outputs, inputs: inputs), outputs, inputs)
        let (x, y, want) = (Matrix(1, inputs), Matrix(1, outputs), Matrix(1, outputs))
        for place in [0, 31, 1777, 4095] {
            whole.gather([Int32(place)], scale: 1, into: x, workers)
            let read = cut.forward(x, largest: [1], into: y, workers)
            whole.forward(x, into: want, prompt: 0, workers)
            #expect(read < cut.byteCount * 7 / 10)
            #expect(y.largest(workers) == place && y[0, place] == want[0, place])
        }
    }

    @Test func whatIsNoNumberIsToldAsItIs() {
        let (outputs, inputs) = (200, 64)
        let (cut, whole) = weights(stored(rows: outputs, inputs: inputs), outputs, inputs)
        var noise = Noise(2)
        for bad in [Float.nan, .infinity, -.infinity] {
            let x = noise.matrix(1, inputs)
            x[0, 40] = bad
            let (got, want) = (Matrix(1, outputs), Matrix(1, outputs))
            _ = cut.forward(x, largest: [1], into: got, workers)
            whole.forward(x, into: want, prompt: 0, workers)
            #expect(got.values.map(\.isNaN) == want.values.map(\.isNaN) && want.values.allSatisfy(\.isNaN))
        }
    }

    /// A scale below zero would turn the limits round, so nothing is left out then.
    @Test func aWeightWithScalesBelowZeroIsNotCut() {
        let (outputs, inputs) = (500, 64)
        let (cut, whole) = weights(stored(rows: outputs, inputs: inputs, sign: -1), outputs, inputs)
        var noise = Noise(3)
        let x = noise.matrix(1, inputs)
        let (got, want) = (Matrix(1, outputs), Matrix(1, outputs))
        #expect(cut.forward(x, largest: [1], into: got, workers) == cut.byteCount)
        whole.forward(x, into: want, prompt: 0, workers)
        #expect(got.values == want.values)
    }
}
