@testable import Kernels

/// Numbers that look random and are the same in every run.
struct Noise {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func bits() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func whole(_ range: Range<Int>) -> Int {
        range.lowerBound + Int(bits() % UInt64(range.count))
    }

    /// From -1 to 1.
    mutating func number() -> Float { Float(bits() >> 40) * 0x1p-23 - 1 }

    mutating func numbers(_ count: Int, around centre: Float = 0, within width: Float = 1) -> [Float] {
        (0..<count).map { _ in centre + width * number() }
    }

    mutating func matrix(_ rows: Int, _ columns: Int, within width: Float = 1) -> Matrix {
        Matrix(rows, columns, numbers(rows * columns, within: width))
    }

    /// `count` different numbers of `0 ..< limit`, in no order.
    mutating func picks(_ count: Int, of limit: Int) -> [Int32] {
        var all = (0..<Int32(limit)).map { $0 }
        for index in 0..<count { all.swapAt(index, whole(index..<limit)) }
        return Array(all[..<count])
    }
}

/// A matrix in the middle of a larger one that is full of NaN.
///
/// It has gaps between its rows, and starts as NaN itself: a kernel that reads
/// what it should only write, or touches what lies beside, is found out.
struct Framed {
    let outer: Matrix
    let matrix: Matrix

    init(_ rows: Int, _ columns: Int, _ values: [Float]? = nil) {
        outer = Matrix(rows + 2, columns + 5)
        outer.fill(.nan)
        matrix = outer[rows: 1..<rows + 1][columns: 3..<columns + 3]
        if let values { matrix.copy(from: Matrix(rows, columns, values)) }
    }

    init(_ values: Matrix) { self.init(values.rows, values.columns, values.values) }

    /// Whether the frame is still full of NaN and the matrix is not.
    var isSound: Bool {
        let rows = 1..<outer.rows - 1
        let columns = 3..<outer.columns - 2
        return (0..<outer.rows).allSatisfy { row in
            (0..<outer.columns).allSatisfy { column in
                outer[row, column].isNaN != (rows.contains(row) && columns.contains(column))
            }
        }
    }
}
