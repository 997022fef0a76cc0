import Testing

@testable import Kernels

@Suite struct RMSNormTests {
    private struct Shape: CustomStringConvertible {
        let rows: Int
        let groups: Int
        let width: Int
        var description: String { "\(rows) rows of \(groups) × \(width)" }
    }

    private static let small: [Shape] = (1...9).flatMap { rows in
        (1...4).flatMap { groups in (1...9).map { Shape(rows: rows, groups: groups, width: $0) } }
    }
    private static let shapes = small + widths.map { Shape(rows: 3, groups: 2, width: $0) }
    private static let epsilon: Float = 1e-5

    @Test func forwardIsTheFormula() {
        let workers = Workers(count: 2)
        var worst = Worst()
        for shape in Self.shapes {
            var noise = Noise(shape.width)
            let x = Framed(noise.matrix(shape.rows, shape.groups * shape.width))
            let weight = noise.numbers(shape.width, around: 1)
            let y = Framed(shape.rows, shape.groups * shape.width)
            let inverse = Matrix(shape.rows, shape.groups)
            RMSNorm.forward(
                x.matrix, weight: weight, epsilon: Self.epsilon, into: y.matrix, inverse: inverse, workers)
            #expect(y.isSound && x.isSound, "\(shape)")
            let want = Reference.rmsNorm(
                x.matrix.doubles, weight: weight.doubles, epsilon: Double(Self.epsilon))
            worst.note(relativeError(y.matrix, want), "\(shape)")
            let ones = Array(repeating: 1.0, count: shape.width)
            let plain = Reference.rmsNorm(x.matrix.doubles, weight: ones, epsilon: Double(Self.epsilon))
            let rebuilt = zip(x.matrix.doubles, 0...).map { $0 * Double(inverse.values[$1 / shape.width]) }
            worst.note(relativeError(rebuilt, plain), "inverse of \(shape)")
        }
        worst.expect(atMost: 4e-7)
    }

    @Test(arguments: [false, true]) func backwardIsTheSlope(accumulate: Bool) {
        let workers = Workers(count: 2)
        var worst = Worst()
        for shape in Self.shapes {
            var noise = Noise(shape.width)
            let columns = shape.groups * shape.width
            let x = Framed(noise.matrix(shape.rows, columns))
            let dy = Framed(noise.matrix(shape.rows, columns))
            let weight = noise.numbers(shape.width, around: 1)
            let inverse = Matrix(shape.rows, shape.groups)
            let y = Matrix(shape.rows, columns)
            RMSNorm.forward(x.matrix, weight: weight, epsilon: 0.01, into: y, inverse: inverse, workers)
            let before = noise.matrix(shape.rows, columns)
            let dx = accumulate ? Framed(before) : Framed(shape.rows, columns)
            RMSNorm.backward(
                dy.matrix, x: x.matrix, weight: weight, inverse: inverse, into: dx.matrix,
                plus: accumulate ? dx.matrix : nil, workers)
            #expect(dx.isSound, "\(shape)")
            let added = zip(dx.matrix.doubles, before.doubles).map { $0 - (accumulate ? $1 : 0) }
            let error = gradientError(added, at: x.matrix.doubles) {
                dot(
                    Reference.rmsNorm($0, weight: weight.doubles, epsilon: Double(Float(0.01))),
                    dy.matrix.doubles)
            }
            worst.note(error, "\(shape)")
        }
        worst.expect(atMost: 2e-6)
    }

    @Test func anyNumberOfThreadsGivesTheSameBits() {
        for shape in Self.small where shape.groups == 2 {
            var noise = Noise(shape.rows)
            let x = noise.matrix(shape.rows, 2 * shape.width)
            let dy = noise.matrix(shape.rows, 2 * shape.width)
            let weight = noise.numbers(shape.width)
            expectSameForAnyThreads("\(shape)") { workers in
                let (y, dx) = (Matrix(x.rows, x.columns), Matrix(x.rows, x.columns))
                let inverse = Matrix(x.rows, 2)
                RMSNorm.forward(x, weight: weight, epsilon: 1e-6, into: y, inverse: inverse, workers)
                RMSNorm.backward(dy, x: x, weight: weight, inverse: inverse, into: dx, workers)
                return y.values + dx.values
            }
        }
    }
}
