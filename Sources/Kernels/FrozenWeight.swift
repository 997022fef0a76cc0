/// A weight that is never trained: `outputs` rows of `inputs` numbers.
///
/// Laid out for its kernels once, when it is made.
public final class FrozenWeight: Sendable {
    /// How many numbers come out.
    public let outputs: Int
    /// How many numbers go in.
    public let inputs: Int
    private let numbers: Matrix

    /// Takes the bytes of a weight stored in a format; they are not kept.
    ///
    /// `order`, where given, names the stored row that becomes each row.
    public init(
        outputs: Int, inputs: Int, format: WeightFormat, bytes: UnsafeRawBufferPointer, order: [Int]? = nil,
        _ workers: Workers
    ) {
        self.outputs = outputs
        self.inputs = inputs
        numbers = Matrix(outputs, inputs)
        format.decode(bytes, into: numbers, order: order, workers)
    }

    /// Takes a matrix as it is.
    public init(_ numbers: Matrix) {
        outputs = numbers.rows
        inputs = numbers.columns
        self.numbers = numbers
    }

    /// y = x · Wᵀ.
    ///
    /// The first `prompt` rows are computed as a prompt's, the rest as new
    /// tokens'. Which kernel computes a row depends on that alone, never on how
    /// many rows there are, so that an answer does not depend on the crowd.
    public func forward(_ x: Matrix, into y: Matrix, prompt: Int, _ workers: Workers) {
        precondition(x.columns == inputs && y.columns == outputs && x.rows == y.rows)
        if prompt > 0 {
            workers.split(outputs, grain: 64) { range in
                OpenBLAS.multiply(
                    x[rows: 0..<prompt], by: numbers[rows: range], turning: true,
                    into: y[rows: 0..<prompt][columns: range])
            }
        }
        if prompt < x.rows {
            workers.split(outputs, grain: 16) { range in
                Kernels.table.pointee.matvec(
                    numbers[rows: range].base, numbers.stride, x.base + prompt * x.stride, x.stride,
                    y.base + prompt * y.stride + range.lowerBound, y.stride, range.count, x.rows - prompt,
                    inputs)
            }
        }
    }

    /// The sum of squares of each row.
    public func rowSquares() -> [Double] {
        (0..<outputs).map { row in
            Kernels.table.pointee.sum_of_squares(numbers.base + row * numbers.stride, inputs)
        }
    }

    /// target[i] = scale · W[indices[i]]: the look-up of an embedding.
    public func gather(_ indices: [Int32], scale: Float, into target: Matrix, _ workers: Workers) {
        precondition(target.columns == inputs && target.rows == indices.count)
        workers.split(indices.count) { rows in
            for row in rows {
                let index = Int(indices[row])
                precondition(index >= 0 && index < outputs)
                let to = target[rows: row..<row + 1]
                to.copy(from: numbers[rows: index..<index + 1])
                to.scale(by: scale)
            }
        }
    }

    /// dx = dy · W (+ dx).
    public func backward(_ dy: Matrix, into dx: Matrix, accumulate: Bool = false, _ workers: Workers) {
        precondition(dx.columns == inputs && dy.columns == outputs && dx.rows == dy.rows)
        workers.split(inputs, grain: 64) { range in
            OpenBLAS.multiply(
                dy, by: numbers[columns: range], into: dx[columns: range], beta: accumulate ? 1 : 0)
        }
    }
}
