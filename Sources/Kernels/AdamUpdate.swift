import Foundation

/// One step of AdamW, as numbers.
public struct AdamUpdate: Sendable {
    /// The learning rate.
    public var rate: Double
    /// What the gradient is multiplied with first: less than one where it is cut.
    public var share: Float = 1
    let decay: Double
    let beta1: Double
    let beta2: Double
    let epsilon: Double
    let correct1: Double
    let correct2: Double

    /// The numbers of step `step`, counted from 1.
    public init(rate: Double, decay: Double, beta1: Double, beta2: Double, epsilon: Double, step: Int) {
        self.rate = rate
        self.decay = decay
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        correct1 = 1 - pow(beta1, Double(step))
        correct2 = 1 - pow(beta2, Double(step))
    }

    /// Takes a gradient into the moments and moves the parameter, for some rows.
    public func apply(
        _ gradient: Matrix, _ first: Matrix, _ second: Matrix, to parameter: Matrix, rows: Range<Int>
    ) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= parameter.rows)
        for row in rows {
            Kernel.table.pointee.adamw(
                parameter.base + row * parameter.stride, gradient.base + row * gradient.stride,
                first.base + row * first.stride, second.base + row * second.stride, parameter.columns,
                share, rate, decay, beta1, beta2, epsilon, correct1, correct2)
        }
    }
}

extension Matrix {
    /// Σ x², summed in Double, row by row in order.
    public func sumOfSquares(_ workers: Workers) -> Double {
        var sums = [Double](repeating: 0, count: rows)
        sums.withUnsafeMutableBufferPointer { sums in
            nonisolated(unsafe) let sums = sums
            workers.split(rows) { range in
                for row in range {
                    sums[row] = Kernel.table.pointee.sum_of_squares(base + row * stride, columns)
                }
            }
        }
        return sums.reduce(0, +)
    }
}
