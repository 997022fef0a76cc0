extension RMSNorm {
    /// dx (+)= the gradient of `forward` at x; the weight is frozen.
    public static func backward(
        _ dy: Matrix, x: Matrix, weight: [Float], inverse: Matrix, into dx: Matrix,
        accumulate: Bool = false, _ workers: Workers
    ) {
        let width = weight.count
        let groups = x.columns / width
        precondition(dy.rows == x.rows && dx.rows == x.rows && inverse.columns == groups)
        workers.split(x.rows) { rows in
            for row in rows {
                Kernel.table.pointee.rmsnorm_backward(
                    dy.base + row * dy.stride, width, x.base + row * x.stride, width, weight,
                    inverse.base + row * inverse.stride, dx.base + row * dx.stride, width, groups, width,
                    accumulate ? 1 : 0)
            }
        }
    }
}
