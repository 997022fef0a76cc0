import Foundation
import Testing

@testable import Kernels

@Suite struct WeightFormatTests {
    private static let pairs: [(WeightFormat, BlockFormat)] = [
        (.q4_0, .q4_0), (.q4_1, .q4_1), (.q5_0, .q5_0), (.q5_1, .q5_1), (.q8_0, .q8_0), (.q4_K, .q4_K),
        (.q5_K, .q5_K), (.q6_K, .q6_K),
    ]

    private func decode(_ format: WeightFormat, _ bytes: [UInt8], rows: Int, columns: Int) -> [Float] {
        let matrix = Matrix(rows, columns)
        bytes.withUnsafeBytes { format.decode($0, into: matrix, Workers(count: 2)) }
        return matrix.values
    }

    /// Every number is the f32 next to the exact one: no error at all is added.
    @Test(arguments: pairs) func everyBlockIsWhatItsLayoutSays(_ format: WeightFormat, _ block: BlockFormat) {
        #expect(format.blockElements == block.elements)
        #expect(format.blockBytes == block.bytes)
        var noise = Noise(block.bytes)
        let (rows, across) = (5, 3)
        let blocks = (0..<rows * across).map { _ in
            var bytes = (0..<block.bytes).map { _ in UInt8(truncatingIfNeeded: noise.bits()) }
            for at in block.scales {
                let scale = Float16(noise.number()) * (noise.whole(0..<8) == 0 ? 1e-6 : 1)
                bytes[at] = UInt8(scale.bitPattern & 255)
                bytes[at + 1] = UInt8(scale.bitPattern >> 8)
            }
            return bytes
        }
        let got = decode(format, blocks.flatMap { $0 }, rows: rows, columns: across * block.elements)
        let want = blocks.flatMap { bytes in (0..<block.elements).map { Float(block.number($0, of: bytes)) } }
        #expect(got == want)
    }

    @Test func everyHalfAndEveryShortFloatIsReadExactly() {
        let all = (0...UInt16.max).map { $0 }
        let bytes = all.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let halves = decode(.float16, bytes, rows: 256, columns: 256)
        let shorts = decode(.bfloat16, bytes, rows: 256, columns: 256)
        for (pattern, value) in zip(all, halves) {
            let want = Float(Float16(bitPattern: pattern))
            if !(value.bitPattern == want.bitPattern || value.isNaN && want.isNaN) {
                Issue.record("half \(pattern) is \(value), not \(want)")
            }
        }
        for (pattern, value) in zip(all, shorts) where value.bitPattern != UInt32(pattern) << 16 {
            Issue.record("bfloat16 \(pattern) is \(value)")
        }
    }

    @Test func floatsAreTakenAsTheyAre() {
        var noise = Noise(1)
        let numbers = noise.numbers(35) + [.infinity]
        let bytes = numbers.withUnsafeBytes(Array.init)
        #expect(decode(.float32, bytes, rows: 4, columns: 9) == numbers)
    }

    @Test func rowsComeInTheOrderGivenAndGapsStay() {
        let numbers = (0..<20).map(Float.init)
        let target = Framed(5, 4)
        numbers.withUnsafeBytes {
            WeightFormat.float32.decode($0, into: target.matrix, order: [4, 2, 0, 1, 3], Workers(count: 3))
        }
        #expect(target.isSound)
        let want = [4, 2, 0, 1, 3].flatMap { (row: Int) in Array(numbers[4 * row..<4 * row + 4]) }
        #expect(target.matrix.values == want)
    }
}
