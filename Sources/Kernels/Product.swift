/// Dense products of f32 matrices, for everything that is trained.
public enum Product {
    /// c = alpha · a · bᵀ + beta · c, split by rows of c.
    ///
    /// Rows are cut at multiples of eight, so that where a row falls in a
    /// thread's share never changes which edge kernel computes it.
    public static func forward(
        _ a: Matrix, _ b: Matrix, into c: Matrix, alpha: Float = 1, beta: Float = 0, _ workers: Workers
    ) {
        workers.split(c.rows, grain: 8) { rows in
            OpenBLAS.multiply(
                a[rows: rows], by: b, turning: true, into: c[rows: rows], alpha: alpha, beta: beta)
        }
    }
}
