import CKernels

/// The f32 product that every other is made of.
///
/// Each number is one sum in the order of k, wherever it stands: its bits do not
/// depend on how many rows and columns there are, nor on how they are split
/// among threads. OpenBLAS keeps neither promise (its edge kernels sum in
/// another order), and is half as fast here.
enum DenseProduct {
    /// c = alpha · a · b + beta · c, where a and b may be taken turned (transposed).
    static func multiply(
        _ a: Matrix, turned ta: Bool = false, by b: Matrix, turning tb: Bool = false,
        into c: Matrix, alpha: Float = 1, beta: Float = 0, _ workers: Workers
    ) {
        let inner = ta ? a.rows : a.columns
        precondition((ta ? a.columns : a.rows) == c.rows && (tb ? b.rows : b.columns) == c.columns)
        precondition((tb ? b.columns : b.rows) == inner)
        func work(_ rows: Range<Int>, _ columns: Range<Int>, _ thread: Int) {
            multiply(
                ta ? a[columns: rows] : a[rows: rows], turned: ta,
                by: tb ? b[rows: columns] : b[columns: columns], turning: tb,
                into: c[rows: rows][columns: columns], alpha: alpha, beta: beta, workers.scratch[thread])
        }
        // Columns, because each thread then prepares its own panels of b and no
        // other's; rows where there are too few panels to be shared evenly.
        let panels = (c.columns + panelWidth - 1) / panelWidth
        if panels % workers.count == 0 || panels >= 4 * workers.count || c.rows < 8 * workers.count {
            workers.splitByThread(c.columns, grain: panelWidth) { work(0..<c.rows, $0, $1) }
        } else {
            workers.splitByThread(c.rows, grain: 4) { work($0, 0..<c.columns, $1) }
        }
    }

    /// Which side of a product stands for keys; the other one for rows, each of which sees the
    /// keys up to its own number and `diagonal`.
    ///
    /// What a row does not see is zero, so it is not multiplied; where it would be the result
    /// it is not computed.
    struct Sight {
        let keys: ck_keys
        let diagonal: Int
    }

    /// The same on one thread.
    static func multiply(
        _ a: Matrix, turned ta: Bool = false, by b: Matrix, turning tb: Bool = false,
        into c: Matrix, alpha: Float = 1, beta: Float = 0, sees: Sight? = nil, _ scratch: Scratch
    ) {
        let inner = ta ? a.rows : a.columns
        var call = ck_product(
            a: a.base, a_row: ta ? 1 : a.stride, a_k: ta ? a.stride : 1,
            b: b.base, b_k: tb ? 1 : b.stride, b_column: tb ? b.stride : 1,
            c: c.base, ldc: c.stride, rows: c.rows, columns: c.columns, inner: inner, alpha: alpha,
            beta: beta, keys: sees?.keys ?? CK_NO_KEYS, diagonal: sees?.diagonal ?? 0)
        Kernel.table.pointee.product(&call, scratch.numbers(inner * panelWidth))
    }

    /// c = a · b, where b's columns were turned in panels.
    static func multiply(
        _ a: Matrix, byPanels panels: UnsafePointer<Float>, into c: Matrix, sees: Sight
    ) {
        var call = ck_product(
            a: a.base, a_row: a.stride, a_k: 1, b: nil, b_k: 0, b_column: 0, c: c.base, ldc: c.stride,
            rows: c.rows, columns: c.columns, inner: a.columns, alpha: 1, beta: 0,
            keys: sees.keys, diagonal: sees.diagonal)
        Kernel.table.pointee.product_of_panels(&call, panels)
    }

    private static var panelWidth: Int { Kernel.table.pointee.panel_width }
}
