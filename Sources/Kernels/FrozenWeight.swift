import CKernels

/// A weight that is never trained: `outputs` rows of `inputs` numbers.
///
/// Laid out for its kernels once, when it is made.
public final class FrozenWeight: Sendable {
    private enum Numbers: Sendable {
        case float32(Matrix)
        case block16(BlockPanels)
        case packed(PackedWeight)
        case cut(CutWeight)
    }

    /// How many numbers come out.
    public let outputs: Int
    /// How many numbers go in.
    public let inputs: Int
    private let numbers: Numbers

    /// Takes the bytes of a weight stored in a format; they are not kept.
    ///
    /// `order`, where given, names the stored row that becomes each row.
    public init(
        outputs: Int, inputs: Int, format: WeightFormat, bytes: UnsafeRawBufferPointer, order: [Int]? = nil,
        precision: Precision = .float32, _ workers: Workers
    ) {
        self.outputs = outputs
        self.inputs = inputs
        switch precision {
        case .float32:
            let all = Matrix(outputs, inputs)
            format.decode(bytes, into: all, order: order, workers)
            numbers = .float32(all)
        case .block16:
            numbers = .block16(
                BlockPanels(
                    outputs: outputs, inputs: inputs, format: format, bytes: bytes, order: order, workers))
        }
    }

    /// Takes the bytes of a weight and keeps them in their format, for inference.
    ///
    /// Nothing is lost against `float32`; memory is the file's size. A head, of which often
    /// only the largest outputs are wanted, is cut in two where its format allows it.
    public init(
        packing bytes: UnsafeRawBufferPointer, outputs: Int, inputs: Int, format: WeightFormat,
        order: [Int]? = nil, isHead: Bool = false, memory: WeightMemory = WeightMemory(blockBytes: 0),
        _ workers: Workers
    ) {
        self.outputs = outputs
        self.inputs = inputs
        if isHead, format == .q8_0, order == nil,
            let cut = CutWeight(outputs: outputs, inputs: inputs, bytes: bytes, memory: memory, workers)
        {
            numbers = .cut(cut)
            return
        }
        numbers = .packed(
            PackedWeight(
                outputs: outputs, inputs: inputs, format: format, bytes: bytes, order: order,
                memory: memory, workers))
    }

    /// What kernels over packed weights take, where it is one.
    var packedCall: ck_packed? {
        if case .packed(let w) = numbers { w.call } else { nil }
    }

    /// Packs a matrix of f32 numbers.
    public convenience init(packing numbers: Matrix, _ workers: Workers) {
        let rows = Matrix(numbers.rows, numbers.columns)
        rows.copy(from: numbers)
        self.init(
            packing: UnsafeRawBufferPointer(start: rows.base, count: rows.rows * rows.columns * 4),
            outputs: rows.rows, inputs: rows.columns, format: .float32, workers)
        withExtendedLifetime(rows) {}
    }

    /// Whether it keeps its file's blocks.
    public var isPacked: Bool {
        switch numbers {
        case .packed, .cut: true
        case .float32, .block16: false
        }
    }

    /// The bytes that its numbers take.
    public var byteCount: Int {
        switch numbers {
        case .float32: outputs * inputs * 4
        case .block16(let w): w.byteCount
        case .packed(let w): w.byteCount
        case .cut(let w): w.byteCount
        }
    }

    /// Takes a matrix as it is.
    public init(_ numbers: Matrix) {
        outputs = numbers.rows
        inputs = numbers.columns
        self.numbers = .float32(numbers)
    }

    /// y = x · Wᵀ, plus the product of another pair (an adapter's) where there is one.
    ///
    /// The first `prompt` rows are computed as a prompt's, the rest as new
    /// tokens'. Which kernel computes a row depends on that alone, never on how
    /// many rows there are, so that an answer does not depend on the crowd.
    public func forward(
        _ x: Operand, plus term: (Operand, Operand)? = nil, into y: Matrix, prompt: Int, _ workers: Workers
    ) {
        precondition(x.columns == inputs && y.columns == outputs && x.rows == y.rows)
        switch numbers {
        case .float32(let w):
            Product.forward(x.matrix[rows: 0..<prompt], w, into: y[rows: 0..<prompt], workers)
            tokens(x.matrix[rows: prompt..<x.rows], w, into: y[rows: prompt..<x.rows], workers)
            if let term { Product.forward(term.0, term.1, into: y, accumulate: true, workers) }
        case .block16(let w):
            BlockProduct.multiply(
                x.blocks, by: w.turned, plus: term.map { ($0.0.blocks, $0.1.blocks.turned) }, into: y, workers
            )
        case .packed(let w):
            w.forward(x.matrix, into: y, prompt: prompt, workers)
            if let term { Product.forward(term.0, term.1, into: y, accumulate: true, workers) }
        case .cut(let w):
            w.forward(x.matrix, into: y, prompt: prompt, workers)
            if let term { Product.forward(term.0, term.1, into: y, accumulate: true, workers) }
        }
    }

