extension Product {
    /// da = alpha · dc · b + beta · da: the gradient of the left side.
    public static func backward(
        _ dc: Matrix, _ b: Matrix, intoLeft da: Matrix, alpha: Float = 1, beta: Float = 0,
        _ workers: Workers
    ) {
        workers.split(da.rows, grain: 8) { rows in
            OpenBLAS.multiply(dc[rows: rows], by: b, into: da[rows: rows], alpha: alpha, beta: beta)
        }
    }

    /// db = alpha · dcᵀ · a + beta · db: the gradient of the right side.
    ///
    /// Split by columns of db, never by the rows that are summed over, so that
    /// the sum is the same for every number of threads.
    public static func backward(
        _ dc: Matrix, _ a: Matrix, intoRight db: Matrix, alpha: Float = 1, beta: Float = 0,
        _ workers: Workers
    ) {
        workers.split(db.columns, grain: 16) { columns in
            OpenBLAS.multiply(
                dc, turned: true, by: a[columns: columns], into: db[columns: columns], alpha: alpha,
                beta: beta)
        }
    }
}
