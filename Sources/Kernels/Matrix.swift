/// A view of f32 numbers in rows.
///
/// Copies of a view share the numbers. Rows are contiguous; `stride` is the
/// distance between two rows, so a block of columns is a view too. Out-of-range
/// access is a programmer error and traps.
public struct Matrix: @unchecked Sendable {
    let storage: Storage
    let base: UnsafeMutablePointer<Float>
    /// How many rows there are.
    public let rows: Int
    /// How many numbers a row has.
    public let columns: Int
    /// The distance from one row to the next, in numbers.
    public let stride: Int

    /// A zeroed matrix of its own.
    public init(_ rows: Int, _ columns: Int) {
        precondition(rows >= 0 && columns >= 0)
        self.init(
            storage: Storage(byteCount: rows * columns * 4), offset: 0, rows: rows, columns: columns)
    }

    /// A matrix of its own with the numbers given row by row.
    public init(_ rows: Int, _ columns: Int, _ values: [Float]) {
        precondition(values.count == rows * columns)
        self.init(rows, columns)
        values.withUnsafeBufferPointer { from in
            guard let first = from.baseAddress else { return }
            base.update(from: first, count: from.count)
        }
    }

    init(storage: Storage, offset: Int, rows: Int, columns: Int) {
        precondition(offset >= 0 && (offset + rows * columns) * 4 <= max(storage.byteCount, 64))
        self.storage = storage
        base = storage.base.assumingMemoryBound(to: Float.self) + offset
        self.rows = rows
        self.columns = columns
        stride = columns
    }

