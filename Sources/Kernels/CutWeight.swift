import CKernels

/// A weight of eight bits a number whose upper five lie apart from its lower three: a head.
///
/// From the upper bits alone follows what no result of a panel of 32 exceeds. Where only the
/// largest results are wanted, the lower bits of most panels are never read. Products are, bit
/// for bit, those of a `PackedWeight`. Why: of a small model's bytes the head of a
/// quarter of a million rows is the larger part.
final class CutWeight: @unchecked Sendable {
    // Unchecked because of the pointers: the memory is never written after `init`.
    private let storage: Storage
    private let call: ck_cut

    /// How many panels there are.
    private var panels: Int { (call.outputs + Int(CK_WIDE) - 1) / Int(CK_WIDE) }
    /// How many bytes it takes.
    var byteCount: Int { upperBytes + panels * ck_cut_lower_bytes(call.inner) }
    private var upperBytes: Int { panels * ck_cut_upper_bytes(call.inner) }
    private static let wide = Int(CK_WIDE)

    /// Takes the bytes of a weight of `q8_0`; nothing where they cannot be cut: a scale below
    /// zero would turn a limit round.
    init?(outputs: Int, inputs: Int, bytes: UnsafeRawBufferPointer, memory: WeightMemory, _ workers: Workers)
    {
        let rowBytes = inputs / 32 * 34
        precondition(inputs % 32 == 0 && bytes.count == outputs * rowBytes)
        let panels = (outputs + Self.wide - 1) / Self.wide
        let (upper, lower) = (ck_cut_upper_bytes(inputs), ck_cut_lower_bytes(inputs))
        guard Kernel.roundsTokens, let base = bytes.baseAddress else { return nil }
        nonisolated(unsafe) let from = base
        let sound = Matrix(workers.count, 16)
        sound.fill(1)
        workers.splitByThread(outputs) { rows, thread in
            let isSound = ck_cut_takes(from + rows.lowerBound * rowBytes, rows.count * inputs / 32) != 0
            sound[thread, 0] = isSound ? 1 : 0
        }
        guard (0..<workers.count).allSatisfy({ sound[$0, 0] == 1 }) else { return nil }
        let (storage, offset) = memory.take(bytes: panels * (upper + lower))
        nonisolated(unsafe) let to = storage.base + offset
        workers.splitByThread(panels) { range, thread in
            let plain = UnsafeMutableRawPointer(workers.scratch[thread].numbers(Self.wide * rowBytes / 4))
            for panel in range {
                plain.initializeMemory(as: UInt8.self, repeating: 0, count: Self.wide * rowBytes)
                for row in panel * Self.wide..<min((panel + 1) * Self.wide, outputs) {
                    ck_pack_row(CK_Q8_0, from + row * rowBytes, inputs, row % Self.wide, plain)
                }
                ck_cut_panel(plain, inputs, to + panel * upper, to + panels * upper + panel * lower)
            }
        }
        self.storage = storage
        let numbers = to.assumingMemoryBound(to: UInt8.self)
        call = ck_cut(upper: numbers, lower: numbers + panels * upper, outputs: outputs, inner: inputs)
    }

    /// y = x · Wᵀ; the first `prompt` rows are a prompt's.
    func forward(_ x: Matrix, into y: Matrix, prompt: Int, _ workers: Workers) {
        product(x[rows: 0..<prompt], into: y[rows: 0..<prompt], workers)
        let (x, y) = (x[rows: prompt..<x.rows], y[rows: prompt..<x.rows])
        if x.rows == 0 { return }
        let rows = RoundedRows(x)
        workers.split(panels) { multiply(rows, $0, into: y) }
    }

    /// The outputs in some blocks of 64 of one row; the others hold whatever was there before.
    func forward(_ x: Matrix, blocks: [Int], into y: Matrix, isPrompt: Bool, _ workers: Workers) {
        let rows = RoundedRows(x)
        workers.splitByThread(blocks.count) { range, thread in
            for block in blocks[range] {
                let some = 2 * block..<min(2 * block + 2, panels)
                if isPrompt {
                    for panel in some { expand(panel, times: x, into: y, workers.scratch[thread]) }
                } else {
                    multiply(rows, some, into: y)
                }
            }
        }
    }

