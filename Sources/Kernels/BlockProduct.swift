import CKernels

/// Products of matrices of sixteen-bit blocks, on one thread or split among workers.
///
/// Sums within a block are exact, and blocks are added in the order of k: rows, columns
/// at multiples of 32 and k at multiples of 64 may be cut without a bit changing.
enum BlockProduct {
    /// Whether this CPU has the instructions.
    static let isSupported = ck_block16_supported() != 0

    /// A second pair of operands whose product is added.
    typealias Term = (a: BlockMatrix, b: BlockFactor)

    /// c = a · b (+ a₂ · b₂) (+ c). a may be taken turned (transposed). The bits are
    /// those of one product after the other.
    static func multiply(
        _ a: BlockMatrix, turned: Bool = false, by b: BlockFactor, plus term: Term? = nil, into c: Matrix,
        adds: Bool = false, _ scratch: Scratch
    ) {
        precondition((turned ? a.columns : a.rows) == c.rows && b.columns == c.columns)
        precondition((turned ? a.rows : a.columns) == b.inner)
        precondition(turned || a.call.column % BlockMatrix.block == 0)
        if let term {
            precondition(term.a.rows == c.rows && term.b.columns == c.columns)
            precondition(term.a.columns == term.b.inner && term.a.call.column % BlockMatrix.block == 0)
        }
        if c.rows == 0 || c.columns == 0 { return }
        if b.inner == 0 { return adds ? () : c.fill(0) }
        var call = ck_block16_product(
            a: a.call, a_turned: turned ? 1 : 0, b: b.call, b_form: b.form, a2: (term?.a ?? a).call,
            b2: (term?.b ?? b).call, b2_form: (term?.b ?? b).form, c: c.base, ldc: c.stride, rows: c.rows,
            columns: c.columns, inner: b.inner, inner2: term?.b.inner ?? 0, adds: adds ? 1 : 0)
        ck_block16_multiply(&call, scratch.words(ck_block16_scratch(&call)))
    }

    /// The same, split among the workers.
    ///
    /// By columns, so that each thread rearranges its own part of b and no other's;
    /// by rows where there are far more rows than columns.
    static func multiply(
        _ a: BlockMatrix, turned: Bool = false, by b: BlockFactor, plus term: Term? = nil, into c: Matrix,
        adds: Bool = false, _ workers: Workers
    ) {
        func work(_ rows: Range<Int>, _ columns: Range<Int>, _ thread: Int) {
            multiply(
                turned ? a[columns: rows] : a[rows: rows], turned: turned, by: b[columns: columns],
                plus: term.map { ($0.a[rows: rows], $0.b[columns: columns]) },
                into: c[rows: rows][columns: columns], adds: adds, workers.scratch[thread])
        }
        let grain = BlockMatrix.grain
        if c.rows > 2 * c.columns || c.columns < grain * workers.count {
            workers.splitByThread(c.rows, grain: turned ? grain : 12) { work($0, 0..<c.columns, $1) }
        } else {
            workers.splitByThread(c.columns, grain: grain) { work(0..<c.rows, $0, $1) }
        }
    }
}
