/// Products of matrices, split among the workers.
///
/// f32 goes to our own kernel, the reference; bf16 to oneDNN. Work is always cut where
/// a number's sum is not: by rows or by columns of the result.
public enum Product {
    /// c = alpha · a · bᵀ + beta · c in f32.
    public static func forward(
        _ a: Matrix, _ b: Matrix, into c: Matrix, alpha: Float = 1, beta: Float = 0, _ workers: Workers
    ) {
        DenseProduct.multiply(a, by: b, turning: true, into: c, alpha: alpha, beta: beta, workers)
    }

    /// c = a · bᵀ (+ c) in bf16, cut in rows only: oneDNN sums a number the same way
    /// for every number of rows, but not for every part of the columns.
    static func forward(
        _ a: BFloatMatrix, _ b: BFloatMatrix, into c: Matrix, accumulate: Bool = false, _ workers: Workers
    ) {
        workers.splitByThread(c.rows, grain: 8) { rows, thread in
            workers.products[thread].multiply(
                a[rows: rows], by: b, turning: true, into: c[rows: rows], adds: accumulate)
        }
    }

    /// c = a · bᵀ (+ c), in the precision of the operands.
    public static func forward(
        _ a: Operand, _ b: Operand, into c: Matrix, accumulate: Bool = false, _ workers: Workers
    ) {
        guard let left = a.rounded else {
            return forward(a.matrix, b.matrix, into: c, beta: accumulate ? 1 : 0, workers)
        }
        forward(left, b.bfloat, into: c, accumulate: accumulate, workers)
    }
}
