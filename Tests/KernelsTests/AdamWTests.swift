import Foundation
import Testing

@testable import Kernels

@Suite struct AdamWTests {
    @Test func tenStepsFollowTheFormula() {
        let (rate, decay, beta1, beta2, epsilon) = (1e-2, 0.1, 0.9, 0.999, 1e-8)
        var worst = Worst()
        for width in widths {
            var noise = Noise(width)
            let (p, m, v) = (
                Framed(noise.matrix(2, width)), Framed(Matrix(2, width)), Framed(Matrix(2, width))
            )
            var (wantP, wantM, wantV) = (p.matrix.doubles, m.matrix.doubles, v.matrix.doubles)
            for step in 1...10 {
                let g = Framed(noise.matrix(2, width))
                let update = AdamUpdate(
                    rate: rate, decay: decay, beta1: beta1, beta2: beta2, epsilon: epsilon, step: step)
                update.apply(g.matrix, m.matrix, v.matrix, to: p.matrix, rows: 0..<2)
                let (correct1, correct2) = (1 - pow(beta1, Double(step)), 1 - pow(beta2, Double(step)))
                for (index, slope) in g.matrix.doubles.enumerated() {
                    wantP[index] *= 1 - rate * decay
                    wantM[index] = beta1 * wantM[index] + (1 - beta1) * slope
                    wantV[index] = beta2 * wantV[index] + (1 - beta2) * slope * slope
                    let (mean, square) = (wantM[index] / correct1, wantV[index] / correct2)
                    wantP[index] -= rate * mean / (square.squareRoot() + epsilon)
                }
            }
            #expect(p.isSound && m.isSound && v.isSound)
            worst.note(relativeError(p.matrix, wantP), "p of \(width)")
            worst.note(relativeError(m.matrix, wantM), "m of \(width)")
            worst.note(relativeError(v.matrix, wantV), "v of \(width)")
        }
        worst.expect(atMost: 1e-6)
    }

    /// Codes lose precision, never sense: no number moves further than Adam may.
    @Test func eightBitMomentsStayNearWholeOnes() {
        let count = 8192
        var noise = Noise(8)
        let (whole, coded) = (Matrix(1, count), Matrix(1, count))
        let (m, v) = (Matrix(1, count), Matrix(1, count))
        let moments = EightBitMoments(1, count)
        let sizes = noise.numbers(count).map { pow(10, 2 * $0) }
        for step in 1...20 {
            // Nearly normal, so that some numbers of a block are tiny beside others.
            let g = Matrix(
                1, count,
                sizes.map { size in size * (noise.number() + noise.number() + noise.number() + noise.number())
                })
            let update = AdamUpdate(rate: 1e-3, decay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: step)
            let before = coded.values
            update.apply(g, m, v, to: whole, rows: 0..<1)
            moments.apply(update, gradient: g, to: coded, blocks: 0..<count / EightBitMoments.block)
            let longest = zip(before, coded.values).map { abs($0 - $1) }.max() ?? 0
            #expect(longest < 0.01, "step \(step)")
        }
        #expect(relativeError(coded, whole.doubles) < 0.35)
    }

    @Test func noGradientOnlyDecays() {
        var (p, m, v): ([Float], [Float], [Float]) = ([2, -4], [0, 0], [0, 0])
        Kernel.table.pointee.adamw(&p, [0, 0], &m, &v, 2, 1, 0.5, 0.25, 0.9, 0.999, 1e-8, 0.1, 0.001)
        #expect(p == [1.75, -3.5])
        #expect(m == [0, 0] && v == [0, 0])
    }

    @Test func theSumOfSquaresIsTakenInDouble() {
        for width in widths {
            var noise = Noise(width)
            let x = noise.numbers(width)
            let want = x.doubles.reduce(0) { $0 + $1 * $1 }
            #expect(abs(Kernel.table.pointee.sum_of_squares(x, width) / want - 1) < 1e-13)
        }
        let large = [Float](repeating: 1e25, count: 9)
        #expect(
            abs(Kernel.table.pointee.sum_of_squares(large, 9) / (9 * pow(Double(Float(1e25)), 2)) - 1)
                < 1e-13)
    }
}
