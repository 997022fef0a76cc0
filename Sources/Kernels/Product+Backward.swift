extension Product {
    /// da = alpha · dc · b + beta · da: the gradient of the left side.
    public static func backward(
        _ dc: Matrix, _ b: Matrix, intoLeft da: Matrix, alpha: Float = 1, beta: Float = 0,
        _ workers: Workers
    ) {
        DenseProduct.multiply(dc, by: b, into: da, alpha: alpha, beta: beta, workers)
    }

    /// da = dc · b (+ da) with dc rounded to bf16.
    static func backward(
        _ dc: Matrix, _ b: BFloatMatrix, intoLeft da: Matrix, accumulate: Bool, _ workers: Workers
    ) {
        workers.splitByThread(da.rows, grain: 8) { rows, thread in
            let product = workers.products[thread]
            product.multiply(
                product.rounded(dc[rows: rows], slot: 0), by: b, into: da[rows: rows], adds: accumulate)
        }
    }

    /// da = alpha · dc · b (+ da) in the precision asked for.
    public static func backward(
        _ dc: Matrix, _ b: Matrix, intoLeft da: Matrix, alpha: Float = 1, accumulate: Bool = false,
        precision: Precision, _ workers: Workers
    ) {
        guard precision == .bfloat16 else {
            return backward(dc, b, intoLeft: da, alpha: alpha, beta: accumulate ? 1 : 0, workers)
        }
        let right = workers.products[0].rounded(b, slot: 2)
        workers.splitByThread(da.rows, grain: 8) { rows, thread in
            let product = workers.products[thread]
            product.multiply(
                product.rounded(dc[rows: rows], slot: 0, scale: alpha), by: right, into: da[rows: rows],
                adds: accumulate)
        }
    }

    /// db = alpha · dcᵀ · a + beta · db: the gradient of the right side.
    public static func backward(
        _ dc: Matrix, _ a: Matrix, intoRight db: Matrix, alpha: Float = 1, beta: Float = 0,
        _ workers: Workers
    ) {
        DenseProduct.multiply(dc, turned: true, by: a, into: db, alpha: alpha, beta: beta, workers)
    }

    /// db += alpha · dcᵀ · a in the precision asked for.
    ///
    /// In bf16 cut in columns of db, never in the rows that are summed over, and
    /// always in the same pieces, so that threads do not change the sum.
    public static func accumulate(
        _ dc: Matrix, _ a: Matrix, intoRight db: Matrix, alpha: Float = 1, precision: Precision,
        _ workers: Workers
    ) {
        guard precision == .bfloat16 else {
            return backward(dc, a, intoRight: db, alpha: alpha, beta: 1, workers)
        }
        let parts = 4
        let left = workers.products[0].rounded(dc, slot: 2, scale: alpha)
        workers.run(parts: parts) { part in
            let columns = db.columns * part / parts..<db.columns * (part + 1) / parts
            let product = workers.products[part % workers.count]
            product.multiply(
                left, turned: true, by: product.rounded(a[columns: columns], slot: 0),
                into: db[columns: columns], adds: true)
        }
    }
}
