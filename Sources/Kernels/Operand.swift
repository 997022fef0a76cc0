/// The left side of products: numbers, and beside them their bf16 copy where
/// that is what products take in.
///
/// Made once for rows that go into several products (q, k and v; gate and up;
/// the frozen weight and the adapter), so that they are rounded once.
public struct Operand: Sendable {
    /// The numbers themselves.
    public let matrix: Matrix
    let rounded: BFloatMatrix?

    /// The operand of a matrix, rounded into the arena where precision asks for it.
    public init(_ matrix: Matrix, precision: Precision, arena: Arena, _ workers: Workers) {
        self.matrix = matrix
        guard precision == .bfloat16 else {
            rounded = nil
            return
        }
        let copy = arena.bfloatMatrix(matrix.rows, matrix.columns)
        workers.split(matrix.rows, grain: 8) { copy[rows: $0].take(matrix[rows: $0]) }
        rounded = copy
    }

    private init(matrix: Matrix, rounded: BFloatMatrix?) {
        self.matrix = matrix
        self.rounded = rounded
    }

    /// Some rows of it.
    public subscript(rows range: Range<Int>) -> Operand {
        Operand(matrix: matrix[rows: range], rounded: rounded?[rows: range])
    }

    /// How many rows there are.
    public var rows: Int { matrix.rows }
    /// How many numbers a row has.
    public var columns: Int { matrix.columns }
}

extension Operand {
    /// The bf16 copy, for a product that is computed in bf16.
    var bfloat: BFloatMatrix {
        guard let rounded else { preconditionFailure("an operand was not rounded") }
        return rounded
    }
}
