import COpenBLAS

/// The reference product, from OpenBLAS.
///
/// Called from our own workers on one thread each: its own threads are switched
/// off once, at start, because the setting is global and must not race.
enum OpenBLAS {
    static func useOneThread() { once }

    private static let once: Void = openblas_set_num_threads(1)

    /// c = alpha · a · b + beta · c, where a and b may be taken turned (transposed).
    static func multiply(
        _ a: Matrix, turned ta: Bool = false, by b: Matrix, turning tb: Bool = false,
        into c: Matrix, alpha: Float = 1, beta: Float = 0
    ) {
        let inner = ta ? a.rows : a.columns
        precondition((ta ? a.columns : a.rows) == c.rows && (tb ? b.rows : b.columns) == c.columns)
        precondition((tb ? b.columns : b.rows) == inner)
        if c.rows == 0 || c.columns == 0 { return }
        cblas_sgemm(
            CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans,
            blasint(c.rows), blasint(c.columns), blasint(inner), alpha, a.base, blasint(max(a.stride, 1)),
            b.base, blasint(max(b.stride, 1)), beta, c.base, blasint(max(c.stride, 1)))
    }
}
