import Checkpoint
import Kernels

/// One tensor of a model on its way into another file.
///
/// It is made a block of rows at a time, so that exporting takes the memory of a
/// few rows and never that of the model.
struct ExportedTensor {
    /// What the model's file holds, and how.
    let stored: Tensor
    let storedFormat: WeightFormat
    /// Its name and format in the new file.
    let name: String
    let format: WeightFormat
    /// The stored row that holds each row of the model.
    var storedOrder: [Int]?
    /// The model's row that becomes each row of the new file.
    var newOrder: [Int]?
    /// What is added to each number: a GGUF keeps 1 + w of Gemma's norms.
    var shift: Float = 0
    /// What an adapter changes.
    var part: LowRank?
    let workers: Workers

    /// Numbers of a block: a few megabytes.
    private static let blockNumbers = 1 << 20

    private var columns: Int { stored.shape.last ?? 1 }
    private var rows: Int { columns == 0 ? 0 : stored.elementCount / columns }

    /// The tensor as a writer takes it.
    var source: TensorSource {
        if isUnchanged { return TensorSource(stored, name: name) }
        return TensorSource(name: name, type: format.elementType, shape: stored.shape) {
            (sink) throws(CheckpointError) in
            let step = max(1, Self.blockNumbers / max(columns, 1))
            for start in stride(from: 0, to: rows, by: step) {
                try sink.append(format.encoded(block(start..<min(start + step, rows)), workers))
            }
        }
    }

    /// Whether the bytes stay as they are.
    private var isUnchanged: Bool {
        part == nil && shift == 0 && format == storedFormat
            && (0..<rows).allSatisfy { storedRow($0) == $0 }
    }

    private func modelRow(_ row: Int) -> Int { newOrder?[row] ?? row }

    private func storedRow(_ row: Int) -> Int {
        let row = modelRow(row)
        return storedOrder?[row] ?? row
    }

    /// Some rows of the new file.
    private func block(_ range: Range<Int>) -> Matrix {
        let block = Matrix(range.count, columns)
        decode(range, into: block)
        if shift != 0 { block.add(Matrix(range.count, columns, repeating: shift), workers) }
        if let part { merge(part, range, into: block) }
        return block
    }

    private func decode(_ range: Range<Int>, into block: Matrix) {
        let rowBytes = columns / storedFormat.blockElements * storedFormat.blockBytes
        func decode(_ stored: Range<Int>, into matrix: Matrix) {
            let bytes = self.stored.bytes[stored.lowerBound * rowBytes..<stored.upperBound * rowBytes]
            bytes.withUnsafeBytes { storedFormat.decode($0, into: matrix, workers) }
        }
        if storedOrder == nil, newOrder == nil { return decode(range, into: block) }
        for (index, row) in range.enumerated() {
            let stored = storedRow(row)
            decode(stored..<stored + 1, into: block[rows: index..<index + 1])
        }
    }

    /// W + s·B·A, and with DoRA each row made as long as its magnitude.
    private func merge(_ part: LowRank, _ range: Range<Int>, into block: Matrix) {
        let b = Matrix(range.count, part.rank)
        b.gather(range.map(modelRow), from: part.b)
        Product.backward(b, part.a, intoLeft: block, alpha: part.scale, beta: 1, workers)
        guard let magnitude = part.magnitude else { return }
        for (index, square) in FrozenWeight(block).rowSquares().enumerated() where square > 0 {
            let factor = Double(magnitude[0, modelRow(range.lowerBound + index)]) / square.squareRoot()
            block[rows: index..<index + 1].scale(by: Float(factor))
        }
    }
}

extension WeightFormat {
    /// The checkpoint's word for a format.
    var elementType: ElementType {
        switch self {
        case .float32: .f32
        case .float16: .f16
        case .bfloat16: .bf16
        case .q4_0: .q4_0
        case .q4_1: .q4_1
        case .q5_0: .q5_0
        case .q5_1: .q5_1
        case .q8_0: .q8_0
        case .q4_K: .q4_K
        case .q5_K: .q5_K
        case .q6_K: .q6_K
        }
    }
}

extension Matrix {
    /// A matrix of its own with one number everywhere.
    fileprivate init(_ rows: Int, _ columns: Int, repeating value: Float) {
        self.init(rows, columns)
        fill(value)
    }
}
