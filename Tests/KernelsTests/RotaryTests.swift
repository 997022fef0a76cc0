import Foundation
import Testing

@testable import Kernels

@Suite struct RotaryTests {
    private func angles(_ positions: [Int32], _ frequencies: [Float]) -> [[Double]] {
        positions.map { position in frequencies.map { Double(Float(position) * $0) } }
    }

    @Test func forwardTurnsEachHeadToItsPosition() {
        let workers = Workers(count: 2)
        var worst = Worst()
        for rows in 1...9 {
            for heads in 1...4 {
                for dimension in [2, 4, 6, 8, 16, 18, 34, 64, 70, 128] {
                    var noise = Noise(rows * dimension)
                    let frequencies = Rotary.frequencies(base: 10_000, dimension: dimension)
                    let rotary = Rotary(positions: 600, frequencies: frequencies)
                    let positions = (0..<rows).map { _ in Int32(noise.whole(0..<600)) }
                    let before = noise.matrix(rows, heads * dimension)
                    let x = Framed(before)
                    rotary.forward(x.matrix, positions: positions, workers)
                    #expect(x.isSound)
                    let want = Reference.rotary(
                        before.doubles, dimension: dimension, rowLength: heads * dimension,
                        angles: angles(positions, frequencies))
                    worst.note(relativeError(x.matrix, want), "\(rows) rows \(heads) × \(dimension)")
                }
            }
        }
        worst.expect(atMost: 2e-7)
    }

    @Test func backwardIsTheSlope() {
        let workers = Workers(count: 2)
        var worst = Worst()
        for rows in 1...9 {
            for dimension in [2, 4, 6, 8, 34] {
                var noise = Noise(rows)
                let frequencies = Rotary.frequencies(base: 100, dimension: dimension)
                let rotary = Rotary(positions: 9, frequencies: frequencies)
                let positions = (0..<rows).map { _ in Int32(noise.whole(0..<9)) }
                let dy = noise.matrix(rows, 2 * dimension)
                let dx = Framed(dy)
                rotary.backward(dx.matrix, positions: positions, workers)
                let error = gradientError(dx.matrix.doubles, at: noise.matrix(rows, 2 * dimension).doubles) {
                    dot(
                        Reference.rotary(
                            $0, dimension: dimension, rowLength: 2 * dimension,
                            angles: angles(positions, frequencies)), dy.doubles)
                }
                worst.note(error, "\(rows) rows of \(dimension)")
            }
        }
        worst.expect(atMost: 1e-6)
    }

    @Test func frequenciesFallFromOneByPowersOfTheBase() {
        for base in [10_000.0, 1_000_000] {
            let frequencies = Rotary.frequencies(base: base, dimension: 256)
            #expect(frequencies.count == 128)
            #expect(frequencies[0] == 1)
            for (index, frequency) in frequencies.enumerated() {
                let want = pow(base, -Double(index) / 128)
                #expect(abs(Double(frequency) / want - 1) < 2e-7)
            }
        }
    }

    @Test func theScaleMultipliesWhatIsTurned() {
        let workers = Workers(count: 1)
        let frequencies = Rotary.frequencies(base: 10, dimension: 4)
        let (one, two) = (Matrix(1, 4, [1, 2, 3, 4]), Matrix(1, 4, [1, 2, 3, 4]))
        Rotary(positions: 8, frequencies: frequencies).forward(one, positions: [7], workers)
        Rotary(positions: 8, frequencies: frequencies, scale: 2).forward(two, positions: [7], workers)
        one.scale(by: 2)
        #expect(one.values == two.values)
    }

    @Test func anyNumberOfThreadsGivesTheSameBits() {
        let rotary = Rotary(positions: 64, frequencies: Rotary.frequencies(base: 100, dimension: 6))
        for rows in 1...9 {
            var noise = Noise(rows)
            let positions = (0..<rows).map { _ in Int32(noise.whole(0..<64)) }
            let x = noise.matrix(rows, 18)
            expectSameForAnyThreads("\(rows) rows") { workers in
                let y = Matrix(rows, 18, x.values)
                rotary.forward(y, positions: positions, workers)
                return y.values
            }
        }
    }
}
