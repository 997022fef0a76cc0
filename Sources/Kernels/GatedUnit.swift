import CKernels

/// The middle of the feed-forward block: activation(gate) · up.
public enum GatedUnit: Sendable {
    /// x · sigmoid(x).
    case silu
    /// GELU by its tanh approximation.
    case geluTanh

    var code: Int32 {
        switch self {
        case .silu: Int32(CK_SILU)
        case .geluTanh: Int32(CK_GELU_TANH)
        }
    }

    /// y = activation(gate) · up.
    public func forward(gate: Matrix, up: Matrix, into y: Matrix, _ workers: Workers) {
        precondition(gate.rows == up.rows && gate.columns == up.columns)
        precondition(y.rows == gate.rows && y.columns == gate.columns)
        workers.split(gate.rows) { rows in
            let gate = gate[rows: rows]
            let up = up[rows: rows]
            let y = y[rows: rows]
            Kernel.table.pointee.gated(
                gate.base, gate.stride, up.base, up.stride, y.base, y.stride, rows.count, gate.columns, code)
        }
    }

    /// The same into an operand that has only rounded numbers.
    public func forward(gate: Matrix, up: Matrix, into y: Operand, _ workers: Workers) {
        precondition(gate.rows == up.rows && gate.columns == up.columns)
        precondition(y.rows == gate.rows && y.columns == gate.columns)
        workers.split(gate.rows) { rows in
            let (gate, up) = (gate[rows: rows], up[rows: rows])
            var target = y.blocks[rows: rows].target
            Kernel.table.pointee.gated_rounded(
                gate.base, gate.stride, up.base, up.stride, &target, rows.count, gate.columns, code)
        }
    }
}
