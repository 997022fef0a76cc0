/// Division by the root of the mean square, times a weight.
public enum RMSNorm {
    /// y = x / √(mean(x²) + ε) · w, group by group of `weight.count` numbers.
    ///
    /// A row may hold several groups (the heads of queries and keys). `inverse`,
    /// where given, keeps 1/√… of each group, `groups` to a row, for backward.
    public static func forward(
        _ x: Matrix, weight: [Float], epsilon: Float, into y: Matrix, inverse: Matrix? = nil,
        _ workers: Workers
    ) {
        let width = weight.count
        let groups = x.columns / width
        precondition(groups * width == x.columns && y.rows == x.rows && y.columns == x.columns)
        precondition(inverse.map { $0.rows == x.rows && $0.columns == groups && $0.isContiguous } ?? true)
        workers.split(x.rows) { rows in
            for row in rows {
                Kernel.table.pointee.rmsnorm(
                    x.base + row * x.stride, width, weight, y.base + row * y.stride, width,
                    inverse.map { $0.base + row * $0.stride }, groups, width, epsilon)
            }
        }
    }

    /// The same into an operand that has only rounded numbers.
    public static func forward(
        _ x: Matrix, weight: [Float], epsilon: Float, into y: Operand, inverse: Matrix? = nil,
        _ workers: Workers
    ) {
        let to = y.blocks
        precondition(x.columns == weight.count && to.rows == x.rows && to.columns == x.columns)
        precondition(inverse.map { $0.rows == x.rows && $0.columns == 1 && $0.isContiguous } ?? true)
        workers.split(x.rows) { rows in
            var target = to[rows: rows].target
            Kernel.table.pointee.rmsnorm_rounded(
                x.base + rows.lowerBound * x.stride, x.stride, weight, &target,
                inverse.map { $0.base + rows.lowerBound }, rows.count, x.columns, epsilon)
        }
    }
}
