import CKernels
import Foundation

/// Adam's moments in one byte a number, block by block.
///
/// Each block of 256 numbers keeps its largest absolute value in f32 and every
/// number as one of 256 codes between that and zero. The codes are dense near
/// zero, as in bitsandbytes' dynamic map, because moments spread over many
/// powers of ten; the second moment, never negative, spends no code on a sign.
public final class EightBitMoments {
    /// How many numbers share a scale.
    public static let block = 256
    /// Matrices smaller than this keep their moments whole.
    public static let smallest = 4096

    /// The codes of the first moment.
    public let firstCodes: ByteBlock
    /// The codes of the second moment.
    public let secondCodes: ByteBlock
    /// What the codes of each block of the first moment are multiplied with.
    public let firstScales: Matrix
    /// The same for the second moment.
    public let secondScales: Matrix
    private let count: Int

    /// Zero moments for a matrix.
    public init(_ rows: Int, _ columns: Int) {
        count = rows * columns
        let blocks = (count + Self.block - 1) / Self.block
        firstCodes = ByteBlock(count: count)
        secondCodes = ByteBlock(count: count)
        firstScales = Matrix(1, blocks)
        secondScales = Matrix(1, blocks)
    }

    /// Takes a gradient in and moves the parameter, for some whole blocks of
    /// both, which must be without gaps.
    public func apply(_ update: AdamUpdate, gradient: Matrix, to parameter: Matrix, blocks: Range<Int>) {
        precondition(parameter.isContiguous && gradient.isContiguous)
        precondition(parameter.rows * parameter.columns == count && gradient.columns == parameter.columns)
        precondition(blocks.lowerBound >= 0 && blocks.upperBound <= firstScales.columns)
        let from = blocks.lowerBound * Self.block
        let to = min(blocks.upperBound * Self.block, count)
        if from >= to { return }
        Kernel.table.pointee.adamw_bytes(
            parameter.base + from, gradient.base + from, firstCodes.base + from,
            firstScales.base + blocks.lowerBound, secondCodes.base + from,
            secondScales.base + blocks.lowerBound, CodeBook.signed, CodeBook.unsigned, to - from,
            update.share, update.rate, update.decay, update.beta1, update.beta2, update.epsilon,
            update.correct1,
            update.correct2)
    }
}

/// What the 256 codes mean, between -1 (or 0) and 1: see `moments.inc`.
enum CodeBook {
    static let signed = values(cellsOfFirst: 1, isSigned: true)
    static let unsigned = values(cellsOfFirst: 2, isSigned: false)

    private static func values(cellsOfFirst: Int, isSigned: Bool) -> [Float] {
        var positive: [Float] = [0]
        for power in 0..<7 {
            let cells = cellsOfFirst << power
            let low = pow(10, Double(power - 7))
            for cell in 0..<cells {
                positive.append(Float(low * (1 + 9 * (Double(cell) + 0.5) / Double(cells))))
            }
        }
        // The sign bit alone would mean minus zero; it means the largest value.
        return isSigned ? positive + [1] + positive.dropFirst().map { -$0 } : positive + [1]
    }
}

/// Bytes in a block of memory.
public struct ByteBlock: @unchecked Sendable {
    let storage: Storage
    /// How many there are.
    public let count: Int
    var base: UnsafeMutablePointer<UInt8> { storage.base.assumingMemoryBound(to: UInt8.self) }

    /// A block of zeros.
    public init(count: Int) {
        self.count = count
        storage = Storage(byteCount: count)
    }

    /// The bytes, copied out.
    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Takes bytes, as many as there are.
    public func take(_ bytes: [UInt8]) {
        precondition(bytes.count == count)
        for index in 0..<count { base[index] = bytes[index] }
    }
}
