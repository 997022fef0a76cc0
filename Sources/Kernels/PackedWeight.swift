import CKernels

/// A weight that keeps its file's blocks, laid out in panels of 32 rows.
///
/// A prompt's products are, bit for bit, those of the expanded weight by `DenseProduct`:
/// each number is one sum in the order of k. A new token's are those of its row, rounded
/// to sixteen bits a number. Either way one row alone and a row among many come out the same.
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
            inner: inputs, panel_bytes: panelBytes, next: nil)
    }

    /// How many rows share one expansion of a panel; more would not stay near.
    private static let rowsAtOnce = 240

    /// y = x · Wᵀ; the first `prompt` rows are a prompt's.
    ///
    /// New tokens' rows are rounded to sixteen bits a number where the CPU multiplies such:
    /// then all they cost is reading the weights; expanding those to f32 takes longer.
    func forward(_ x: Matrix, into y: Matrix, prompt: Int, _ workers: Workers) {
        let rounds = Kernel.roundsTokens && ck_rounded_takes(call.format) != 0
        let exact = rounds ? prompt : x.rows
        product(x[rows: 0..<exact], into: y[rows: 0..<exact], workers)
        rounded(x[rows: exact..<x.rows], into: y[rows: exact..<x.rows], workers)
    }

    /// How many outputs a block has.
    static let block = 2 * Int(CK_WIDE)

    /// The outputs in some blocks of 64 of one row; the others hold whatever was there before.
    func forward(_ x: Matrix, blocks: [Int], into y: Matrix, isPrompt: Bool, _ workers: Workers) {
        precondition(x.rows == 1 && blocks.allSatisfy { $0 >= 0 && $0 * Self.block < call.outputs })
        let rounds = !isPrompt && Kernel.roundsTokens && ck_rounded_takes(call.format) != 0
        let row = Matrix(1, max(1, ck_rounded_bytes(call.inner) / 4))
        if rounds { ck_round_row(x.base, call.inner, row.base) }
        workers.splitByThread(blocks.count) { range, thread in
            var call = call
            let scratch = workers.scratch[thread].numbers(call.inner * Int(CK_WIDE))
            for block in blocks[range] {
                let (from, to) = (2 * block, min(2 * block + 2, panels))
                if rounds {
                    ck_rounded_multiply(&call, from, to, row.base, y.base, y.stride, 1)
                } else {
                    Kernel.table.pointee.packed(
                        &call, from, to, x.base, x.stride, y.base, y.stride, 1, scratch)
                }
            }
        }
    }

    private func rounded(_ x: Matrix, into y: Matrix, _ workers: Workers) {
        if x.rows == 0 { return }
        let rows = Matrix(x.rows, ck_rounded_bytes(call.inner) / 4)
        for row in 0..<x.rows {
            ck_round_row(x.base + row * x.stride, call.inner, rows.base + row * rows.columns)
        }
        workers.split(panels) { range in
            var call = call
            ck_rounded_multiply(
                &call, range.lowerBound, range.upperBound, rows.base, y.base, y.stride, x.rows)
        }
    }

    private func product(_ x: Matrix, into y: Matrix, _ workers: Workers) {
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
