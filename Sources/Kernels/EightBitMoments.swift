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
        firstCodes = ByteBlock(count: count, filledWith: CodeBook.signed.zero)
        secondCodes = ByteBlock(count: count, filledWith: CodeBook.unsigned.zero)
        firstScales = Matrix(1, blocks)
        secondScales = Matrix(1, blocks)
    }

    /// Takes a gradient in and moves the parameter; both must be without gaps.
    public func apply(_ update: AdamUpdate, gradient: Matrix, to parameter: Matrix) {
        precondition(parameter.isContiguous && gradient.isContiguous)
        precondition(parameter.rows * parameter.columns == count)
        let first = Matrix(1, Self.block)
        let second = Matrix(1, Self.block)
        for (index, from) in stride(from: 0, to: count, by: Self.block).enumerated() {
            let width = min(Self.block, count - from)
            let (m, v) = (first[columns: 0..<width], second[columns: 0..<width])
            CodeBook.signed.decode(firstCodes.base + from, scale: firstScales[0, index], into: m)
            CodeBook.unsigned.decode(secondCodes.base + from, scale: secondScales[0, index], into: v)
            update.apply(gradient.flat(from, width), m, v, to: parameter.flat(from, width))
            firstScales[0, index] = CodeBook.signed.encode(m, into: firstCodes.base + from)
            secondScales[0, index] = CodeBook.unsigned.encode(v, into: secondCodes.base + from)
        }
    }
}

/// Bytes in a block of memory.
public struct ByteBlock: @unchecked Sendable {
    let storage: Storage
    /// How many there are.
    public let count: Int
    var base: UnsafeMutablePointer<UInt8> { storage.base.assumingMemoryBound(to: UInt8.self) }

    /// A block filled with one byte.
    public init(count: Int, filledWith byte: UInt8 = 0) {
        self.count = count
        storage = Storage(byteCount: count)
        base.update(repeating: byte, count: count)
    }

    /// The bytes, copied out.
    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Takes bytes, as many as there are.
    public func take(_ bytes: [UInt8]) {
        precondition(bytes.count == count)
        for index in 0..<count { base[index] = bytes[index] }
    }
}

extension Matrix {
    /// Numbers that follow one another in a matrix without gaps, as one row.
    func flat(_ from: Int, _ count: Int) -> Matrix {
        precondition(isContiguous)
        let offset = base - storage.base.assumingMemoryBound(to: Float.self)
        return Matrix(storage: storage, offset: offset + from, rows: 1, columns: count)
    }
}

/// The 256 values between -1 (or 0) and 1 that a byte can mean.
///
/// Seven powers of ten, each with twice as many steps as the one below.
struct CodeBook: Sendable {
    let values: [Float]
    let zero: UInt8
    let isSigned: Bool

    static let signed = CodeBook(isSigned: true)
    static let unsigned = CodeBook(isSigned: false)

    init(isSigned: Bool) {
        self.isSigned = isSigned
        var values: [Double] = [0, 1]
        let powers = 7
        for power in 0..<powers {
            let steps = (isSigned ? 1 : 2) << power
            for step in 0..<steps {
                let middle = 0.1 + 0.9 * (Double(step) + 0.5) / Double(steps)
                let value = middle * pow(10, Double(power - powers + 1))
                values.append(value)
                if isSigned { values.append(-value) }
            }
        }
        values.sort()
        self.values = values.map(Float.init)
        zero = UInt8(values.firstIndex(of: 0) ?? 0)
    }

    func decode(_ codes: UnsafeMutablePointer<UInt8>, scale: Float, into target: Matrix) {
        values.withUnsafeBufferPointer { values in
            for index in 0..<target.columns { target.base[index] = values[Int(codes[index])] * scale }
        }
    }

    /// Writes the nearest codes and gives the scale.
    ///
    /// A second moment above zero never becomes zero: its root is divided by, and
    /// a parameter would jump by the first moment over epsilon.
    func encode(_ source: Matrix, into codes: UnsafeMutablePointer<UInt8>) -> Float {
        var scale: Float = 0
        for index in 0..<source.columns { scale = max(scale, abs(source.base[index])) }
        let inverse = scale > 0 ? 1 / scale : 0
        values.withUnsafeBufferPointer { values in
            for index in 0..<source.columns {
                let code = Self.nearest(source.base[index] * inverse, values)
                codes[index] = !isSigned && code == zero && source.base[index] > 0 ? zero + 1 : code
            }
        }
        return scale
    }

    private static func nearest(_ x: Float, _ values: UnsafeBufferPointer<Float>) -> UInt8 {
        var low = 0
        var high = values.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if values[middle] <= x { low = middle } else { high = middle }
        }
        return UInt8(x - values[low] <= values[high] - x ? low : high)
    }
}
