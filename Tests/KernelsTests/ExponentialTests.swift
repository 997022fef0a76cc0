import Foundation
import Testing

@testable import Kernels

/// The vectorised exp, seen through the softmax of which it is a part.
@Suite struct ExponentialTests {
    private func exponentials(_ x: [Float]) -> [Float] {
        var x = x
        Kernel.table.pointee.softmax_scaled(&x, x.count, 0, 1)
        return x
    }

    @Test func theErrorIsBelowTwoLastBitsOverTheWholeRange() {
        let x = (0..<2_000_000).map { Float(-87) + 175 * Float($0) / 2_000_000 }
        var worst = Worst()
        for (x, y) in zip(x, exponentials(x)) { worst.note(abs(Double(y) / exp(Double(x)) - 1), "\(x)") }
        worst.expect(atMost: 2e-7)
    }

    @Test func numbersNearZeroAreExactEnough() {
        var worst = Worst()
        let x = (-1000...1000).map { Float($0) * 1e-6 }
        for (x, y) in zip(x, exponentials(x)) { worst.note(abs(Double(y) / exp(Double(x)) - 1), "\(x)") }
        worst.expect(atMost: 1.2e-7)
        #expect(exponentials([0, -0.0, 1e-37]) == [1, 1, 1])
    }

    @Test func beyondTheRangeItStaysAtTheEnds() {
        let least = exponentials([-87])[0]
        #expect(exponentials([-88, -200, -1e30, -.infinity]) == [least, least, least, least])
        #expect(least > 0 && least < 2e-38)
        let most = exponentials([88])[0]
        #expect(exponentials([89, 1e30, .infinity]) == [most, most, most])
        #expect(most.isFinite)
        #expect(exponentials([.nan])[0].isNaN)
    }

    @Test func itNeverFalls() {
        let x = (0..<400_000).map { Float(-20) + Float($0) * 1e-4 }
        let y = exponentials(x)
        var worst = Worst()
        for index in 1..<y.count { worst.note(Double(y[index - 1]) / Double(y[index]) - 1, "\(x[index])") }
        worst.expect(atMost: 0)
    }
}
