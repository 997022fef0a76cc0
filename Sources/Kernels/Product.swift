/// Products of matrices, split among the workers.
///
/// `DenseProduct` computes f32, the reference; `BlockProduct` sixteen-bit blocks. Work is always cut
/// where a number's sum is not: by rows or by columns of the result.
public enum Product {
    /// c = alpha · a · bᵀ + beta · c in f32.
    public static func forward(
        _ a: Matrix, _ b: Matrix, into c: Matrix, alpha: Float = 1, beta: Float = 0, _ workers: Workers
    ) {
        DenseProduct.multiply(a, by: b, turning: true, into: c, alpha: alpha, beta: beta, workers)
    }

    /// c = a · bᵀ (+ c), in the precision of the operands.
    public static func forward(
        _ a: Operand, _ b: Operand, into c: Matrix, accumulate: Bool = false, _ workers: Workers
    ) {
        guard let left = a.rounded else {
            return forward(a.matrix, b.matrix, into: c, beta: accumulate ? 1 : 0, workers)
        }
        BlockProduct.multiply(left, by: b.blocks.turned, into: c, adds: accumulate, workers)
    }
}
