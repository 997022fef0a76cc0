extension RMSNorm {
    /// dx = the gradient of `forward` at x, on top of `base` where there is one; the weight is
    /// frozen. The base may be dx itself.
    public static func backward(
        _ dy: Matrix, x: Matrix, weight: [Float], inverse: Matrix, into dx: Matrix,
        plus base: Matrix? = nil, _ workers: Workers
    ) {
        let width = weight.count
        let groups = x.columns / width
        precondition(dy.rows == x.rows && dx.rows == x.rows && inverse.columns == groups)
        precondition(base.map { $0.rows == x.rows && $0.columns == x.columns } ?? true)
        workers.split(x.rows) { rows in
            for row in rows {
                Kernel.table.pointee.rmsnorm_backward(
                    dy.base + row * dy.stride, width, x.base + row * x.stride, width, weight,
                    inverse.base + row * inverse.stride, base.map { $0.base + row * $0.stride }, width,
                    dx.base + row * dx.stride, width, groups, width)
            }
        }
    }
}
