/// Products of matrices, split among the workers.
///
/// f32 goes to our own kernel, the reference; bf16 to oneDNN, each worker
/// rounding its own rows first. Work is always cut where a number's sum is not:
/// by rows or by columns of the result.
public enum Product {
    /// c = alpha · a · bᵀ + beta · c in f32.
    public static func forward(
        _ a: Matrix, _ b: Matrix, into c: Matrix, alpha: Float = 1, beta: Float = 0, _ workers: Workers
    ) {
        DenseProduct.multiply(a, by: b, turning: true, into: c, alpha: alpha, beta: beta, workers)
    }

    /// c = a · bᵀ with a rounded to bf16.
    static func forward(_ a: Matrix, _ b: BFloatMatrix, into c: Matrix, _ workers: Workers) {
        workers.splitByThread(c.rows, grain: 8) { rows, thread in
            let product = workers.products[thread]
            product.multiply(
                product.rounded(a[rows: rows], slot: 0), by: b, turning: true, into: c[rows: rows])
        }
    }

    /// c = alpha · a · bᵀ (+ c) in the precision asked for.
    public static func forward(
        _ a: Matrix, _ b: Matrix, into c: Matrix, alpha: Float = 1, accumulate: Bool = false,
        precision: Precision, _ workers: Workers
    ) {
        guard precision == .bfloat16 else {
            return forward(a, b, into: c, alpha: alpha, beta: accumulate ? 1 : 0, workers)
        }
        let right = workers.products[0].rounded(b, slot: 2)
        workers.splitByThread(c.rows, grain: 8) { rows, thread in
            let product = workers.products[thread]
            product.multiply(
                product.rounded(a[rows: rows], slot: 0, scale: alpha), by: right, turning: true,
                into: c[rows: rows], adds: accumulate)
        }
    }
}