    /// Of each new token's row the outputs that may be among its so many largest; the others
    /// are -∞. Gives how many bytes of the weight were read.
    ///
    /// The largest limits' panels are computed first: what comes out gives a threshold, and
    /// what has a limit below it is left out.
    func forward(_ x: Matrix, largest counts: [Int], into y: Matrix, _ workers: Workers) -> Int {
        precondition(x.rows == counts.count && y.rows == x.rows && counts.allSatisfy { $0 > 0 })
        let rows = RoundedRows(x)
        let limits = Matrix(x.rows, panels)
        workers.split(panels) { range in
            var call = call
            ck_cut_limits(
                &call, range.lowerBound, range.upperBound, rows.base, limits.base, limits.stride, x.rows)
        }
        let thresholds = counts.indices.map { row in
            threshold(rows[row], count: counts[row], limits: limits, row: row, into: y[rows: row..<row + 1])
        }
        let done = Matrix(workers.count, 16)
        workers.splitByThread(panels) { range, thread in
            for panel in range {
                let from = panel * Self.wide
                for (row, threshold) in thresholds.enumerated() {
                    // Not “at least”: where something is no number all is computed.
                    if !(limits[row, panel] < threshold) {
                        multiply(rows[row], panel..<panel + 1, into: y[rows: row..<row + 1])
                        done[thread, 0] += 1
                    } else {
                        (y.base + row * y.stride + from).update(
                            repeating: -.infinity, count: min(Self.wide, call.outputs - from))
                    }
                }
            }
        }
        let panelBytes = ck_cut_upper_bytes(call.inner) + ck_cut_lower_bytes(call.inner)
        return (0..<workers.count).reduce(upperBytes) { $0 + Int(done[$1, 0]) * panelBytes }
    }

    /// What the so many largest outputs of a row are not below: the panels of the largest limits
    /// have as many.
    private func threshold(_ x: RoundedRows, count: Int, limits: Matrix, row: Int, into y: Matrix) -> Float {
        let known = limits.largest(min(count, panels), row: row).flatMap { panel in
            multiply(x, panel..<panel + 1, into: y)
            return (panel * Self.wide..<min((panel + 1) * Self.wide, call.outputs)).map { y[0, $0] }
        }
        return count <= known.count ? known.sorted(by: >)[count - 1] : -.infinity
    }

    /// One row, expanded.
    func copy(row: Int, into target: Matrix) {
        let plain = Matrix(1, call.inner / 32 * 34 * Self.wide / 4)
        var panel = joined(row / Self.wide, at: plain.base)
        Kernel.table.pointee.packed_row(&panel, row % Self.wide, target.base)
    }

    /// All rows, expanded.
    func expanded(_ workers: Workers) -> Matrix {
        let all = Matrix(call.outputs, call.inner)
        workers.split(call.outputs) { rows in
            for row in rows { copy(row: row, into: all[rows: row..<row + 1]) }
        }
        return all
    }

    private func multiply(_ x: RoundedRows, _ range: Range<Int>, into y: Matrix) {
        var call = call
        ck_cut_multiply(&call, range.lowerBound, range.upperBound, x.base, y.base, y.stride, x.count)
    }

    private func product(_ x: Matrix, into y: Matrix, _ workers: Workers) {
        if x.rows == 0 { return }
        workers.splitByThread(panels) { range, thread in
            for panel in range { expand(panel, times: x, into: y, workers.scratch[thread]) }
        }
    }

    /// A prompt's rows times one panel, in f32.
    private func expand(_ panel: Int, times x: Matrix, into y: Matrix, _ scratch: Scratch) {
        let plain = call.inner / 32 * 34 * Self.wide / 4
        let room = scratch.numbers(plain + call.inner * Self.wide)
        var one = joined(panel, at: room)
        Kernel.table.pointee.packed(
            &one, 0, 1, x.base, x.stride, y.base + panel * Self.wide, y.stride, x.rows, room + plain)
    }

    /// A panel as a `PackedWeight` has it.
    private func joined(_ panel: Int, at room: UnsafeMutablePointer<Float>) -> ck_packed {
        var call = call
        ck_cut_join(&call, panel, room)
        return ck_packed(
            bytes: UnsafeRawPointer(room).assumingMemoryBound(to: UInt8.self), format: CK_Q8_0,
            outputs: min(Self.wide, call.outputs - panel * Self.wide), inner: call.inner,
            panel_bytes: call.inner / 32 * 34 * Self.wide, next: nil)
    }
}

/// New tokens' rows as whole numbers.
private struct RoundedRows: @unchecked Sendable {
    // Unchecked because of the matrix, which nobody writes any more.
    private let numbers: Matrix
    var base: UnsafeMutablePointer<Float> { numbers.base }
    var count: Int { numbers.rows }

    init(_ x: Matrix) {
        numbers = Matrix(x.rows, ck_rounded_bytes(x.columns) / 4)
        for row in 0..<x.rows {
            ck_round_row(x.base + row * x.stride, x.columns, numbers.base + row * numbers.stride)
        }
    }

    private init(numbers: Matrix) { self.numbers = numbers }

    subscript(row: Int) -> RoundedRows { RoundedRows(numbers: numbers[rows: row..<row + 1]) }
}

extension Matrix {
    /// The places of a row's largest numbers, largest first.
    fileprivate func largest(_ count: Int, row: Int) -> [Int] {
        if count == 1 { return [Int(Kernel.table.pointee.largest(base + row * stride, columns))] }
        var best: [Int] = []
        for place in 0..<columns {
            let value = self[row, place]
            if best.count == count {
                guard let last = best.last, value > self[row, last] else { continue }
                best.removeLast()
            }
            best.insert(place, at: best.firstIndex { self[row, $0] < value } ?? best.count)
        }
        return best
    }
}
