import CKernels

/// A frozen weight in sixteen-bit blocks, laid out once for its products.
///
/// 64 rows and 64 columns share a scale, so that both ways through the weight, x·Wᵀ
/// and dy·W, see the same numbers. Panels of 32 rows stand as x·Wᵀ reads them; dy·W
/// turns them on the way, which costs what turning rows would.
struct BlockPanels: Sendable {
    let storage: Storage
    let outputs: Int
    let inputs: Int
    private let offset: Int

    private static let panel = 32
    private var blocks: Int { (inputs + BlockMatrix.block - 1) / BlockMatrix.block }
    private var panels: Int { (outputs + Self.panel - 1) / Self.panel }
    private var panelNumbers: Int { blocks * BlockMatrix.block * Self.panel }
    /// The bytes it takes.
    var byteCount: Int { storage.byteCount }

    /// Takes the bytes of a weight stored in a format; they are not kept.
    init(
        outputs: Int, inputs: Int, format: WeightFormat, bytes: UnsafeRawBufferPointer, order: [Int]?,
        _ workers: Workers
    ) {
        let block = BlockMatrix.block
        let blocks = (inputs + block - 1) / block
        let groups = (outputs + block - 1) / block
        let panels = (outputs + Self.panel - 1) / Self.panel
        self.outputs = outputs
        self.inputs = inputs
        offset = panels * Self.panel * blocks * block * 2
        storage = Storage(byteCount: offset + groups * blocks * 4)
        workers.split(groups) { range in
            let lines = Matrix(block, inputs)
            for group in range {
                let rows = group * block..<min((group + 1) * block, outputs)
                format.decode(bytes, rows: rows, of: outputs, into: lines, order: order)
                ck_block16_panels(
                    lines.base, lines.stride, rows.count, inputs,
                    numbers + 2 * group * panelNumbers, scales + group * blocks)
            }
        }
    }

    private var numbers: UnsafeMutablePointer<Int16> { storage.base.assumingMemoryBound(to: Int16.self) }
    private var scales: UnsafeMutablePointer<Float> {
        (storage.base + offset).assumingMemoryBound(to: Float.self)
    }

    private var call: ck_block16 {
        ck_block16(numbers: numbers, step: panelNumbers, scales: scales, scale_step: blocks, column: 0)
    }

    /// W as the right side of dy · W.
    var factor: BlockFactor {
        BlockFactor(storage: storage, call: call, form: CK16_PANELS, inner: outputs, columns: inputs)
    }

    /// Wᵀ as the right side of x · Wᵀ.
    var turned: BlockFactor {
        BlockFactor(storage: storage, call: call, form: CK16_PANELS_TURNED, inner: inputs, columns: outputs)
    }

    /// One row as numbers.
    func copy(row: Int, into target: Matrix) {
        precondition(row >= 0 && row < outputs && target.columns == inputs)
        var call = call
        ck_block16_panel_row(&call, row, inputs, target.base)
    }
}
