/// One side of products: numbers, and beside them their rounded copy where that is
/// what products take in.
///
/// Made once for rows that go into several products (q, k and v; gate and up;
/// the frozen weight and the adapter), so that they are rounded once. What only
/// products read has no f32 numbers at all: the operation before wrote blocks.
public struct Operand: Sendable {
    private let whole: Matrix?
    let rounded: BlockMatrix?

    /// The operand of a matrix, rounded into the arena where precision asks for it.
    public init(_ matrix: Matrix, precision: Precision, arena: Arena, _ workers: Workers) {
        whole = matrix
        guard precision == .block16 else {
            rounded = nil
            return
        }
        let copy = arena.blockMatrix(matrix.rows, matrix.columns)
        workers.split(matrix.rows, grain: 8) { copy[rows: $0].take(matrix[rows: $0]) }
        rounded = copy
    }

    /// Room for rounded numbers alone, which hold whatever was there before.
    public init(rounded rows: Int, _ columns: Int, arena: Arena) {
        whole = nil
        rounded = arena.blockMatrix(rows, columns)
    }

    private init(whole: Matrix?, rounded: BlockMatrix?) {
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
        guard let whole else { preconditionFailure("an operand has only its rounded copy") }
        return whole
    }

    /// The rounded copy, for a product that is computed in blocks.
    var blocks: BlockMatrix {
        guard let rounded else { preconditionFailure("an operand was not rounded") }
        return rounded
    }

    /// What only products read: the rounded copy where there is one.
    public var forProducts: Operand { rounded == nil ? self : Operand(whole: nil, rounded: rounded) }

    /// Copies the rows named by `indices` from another operand that has no f32 numbers.
    public func gather(_ indices: [Int], from other: Operand) {
        precondition(indices.count == blocks.rows)
        for (row, index) in indices.enumerated() { blocks.copy(row: row, from: other.blocks, row: index) }
    }
}
