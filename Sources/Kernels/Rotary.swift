import Foundation

/// Rotary position embedding of the half-split kind.
///
/// The angles are the ones transformers computes: frequencies and angles are
/// rounded to f32 before the sine is taken.
public final class Rotary: Sendable {
    let cosines: Matrix
    let sines: Matrix
    /// How many positions the table holds.
    public let positions: Int

    /// A table for heads of `dimension` numbers.
    ///
    /// - Parameters:
    ///   - frequencies: the inverse frequencies, `dimension / 2` of them.
    ///   - scale: what cosine and sine are multiplied with (1 for most).
    public init(positions: Int, frequencies: [Float], scale: Float = 1) {
        self.positions = positions
        cosines = Matrix(positions, frequencies.count)
        sines = Matrix(positions, frequencies.count)
        for position in 0..<positions {
            for (index, frequency) in frequencies.enumerated() {
                let angle = Double(Float(position) * frequency)
                cosines[position, index] = Float(cos(angle)) * scale
                sines[position, index] = Float(sin(angle)) * scale
            }
        }
    }

    /// The usual frequencies, base^(-2i/dimension).
    public static func frequencies(base: Double, dimension: Int) -> [Float] {
        (0..<dimension / 2).map { Float(1) / Float(pow(base, Double(2 * $0) / Double(dimension))) }
    }

    /// Rotates every head of every row to its position, in place.
    public func forward(_ x: Matrix, positions: [Int32], _ workers: Workers) {
        rotate(x, positions, direction: 1, workers)
    }

    func rotate(_ x: Matrix, _ at: [Int32], direction: Float, _ workers: Workers) {
        let dimension = cosines.columns * 2
        precondition(at.count == x.rows && x.columns % dimension == 0)
        precondition(at.allSatisfy { $0 >= 0 && $0 < positions })
        workers.split(x.rows) { rows in
            at.withUnsafeBufferPointer { at in
                guard let first = at.baseAddress else { return }
                Kernel.table.pointee.rotary(
                    x.base + rows.lowerBound * x.stride, x.stride, cosines.base, sines.base,
                    first + rows.lowerBound, rows.count, x.columns / dimension, dimension, direction)
            }
        }
    }
}
