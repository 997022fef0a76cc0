import CKernels

/// Products of bf16 matrices by our own kernel, on one thread.
///
/// Each number is one sum in the order of k, wherever it stands, as in
/// `DenseProduct`: rows, columns and k may be cut anywhere without a bit changing.
enum BFloatProduct {
    /// Whether this CPU has the instructions.
    static let isSupported = ck_bfloat_supported() != 0

    /// A second pair of operands whose product is added.
    typealias Term = (a: BFloatMatrix, b: BFloatMatrix)

    /// c = a · b (+ a₂ · b₂) (+ c). a may be taken turned (transposed), and b
    /// together with b₂; the bits are those of one product after the other.
    static func multiply(
        _ a: BFloatMatrix, turned ta: Bool = false, by b: BFloatMatrix, turning tb: Bool = false,
        plus term: Term? = nil, into c: Matrix, adds: Bool = false, _ scratch: Scratch
    ) {
        let inner = ta ? a.rows : a.columns
        precondition((ta ? a.columns : a.rows) == c.rows && (tb ? b.rows : b.columns) == c.columns)
        precondition((tb ? b.columns : b.rows) == inner)
        if let term {
            precondition(term.a.rows == c.rows && (tb ? term.b.rows : term.b.columns) == c.columns)
            precondition(term.a.columns == (tb ? term.b.columns : term.b.rows))
        }
        if c.rows == 0 || c.columns == 0 { return }
        if inner == 0 { return adds ? () : c.fill(0) }
        var call = ck_bfloat_product(
            a: a.base, lda: a.stride, a_turned: ta ? 1 : 0, b: b.base, ldb: b.stride, b_turned: tb ? 1 : 0,
            a2: term?.a.base, lda2: term?.a.stride ?? 0, b2: term?.b.base, ldb2: term?.b.stride ?? 0,
            b2_turned: tb ? 1 : 0, c: c.base, ldc: c.stride, rows: c.rows, columns: c.columns, inner: inner,
            inner2: term?.a.columns ?? 0, adds: adds ? 1 : 0)
        ck_bfloat_multiply(&call, scratch.words(ck_bfloat_scratch(&call)))
    }

    /// The same, split among the workers.
    ///
    /// By columns, so that each thread rearranges its own part of b and no other's;
    /// by rows where there are far more rows than columns.
    static func multiply(
        _ a: BFloatMatrix, turned ta: Bool = false, by b: BFloatMatrix, turning tb: Bool = false,
        plus term: Term? = nil, into c: Matrix, adds: Bool = false, _ workers: Workers
    ) {
        func part(_ b: BFloatMatrix, _ columns: Range<Int>) -> BFloatMatrix {
            tb ? b[rows: columns] : b[columns: columns]
        }
        func work(_ rows: Range<Int>, _ columns: Range<Int>, _ thread: Int) {
            multiply(
                ta ? a[columns: rows] : a[rows: rows], turned: ta, by: part(b, columns), turning: tb,
                plus: term.map { ($0.a[rows: rows], part($0.b, columns)) },
                into: c[rows: rows][columns: columns], adds: adds, workers.scratch[thread])
        }
        let panel = 32
        if c.rows > 2 * c.columns || c.columns < panel * workers.count {
            workers.splitByThread(c.rows, grain: 12) { work($0, 0..<c.columns, $1) }
        } else {
            workers.splitByThread(c.columns, grain: panel) { work(0..<c.rows, $0, $1) }
        }
    }
}
