import CKernels

/// A weight that keeps its file's blocks, laid out in panels of 32 rows.
///
/// Its products are, bit for bit, those of the expanded weight by `DenseProduct`:
/// each number is one sum in the order of k. So one row alone, a row among many and
/// a row of a prompt come out the same, though different kernels compute them.
/// Why: decoding reads every weight once a token, and the fewer bytes the faster.
final class PackedWeight: @unchecked Sendable {
    // Unchecked because of the pointer: the memory is never written after `init`.
    private let storage: Storage
    /// What the kernels take.
    let call: ck_packed

    /// How many panels there are.
    var panels: Int { (call.outputs + Int(CK_WIDE) - 1) / Int(CK_WIDE) }
    /// How many bytes it takes.
    var byteCount: Int { panels * call.panel_bytes }

    /// Takes the bytes of a weight stored in a format; they are not kept.
    ///
    /// `order`, where given, names the stored row that becomes each row.
    init(
        outputs: Int, inputs: Int, format: WeightFormat, bytes: UnsafeRawBufferPointer, order: [Int]?,
        memory: WeightMemory, _ workers: Workers
    ) {
        let code = format.code
        let rowBytes = inputs / format.blockElements * format.blockBytes
        precondition(inputs % format.blockElements == 0 && bytes.count == outputs * rowBytes)
        precondition(order.map { $0.count == outputs && $0.allSatisfy { $0 >= 0 && $0 < outputs } } ?? true)
        let panelBytes = inputs / format.blockElements * ck_packed_block_bytes(code)
        let wide = Int(CK_WIDE)
        let panels = (outputs + wide - 1) / wide
        let (storage, offset) = memory.take(bytes: panels * panelBytes)
        nonisolated(unsafe) let (from, to) = (bytes.baseAddress, storage.base + offset)
        workers.split(panels) { range in
            guard let from else { return }
            for row in range.lowerBound * wide..<min(range.upperBound * wide, outputs) {
                ck_pack_row(
                    code, from + (order?[row] ?? row) * rowBytes, inputs, row % wide,
                    to + row / wide * panelBytes)
            }
        }
        self.storage = storage
        call = ck_packed(
            bytes: to.assumingMemoryBound(to: UInt8.self), format: code, outputs: outputs,
            inner: inputs, panel_bytes: panelBytes)
    }

    /// How many rows share one expansion of a panel; more would not stay near.
    private static let rowsAtOnce = 240

    /// y = x · Wᵀ.
    func forward(_ x: Matrix, into y: Matrix, _ workers: Workers) {
        if x.rows == 0 { return }
        workers.splitByThread(panels) { range, thread in
            var call = call
            let scratch = workers.scratch[thread].numbers(call.inner * Int(CK_WIDE))
            for from in stride(from: 0, to: x.rows, by: Self.rowsAtOnce) {
                Kernel.table.pointee.packed(
                    &call, range.lowerBound, range.upperBound, x.base + from * x.stride, x.stride,
                    y.base + from * y.stride, y.stride, min(Self.rowsAtOnce, x.rows - from), scratch)
            }
        }
    }

    /// One row, expanded.
    func copy(row: Int, into target: Matrix) {
        var call = call
        Kernel.table.pointee.packed_row(&call, row, target.base)
    }

    /// All rows, expanded.
    func expanded(_ workers: Workers) -> Matrix {
        let all = Matrix(call.outputs, call.inner)
        workers.split(call.outputs) { rows in
            for row in rows { copy(row: row, into: all[rows: row..<row + 1]) }
        }
        return all
    }
}
