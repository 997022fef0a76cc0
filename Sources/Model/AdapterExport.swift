import Checkpoint
import Kernels

/// An adapter as llama.cpp loads it beside a GGUF.
public struct AdapterExport {
    private let config: DecoderConfig
    private let adapter: Adapter
    private let type: WeightFormat
    private let workers: Workers

    /// An adapter for a model; throws where a GGUF adapter cannot say what it is.
    public init(
        _ adapter: Adapter, for config: DecoderConfig, type: WeightFormat, workers: Workers
    ) throws(ExportError) {
        if adapter.places.isEmpty { throw .adapterEmpty }
        if adapter.places.contains(where: { $0.part.magnitude != nil }) { throw .magnitudesInAdapter }
        guard [.float32, .float16, .bfloat16].contains(type) else {
            throw .typeNotInFormat(type.elementType.rawValue, .gguf)
        }
        self.config = config
        self.adapter = adapter
        self.type = type
        self.workers = workers
    }

    /// llama.cpp multiplies with alpha / rank, and knows one alpha for all.
    private var alpha: Float { adapter.places.first.map { $0.part.scale * Float($0.part.rank) } ?? 0 }

    /// What the file says of itself.
    public func metadata(name: String) -> [(String, GGUFEntry)] {
        [
            ("general.architecture", .string(config.family.rawValue)), ("general.type", .string("adapter")),
            ("general.name", .string(name)), ("adapter.type", .string("lora")),
            ("adapter.lora.alpha", .f32(alpha)),
        ] + ModelExport.fileType(type)
    }

    /// The pairs of matrices, named after what they change.
    ///
    /// Where a part's scale is not alpha / rank (rsLoRA with several ranks, an alpha
    /// of its own), the difference goes into its B.
    public var tensors: [TensorSource] {
        let names = WeightNames(isGGUF: true, family: config.family)
        return adapter.places.flatMap { layer, projection, part in
            let name = names.projection(projection, layer)
            let b = Matrix(part.b.rows, part.rank)
            b.gather(config.interleavedRows(projection) ?? Array(0..<part.b.rows), from: part.b)
            b.scale(by: part.scale * Float(part.rank) / alpha)
            return [source(name + ".lora_a", part.a), source(name + ".lora_b", b)]
        }
    }

    private func source(_ name: String, _ matrix: Matrix) -> TensorSource {
        TensorSource(
            name: name, type: type.elementType, shape: [matrix.rows, matrix.columns],
            bytes: type.encoded(matrix, workers))
    }
}
