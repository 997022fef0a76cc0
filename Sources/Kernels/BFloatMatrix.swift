import CKernels

/// A view of bf16 numbers in rows, for products only.
///
/// bf16 is the upper half of an f32: the same range, eight bits of precision.
/// Products take it in and sum in f32.
struct BFloatMatrix: @unchecked Sendable {
    let storage: Storage
    let base: UnsafeMutablePointer<UInt16>
    let rows: Int
    let columns: Int
    let stride: Int

    init(_ rows: Int, _ columns: Int) {
        self.init(
            storage: Storage(byteCount: rows * columns * 2), offset: 0, rows: rows, columns: columns,
            stride: columns)
    }

    init(storage: Storage, offset: Int, rows: Int, columns: Int, stride: Int) {
        precondition(
            offset >= 0 && (offset + max(rows - 1, 0) * stride + columns) * 2 <= max(storage.byteCount, 64))
        self.storage = storage
        base = storage.base.assumingMemoryBound(to: UInt16.self) + offset
        self.rows = rows
        self.columns = columns
        self.stride = stride
    }

    private init(view matrix: BFloatMatrix, rows: Range<Int>, columns: Range<Int>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= matrix.rows)
        precondition(columns.lowerBound >= 0 && columns.upperBound <= matrix.columns)
        storage = matrix.storage
        base = matrix.base + rows.lowerBound * matrix.stride + columns.lowerBound
        self.rows = rows.count
        self.columns = columns.count
        stride = matrix.stride
    }

    subscript(rows range: Range<Int>) -> BFloatMatrix {
        BFloatMatrix(view: self, rows: range, columns: 0..<columns)
    }

    subscript(columns range: Range<Int>) -> BFloatMatrix {
        BFloatMatrix(view: self, rows: 0..<rows, columns: range)
    }

    /// Takes the numbers of a matrix as the sum of two, this one the larger.
    func take(_ x: Matrix, rest: BFloatMatrix) {
        precondition(x.rows == rows && x.columns == columns && rest.rows == rows && rest.columns == columns)
        for row in 0..<rows {
            Kernel.table.pointee.split_bfloat(
                x.base + row * x.stride, base + row * stride, rest.base + row * rest.stride, columns)
        }
    }

    /// Takes the numbers of a matrix, times a factor, rounded to nearest even.
    func take(_ x: Matrix, scale: Float = 1) {
        precondition(x.rows == rows && x.columns == columns)
        for row in 0..<rows {
            Kernel.table.pointee.to_bfloat(x.base + row * x.stride, base + row * stride, columns, scale)
        }
    }
}
