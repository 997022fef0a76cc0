/// One side of products: numbers, and beside them their bf16 copy where that is
/// what products take in.
///
/// Made once for rows that go into several products (q, k and v; gate and up;
/// the frozen weight and the adapter), so that they are rounded once. What only
/// products read has no f32 numbers at all: the operation before wrote bf16.
public struct Operand: Sendable {
    private let whole: Matrix?
    let rounded: BFloatMatrix?

    /// The operand of a matrix, rounded into the arena where precision asks for it.
    public init(_ matrix: Matrix, precision: Precision, arena: Arena, _ workers: Workers) {
        whole = matrix
        guard precision == .bfloat16 else {
            rounded = nil
            return
        }
        let copy = arena.bfloatMatrix(matrix.rows, matrix.columns)
        workers.split(matrix.rows, grain: 8) { copy[rows: $0].take(matrix[rows: $0]) }
        rounded = copy
    }

    /// Room for bf16 numbers alone, which hold whatever was there before.
    public init(rounded rows: Int, _ columns: Int, arena: Arena) {
        whole = nil
        rounded = arena.bfloatMatrix(rows, columns)
    }

    private init(whole: Matrix?, rounded: BFloatMatrix?) {
        self.whole = whole
        self.rounded = rounded
    }

    /// Some rows of it.
    public subscript(rows range: Range<Int>) -> Operand {
        Operand(whole: whole?[rows: range], rounded: rounded?[rows: range])
    }

    /// How many rows there are.
    public var rows: Int { rounded?.rows ?? matrix.rows }
    /// How many numbers a row has.
    public var columns: Int { rounded?.columns ?? matrix.columns }

    /// The numbers themselves, where they were kept.
    public var matrix: Matrix {
        guard let whole else { preconditionFailure("an operand has only its bf16 copy") }
        return whole
    }

    /// The bf16 copy, for a product that is computed in bf16.
    var bfloat: BFloatMatrix {
        guard let rounded else { preconditionFailure("an operand was not rounded") }
        return rounded
    }

    /// What only products read: the bf16 copy where there is one.
    public var forProducts: Operand { rounded == nil ? self : Operand(whole: nil, rounded: rounded) }

    /// Copies the rows named by `indices` from another operand that has no f32 numbers.
    public func gather(_ indices: [Int], from other: Operand) {
        let (to, from) = (bfloat, other.bfloat)
        precondition(indices.count == to.rows && from.columns == to.columns)
        for (row, index) in indices.enumerated() {
            (to.base + row * to.stride).update(
                from: from[rows: index..<index + 1].base, count: to.columns)
        }
    }
}
