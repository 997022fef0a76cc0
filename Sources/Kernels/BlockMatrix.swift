import CKernels

/// A view of numbers of sixteen bits in rows, for products only.
///
/// Every 64 numbers of a row share a scale: whole numbers up to 5792, times that.
/// Next to the largest of the 64 that is an error of 2⁻¹³·⁵ at most, about an
/// eighth of what bf16 loses, at bf16's size; and it depends on the row alone.
struct BlockMatrix: @unchecked Sendable {
    /// How many numbers share a scale.
    static let block = 64
    /// Columns are cut at multiples of this.
    static let grain = 32

    let storage: Storage
    let rows: Int
    let columns: Int
    /// What the kernels take.
    let call: ck_block16
    /// The same, to be written to.
    let target: ck_block16_target

    init(_ rows: Int, _ columns: Int) {
        self.init(
            storage: Storage(byteCount: Self.byteCount(rows, columns)), offset: 0, rows: rows,
            columns: columns)
    }

    /// The bytes of numbers and scales.
    static func byteCount(_ rows: Int, _ columns: Int) -> Int {
        rows * (2 * step(columns) + 4 * ((columns + block - 1) / block))
    }

    /// From row to row. Rows that are multiples of 2 KB apart would share a few lines
    /// of the nearest cache, and twelve of them are read at once.
    private static func step(_ columns: Int) -> Int {
        let whole = (columns + block - 1) / block * block
        return whole % 1024 == 0 ? whole + 32 : whole
    }

    init(storage: Storage, offset: Int, rows: Int, columns: Int) {
        precondition(offset >= 0 && offset + Self.byteCount(rows, columns) <= max(storage.byteCount, 64))
        let blocks = (columns + Self.block - 1) / Self.block
        let step = Self.step(columns)
        let numbers = (storage.base + offset).assumingMemoryBound(to: Int16.self)
        let scales = (storage.base + offset + 2 * rows * step).assumingMemoryBound(to: Float.self)
        self.storage = storage
        self.rows = rows
        self.columns = columns
        call = ck_block16(numbers: numbers, step: step, scales: scales, scale_step: blocks, column: 0)
        target = ck_block16_target(numbers: numbers, step: step, scales: scales, scale_step: blocks)
    }

    private init(view matrix: BlockMatrix, rows: Range<Int>, columns: Range<Int>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= matrix.rows)
        precondition(columns.lowerBound >= 0 && columns.upperBound <= matrix.columns)
        precondition(columns.lowerBound % Self.grain == 0)
        var (call, target) = (matrix.call, matrix.target)
        target.numbers += rows.lowerBound * target.step
        target.scales += rows.lowerBound * target.scale_step
        (call.numbers, call.scales) = (UnsafePointer(target.numbers), UnsafePointer(target.scales))
        call.column += columns.lowerBound
        self.storage = matrix.storage
        self.rows = rows.count
        self.columns = columns.count
        self.call = call
        self.target = target
    }

    subscript(rows range: Range<Int>) -> BlockMatrix {
        BlockMatrix(view: self, rows: range, columns: 0..<columns)
    }

    subscript(columns range: Range<Int>) -> BlockMatrix {
        BlockMatrix(view: self, rows: 0..<rows, columns: range)
    }

    /// Takes the numbers of a matrix, rounded to the nearest.
    func take(_ x: Matrix) {
        precondition(x.rows == rows && x.columns == columns && call.column == 0)
        for row in 0..<rows {
            Kernel.table.pointee.to_block16(
                x.base + row * x.stride, target.numbers + row * target.step,
                target.scales + row * target.scale_step, columns)
        }
    }

    /// Copies one row of another matrix of the same width.
    func copy(row: Int, from other: BlockMatrix, row index: Int) {
        precondition(row >= 0 && row < rows && index >= 0 && index < other.rows && columns == other.columns)
        precondition(call.column == 0 && other.call.column == 0)
        (target.numbers + row * target.step).update(
            from: other.target.numbers + index * other.target.step, count: target.step)
        (target.scales + row * target.scale_step).update(
            from: other.target.scales + index * other.target.scale_step, count: target.scale_step)
    }

    /// As the right side of a product: its rows are the steps of k.
    var factor: BlockFactor {
        BlockFactor(storage: storage, call: call, form: CK16_ROWS, inner: rows, columns: columns)
    }

    /// The same, turned (transposed): its columns are the steps of k.
    var turned: BlockFactor {
        BlockFactor(storage: storage, call: call, form: CK16_ROWS_TURNED, inner: columns, columns: rows)
    }
}

/// The right side of a product of sixteen-bit blocks.
struct BlockFactor: @unchecked Sendable {
    let storage: Storage
    let call: ck_block16
    let form: ck_block16_form
    let inner: Int
    let columns: Int

    /// Some of its columns, from a multiple of 32 on.
    subscript(columns range: Range<Int>) -> BlockFactor {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns)
        precondition(range.lowerBound % BlockMatrix.grain == 0)
        var call = call
        if form == CK16_ROWS_TURNED {
            call.numbers += range.lowerBound * call.step
            call.scales += range.lowerBound * call.scale_step
        } else {
            call.column += range.lowerBound
        }
        return BlockFactor(storage: storage, call: call, form: form, inner: inner, columns: range.count)
    }
}