    /// Those outputs of one row whose number divided by 64 is listed; the others hold anything.
    ///
    /// They are the numbers that `forward` gives. For packed weights.
    public func forward(
        _ x: Matrix, blocks: [Int], into y: Matrix, isPrompt: Bool, _ workers: Workers
    ) {
        precondition(x.rows == 1 && x.columns == inputs && y.columns == outputs && y.rows == 1)
        switch numbers {
        case .packed(let w): w.forward(x, blocks: blocks, into: y, isPrompt: isPrompt, workers)
        case .cut(let w): w.forward(x, blocks: blocks, into: y, isPrompt: isPrompt, workers)
        case .float32, .block16: preconditionFailure("a weight is not packed")
        }
    }

    /// Of each new token's row at least those outputs that may be among its so many largest.
    ///
    /// They are the numbers that `forward` gives; the others are those too, or -∞. Gives how many
    /// bytes of the weight were read.
    public func forward(_ x: Matrix, largest counts: [Int], into y: Matrix, _ workers: Workers) -> Int {
        precondition(x.columns == inputs && y.columns == outputs && y.rows == x.rows)
        // Many rows together are bound by arithmetic: then it must not be done twice.
        if case .cut(let w) = numbers, x.rows <= 4 || counts.allSatisfy({ $0 == 1 }) {
            return w.forward(x, largest: counts, into: y, workers)
        }
        switch numbers {
        case .packed(let w): w.forward(x, into: y, prompt: 0, workers)
        case .cut(let w): w.forward(x, into: y, prompt: 0, workers)
        case .float32(let w): tokens(x, w, into: y, workers)
        case .block16: preconditionFailure("a head is not packed")
        }
        return byteCount
    }

    /// New tokens' rows: every row of the weight is read once for all of them.
    private func tokens(_ x: Matrix, _ w: Matrix, into y: Matrix, _ workers: Workers) {
        if x.rows == 0 { return }
        workers.split(outputs, grain: 16) { range in
            Kernel.table.pointee.matvec(
                w[rows: range].base, w.stride, x.base, x.stride, y.base + range.lowerBound, y.stride,
                range.count, x.rows, inputs)
        }
    }

    /// dx = dy · W, plus the product of another pair where there is one (+ dx).
    public func backward(
        _ dy: Operand, plus term: (Operand, Operand)? = nil, into dx: Matrix, accumulate: Bool = false,
        _ workers: Workers
    ) {
        precondition(dx.columns == inputs && dy.columns == outputs && dx.rows == dy.rows)
        switch numbers {
        case .float32(let w):
            Product.backward(dy.matrix, w, intoLeft: dx, beta: accumulate ? 1 : 0, workers)
            if let term { Product.backward(term.0, term.1, intoLeft: dx, accumulate: true, workers) }
        case .block16(let w):
            BlockProduct.multiply(
                dy.blocks, by: w.factor, plus: term.map { ($0.0.blocks, $0.1.blocks.factor) }, into: dx,
                adds: accumulate, workers)
        case .packed(let w):
            // Inference has no way back; who asks for one pays for the numbers.
            Product.backward(
                dy.matrix, w.expanded(workers), intoLeft: dx, beta: accumulate ? 1 : 0, workers)
            if let term { Product.backward(term.0, term.1, intoLeft: dx, accumulate: true, workers) }
        case .cut(let w):
            Product.backward(
                dy.matrix, w.expanded(workers), intoLeft: dx, beta: accumulate ? 1 : 0, workers)
            if let term { Product.backward(term.0, term.1, intoLeft: dx, accumulate: true, workers) }
        }
    }

    /// The sum of squares of each row.
    public func rowSquares() -> [Double] {
        let row = Matrix(1, inputs)
        return (0..<outputs).map { index in
            copy(row: index, into: row)
            return Kernel.table.pointee.sum_of_squares(row.base, inputs)
        }
    }

    /// target[i] = scale · W[indices[i]]: the look-up of an embedding.
    public func gather(_ indices: [Int32], scale: Float, into target: Matrix, _ workers: Workers) {
        precondition(target.columns == inputs && target.rows == indices.count)
        workers.split(indices.count) { rows in
            for row in rows {
                let to = target[rows: row..<row + 1]
                copy(row: Int(indices[row]), into: to)
                to.scale(by: scale)
            }
        }
    }

    private func copy(row index: Int, into target: Matrix) {
        precondition(index >= 0 && index < outputs)
        switch numbers {
        case .float32(let w): target.copy(from: w[rows: index..<index + 1])
        case .block16(let w): w.copy(row: index, into: target)
        case .packed(let w): w.copy(row: index, into: target)
        case .cut(let w): w.copy(row: index, into: target)
        }
    }
}
