import CKernels

/// How the numbers of a frozen weight are stored.
///
/// The block formats are GGUF's, bit for bit.
public enum WeightFormat: Sendable, CaseIterable {
    case float32, float16, bfloat16
    case q4_0, q4_1, q5_0, q5_1, q8_0, q4_K, q5_K, q6_K

    var code: ck_format {
        switch self {
        case .float32: CK_F32
        case .float16: CK_F16
        case .bfloat16: CK_BF16
        case .q4_0: CK_Q4_0
        case .q4_1: CK_Q4_1
        case .q5_0: CK_Q5_0
        case .q5_1: CK_Q5_1
        case .q8_0: CK_Q8_0
        case .q4_K: CK_Q4_K
        case .q5_K: CK_Q5_K
        case .q6_K: CK_Q6_K
        }
    }

    /// How many numbers make one block.
    public var blockElements: Int { ck_block_elements(code) }
    /// How many bytes one block takes.
    public var blockBytes: Int { ck_block_bytes(code) }

    /// The numbers in some bytes; the count must be whole blocks.
    ///
    /// `order`, where given, names the stored row that becomes each row.
    public func decode(
        _ bytes: UnsafeRawBufferPointer, into matrix: Matrix, order: [Int]? = nil, _ workers: Workers
    ) {
        let source = StoredRows(self, bytes, rows: matrix.rows, columns: matrix.columns, order)
        workers.split(matrix.rows) { rows in
            for row in rows { source.decode(row, into: matrix.base + row * matrix.stride) }
        }
    }

    /// Some of `count` rows, into the first rows of a matrix.
    func decode(
        _ bytes: UnsafeRawBufferPointer, rows: Range<Int>, of count: Int, into matrix: Matrix, order: [Int]?
    ) {
        precondition(rows.count <= matrix.rows)
        let source = StoredRows(self, bytes, rows: count, columns: matrix.columns, order)
        for row in rows {
            source.decode(row, into: matrix.base + (row - rows.lowerBound) * matrix.stride)
        }
    }
}

/// Rows of numbers as they lie in a file.
private struct StoredRows: @unchecked Sendable {
    let format: WeightFormat
    let base: UnsafeRawPointer?
    let columns: Int
    let rowBytes: Int
    let order: [Int]?

    init(_ format: WeightFormat, _ bytes: UnsafeRawBufferPointer, rows: Int, columns: Int, _ order: [Int]?) {
        rowBytes = columns / format.blockElements * format.blockBytes
        precondition(columns % format.blockElements == 0 && bytes.count == rows * rowBytes)
        precondition(order.map { $0.count == rows && $0.allSatisfy { $0 >= 0 && $0 < rows } } ?? true)
        self.format = format
        base = bytes.baseAddress
        self.columns = columns
        self.order = order
    }

    func decode(_ row: Int, into target: UnsafeMutablePointer<Float>) {
        guard let base else { return }
        Kernel.table.pointee.dequantise(
            format.code, base + (order?[row] ?? row) * rowBytes, target, columns)
    }
}
