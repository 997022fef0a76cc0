extension Product {
    /// da = alpha · dc · b + beta · da: the gradient of the left side.
    public static func backward(
        _ dc: Matrix, _ b: Matrix, intoLeft da: Matrix, alpha: Float = 1, beta: Float = 0,
        _ workers: Workers
    ) {
        DenseProduct.multiply(dc, by: b, into: da, alpha: alpha, beta: beta, workers)
    }

    /// da = dc · b (+ da) in bf16.
    static func backward(
        _ dc: BFloatMatrix, _ b: BFloatMatrix, intoLeft da: Matrix, accumulate: Bool = false,
        _ workers: Workers
    ) {
        workers.splitByThread(da.rows, grain: 8) { rows, thread in
            workers.products[thread].multiply(
                dc[rows: rows], by: b, into: da[rows: rows], adds: accumulate)
        }
    }

    /// da = dc · b (+ da), in the precision of the operands.
    public static func backward(
        _ dc: Operand, _ b: Operand, intoLeft da: Matrix, accumulate: Bool = false, _ workers: Workers
    ) {
        guard let left = dc.rounded else {
            return backward(dc.matrix, b.matrix, intoLeft: da, beta: accumulate ? 1 : 0, workers)
        }
        backward(left, b.bfloat, intoLeft: da, accumulate: accumulate, workers)
    }

    /// db = alpha · dcᵀ · a + beta · db: the gradient of the right side.
    public static func backward(
        _ dc: Matrix, _ a: Matrix, intoRight db: Matrix, alpha: Float = 1, beta: Float = 0,
        _ workers: Workers
    ) {
        DenseProduct.multiply(dc, turned: true, by: a, into: db, alpha: alpha, beta: beta, workers)
    }

    /// db += dcᵀ · a, in the precision of the operands.
    public static func accumulate(
        _ dc: Operand, _ a: Operand, intoRight db: Matrix, _ workers: Workers
    ) {
        guard let left = dc.rounded else {
            return backward(dc.matrix, a.matrix, intoRight: db, beta: 1, workers)
        }
        let right = a.bfloat
        // Always the same pieces, so that the sum is the same for every number of threads.
        let parts = db.columns >= 256 ? 4 : 2
        workers.runByThread(parts: parts) { part, thread in
            let columns = db.columns * part / parts..<db.columns * (part + 1) / parts
            workers.products[thread].multiply(
                left, turned: true, by: right[columns: columns], into: db[columns: columns], adds: true)
        }
    }
}