    private init(view matrix: Matrix, rows: Range<Int>, columns: Range<Int>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= matrix.rows)
        precondition(columns.lowerBound >= 0 && columns.upperBound <= matrix.columns)
        storage = matrix.storage
        base = matrix.base + rows.lowerBound * matrix.stride + columns.lowerBound
        self.rows = rows.count
        self.columns = columns.count
        stride = matrix.stride
    }

    /// The view of some rows.
    public subscript(rows range: Range<Int>) -> Matrix {
        Matrix(view: self, rows: range, columns: 0..<columns)
    }

    /// The view of some columns.
    public subscript(columns range: Range<Int>) -> Matrix {
        Matrix(view: self, rows: 0..<rows, columns: range)
    }

    /// One number.
    public subscript(row: Int, column: Int) -> Float {
        get {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            return base[row * stride + column]
        }
        nonmutating set {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            base[row * stride + column] = newValue
        }
    }

    /// The numbers of one row, copied out.
    public func row(_ index: Int) -> [Float] {
        precondition(index >= 0 && index < rows)
        return Array(UnsafeBufferPointer(start: base + index * stride, count: columns))
    }

    /// All numbers, row by row, copied out.
    public var values: [Float] { (0..<rows).flatMap(row) }

    /// Whether the rows follow one another without a gap.
    public var isContiguous: Bool { stride == columns || rows <= 1 }

    /// Sets every number.
    public func fill(_ value: Float) {
        for row in 0..<rows { (base + row * stride).update(repeating: value, count: columns) }
    }

    /// Copies the numbers of a matrix of the same shape.
    public func copy(from other: Matrix) {
        precondition(other.rows == rows && other.columns == columns)
        for row in 0..<rows {
            (base + row * stride).update(from: other.base + row * other.stride, count: columns)
        }
    }

    /// Sets every number, split among workers.
    public func fill(_ value: Float, _ workers: Workers) {
        workers.split(rows) { self[rows: $0].fill(value) }
    }

    /// Copies the numbers of a matrix of the same shape, split among workers.
    public func copy(from other: Matrix, _ workers: Workers) {
        precondition(other.rows == rows && other.columns == columns)
        workers.split(rows) { self[rows: $0].copy(from: other[rows: $0]) }
    }

    /// Takes the sum of two matrices of the same shape.
    public func take(_ a: Matrix, plus b: Matrix, _ workers: Workers) {
        precondition(a.rows == rows && a.columns == columns && b.rows == rows && b.columns == columns)
        workers.split(rows) { range in
            for row in range {
                Kernel.table.pointee.sum(
                    a.base + row * a.stride, b.base + row * b.stride, base + row * stride, columns)
            }
        }
    }

    /// Multiplies every number.
    public func scale(by factor: Float) {
        if factor == 1 { return }
        for row in 0..<rows {
            for column in 0..<columns { base[row * stride + column] *= factor }
        }
    }

    /// Multiplies every number, split among workers.
    public func scale(by factor: Float, _ workers: Workers) {
        if factor == 1 { return }
        workers.split(rows) { self[rows: $0].scale(by: factor) }
    }

    /// Multiplies each column by a factor of its own.
    public func scaleColumns(by factors: [Float]) {
        precondition(factors.count == columns)
        for row in 0..<rows {
            for column in 0..<columns { base[row * stride + column] *= factors[column] }
        }
    }

    /// Adds the numbers of a matrix of the same shape.
    public func add(_ other: Matrix, _ workers: Workers) {
        precondition(other.rows == rows && other.columns == columns)
        workers.split(rows) { range in
            for row in range {
                Kernel.table.pointee.axpy(
                    1, other.base + row * other.stride, base + row * stride, columns)
            }
        }
    }

    /// Σ over the rows of the product with another matrix, column by column, in Double.
    public func columnProducts(_ other: Matrix, _ workers: Workers) -> [Double] {
        precondition(other.rows == rows && other.columns == columns)
        var sums = [Double](repeating: 0, count: columns)
        sums.withUnsafeMutableBufferPointer { sums in
            nonisolated(unsafe) let sums = sums
            workers.split(columns, grain: 64) { range in
                for row in 0..<rows {
                    let (a, b) = (base + row * stride, other.base + row * other.stride)
                    for column in range { sums[column] += Double(a[column]) * Double(b[column]) }
                }
            }
        }
        return sums
    }

    /// Adds the numbers of a matrix that is turned (transposed).
    func add(turned other: Matrix, _ workers: Workers) {
        precondition(other.rows == columns && other.columns == rows)
        workers.split(rows, grain: 16) { range in
            Kernel.table.pointee.add_turned(
                other.base + range.lowerBound, other.stride, base + range.lowerBound * stride, stride,
                columns, range.count)
        }
    }

    /// Adds one row of numbers to every row.
    public func addToEachRow(_ bias: [Float]) {
        precondition(bias.count == columns)
        for row in 0..<rows { Kernel.table.pointee.axpy(1, bias, base + row * stride, columns) }
    }

    /// Copies the rows named by `indices` from another matrix, in that order.
    public func gather(_ indices: [Int], from other: Matrix) {
        precondition(indices.count == rows && other.columns == columns)
        for (row, index) in indices.enumerated() {
            self[rows: row..<row + 1].copy(from: other[rows: index..<index + 1])
        }
    }

    /// Copies the rows named by `indices` from another matrix; rows after them become zero.
    func copy(rows indices: [Int32], from other: Matrix) {
        precondition(indices.count <= rows && other.columns == columns)
        for (row, index) in indices.enumerated() {
            precondition(index >= 0 && index < other.rows)
            (base + row * stride).update(from: other.base + Int(index) * other.stride, count: columns)
        }
        self[rows: indices.count..<rows].fill(0)
    }

    /// Adds each row to the row of another matrix named by `indices`.
    public func scatterAdd(_ indices: [Int], to other: Matrix) {
        precondition(indices.count == rows && other.columns == columns)
        for (row, index) in indices.enumerated() {
            precondition(index >= 0 && index < other.rows)
            Kernel.table.pointee.axpy(
                1, base + row * stride, other.base + index * other.stride, columns)
        }
    }
}
