extension GatedUnit {
    /// The gradients of `forward` at gate and up.
    public func backward(
        _ dy: Matrix, gate: Matrix, up: Matrix, intoGate dgate: Matrix, intoUp dup: Matrix,
        _ workers: Workers
    ) {
        precondition(dy.rows == gate.rows && dgate.rows == gate.rows && dup.rows == gate.rows)
        workers.split(gate.rows) { rows in
            let dy = dy[rows: rows]
            let gate = gate[rows: rows]
            let up = up[rows: rows]
            let dgate = dgate[rows: rows]
            let dup = dup[rows: rows]
            Kernel.table.pointee.gated_backward(
                dy.base, dy.stride, gate.base, gate.stride, up.base, up.stride, dgate.base, dgate.stride,
                dup.base, dup.stride, rows.count, gate.columns, code)
        }
    }

    /// The same into operands that have only rounded numbers.
    public func backward(
        _ dy: Matrix, gate: Matrix, up: Matrix, intoGate dgate: Operand, intoUp dup: Operand,
        _ workers: Workers
    ) {
        precondition(dy.rows == gate.rows && dgate.rows == gate.rows && dup.rows == gate.rows)
        precondition(dgate.columns == gate.columns && dup.columns == gate.columns)
        workers.split(gate.rows) { rows in
            let (dy, gate, up) = (dy[rows: rows], gate[rows: rows], up[rows: rows])
            var (dgate, dup) = (dgate.blocks[rows: rows].target, dup.blocks[rows: rows].target)
            Kernel.table.pointee.gated_backward_rounded(
                dy.base, dy.stride, gate.base, gate.stride, up.base, up.stride, &dgate, &dup, rows.count,
                gate.columns, code)
        }
    }
}
