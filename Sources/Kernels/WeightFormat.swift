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
        let rowBytes = matrix.columns / blockElements * blockBytes
        precondition(matrix.columns % blockElements == 0 && bytes.count == matrix.rows * rowBytes)
        precondition(order.map { $0.count == matrix.rows && $0.allSatisfy { $0 >= 0 && $0 < matrix.rows } } ?? true)
        guard let base = bytes.baseAddress else { return }
        nonisolated(unsafe) let source = base
        workers.split(matrix.rows) { rows in
            for row in rows {
                Kernels.table.pointee.dequantise(
                    code, source + (order?[row] ?? row) * rowBytes, matrix.base + row * matrix.stride,
                    matrix.columns)
            }
        }
    }
}
