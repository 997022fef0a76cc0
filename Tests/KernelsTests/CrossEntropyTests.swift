import Testing

@testable import Kernels

@Suite struct CrossEntropyTests {
    private static let shapes =
        (1...9).flatMap { rows in (1...9).map { (rows, $0) } } + widths.map { (2, $0) } + [(3, 5000)]

    @Test(arguments: [Float(0), 0.1, 1]) func lossAndSlopeAreThoseOfTheFormula(smoothing: Float) {
        let workers = Workers(count: 2)
        var (loss, slope) = (Worst(), Worst())
        for (rows, width) in Self.shapes {
            var noise = Noise(width)
            let before = noise.matrix(rows, width, within: 8)
            let targets = (0..<rows).map { _ in Int32(noise.whole(0..<width)) }
            let logits = Framed(before)
            let losses = CrossEntropy.forwardBackward(
                logits.matrix, targets: targets, scale: 0.25, smoothing: smoothing, workers)
            #expect(logits.isSound)
            for row in 0..<rows {
                let x = before.row(row).doubles
                func reference(_ x: [Double]) -> Double {
                    Reference.crossEntropy(x, target: Int(targets[row]), smoothing: Double(smoothing))
                }
                loss.note(abs(Double(losses[row]) - reference(x)), "\(rows) × \(width)")
                if width > 300 { continue }
                slope.note(
                    gradientError(logits.matrix.row(row).doubles, at: x, floor: 0.25) {
                        0.25 * reference($0)
                    },
                    "\(rows) × \(width)")
            }
        }
        loss.expect(atMost: 4e-6)
        slope.expect(atMost: 4e-6)
    }

    @Test func logSumExpHoldsAtItsExtremes() {
        let workers = Workers(count: 1)
        func logSumExp(_ x: [Float]) -> Float { CrossEntropy.logSumExp(Matrix(1, x.count, x), workers)[0] }
        #expect(logSumExp([3]) == 3)
        #expect(logSumExp([1e4, -1e4]) == 1e4)
        #expect(logSumExp([-1e4, -1e4]) == Float(-9999.3068528))
        #expect(logSumExp([Float](repeating: 1e4, count: 8)) == Float(10002.0794415))
        #expect(logSumExp([Float](repeating: 0, count: 1024)) == 6.931472)
        #expect(logSumExp([-.infinity, 2, -.infinity]) == 2)
        #expect(logSumExp([-3e38, 3e38]) == 3e38)
        #expect(logSumExp([.nan, 1, 2]).isNaN)
        #expect(logSumExp([1, 2, .nan]).isNaN)
    }

    @Test func logSumExpIsTheFormula() {
        let workers = Workers(count: 2)
        var worst = Worst()
        for width in widths + [1000, 4097] {
            var noise = Noise(width)
            let x = Framed(noise.matrix(3, width, within: 20))
            let got = CrossEntropy.logSumExp(x.matrix, workers)
            for row in 0..<3 {
                let want = Reference.logSumExp(x.matrix.row(row).doubles)
                worst.note(abs(Double(got[row]) - want) / max(abs(want), 1), "\(width)")
            }
        }
        worst.expect(atMost: 2e-7)
    }

    @Test func aHopelessTargetHasAFiniteLoss() {
        let logits = Matrix(1, 4, [1e4, -1e4, -.infinity, 0])
        let losses = CrossEntropy.forwardBackward(logits, targets: [1], scale: 1, Workers(count: 1))
        #expect(losses == [2e4])
        #expect(relativeError(logits, [1, -1, 0, 0]) < 1e-6)
    }

    @Test func anyNumberOfThreadsGivesTheSameBits() {
        for rows in 1...9 {
            var noise = Noise(rows)
            let before = noise.matrix(rows, 101, within: 8)
            let targets = (0..<rows).map { _ in Int32(noise.whole(0..<101)) }
            expectSameForAnyThreads("\(rows) rows") { workers in
                let logits = Matrix(rows, 101, before.values)
                return CrossEntropy.forwardBackward(
                    logits, targets: targets, scale: 0.5, smoothing: 0.1, workers) + logits.values
            }
        }
    }
}
