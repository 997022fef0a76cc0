extension Product {
    /// da = alpha · dc · b + beta · da: the gradient of the left side.
    public static func backward(
        _ dc: Matrix, _ b: Matrix, intoLeft da: Matrix, alpha: Float = 1, beta: Float = 0,
        _ workers: Workers
    ) {
        DenseProduct.multiply(dc, by: b, into: da, alpha: alpha, beta: beta, workers)
    }

    /// da = dc · b (+ da), in the precision of the operands.
    public static func backward(
        _ dc: Operand, _ b: Operand, intoLeft da: Matrix, accumulate: Bool = false, _ workers: Workers
    ) {
        guard let left = dc.rounded else {
            return backward(dc.matrix, b.matrix, intoLeft: da, beta: accumulate ? 1 : 0, workers)
        }
        BlockProduct.multiply(left, by: b.blocks.factor, into: da, adds: accumulate, workers)
    }

    /// db = alpha · dcᵀ · a + beta · db: the gradient of the right side.
    public static func backward(
        _ dc: Matrix, _ a: Matrix, intoRight db: Matrix, alpha: Float = 1, beta: Float = 0,
        _ workers: Workers
    ) {
        DenseProduct.multiply(dc, turned: true, by: a, into: db, alpha: alpha, beta: beta, workers)
    }

    /// db += dcᵀ · a, in the precision of the operands.
    ///
    /// The left side of a product is rearranged with more work than the right one: where
    /// it would be the wider, the product is computed turned (transposed).
    public static func accumulate(
        _ dc: Operand, _ a: Operand, intoRight db: Matrix, arena: Arena, _ workers: Workers
    ) {
        guard let left = dc.rounded else {
            return backward(dc.matrix, a.matrix, intoRight: db, beta: 1, workers)
        }
        guard a.columns < dc.columns else {
            return BlockProduct.multiply(
                left, turned: true, by: a.blocks.factor, into: db, adds: true, workers)
        }
        let mark = arena.mark
        defer { arena.release(to: mark) }
        let turned = arena.matrix(a.columns, dc.columns)
        BlockProduct.multiply(a.blocks, turned: true, by: left.factor, into: turned, workers)
        db.add(turned: turned, workers)
    }
}
