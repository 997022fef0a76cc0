import Checkpoint
import Kernels

/// A model, perhaps with an adapter merged into it, ready to be written.
///
/// Everything that can be wrong with the model is found when the value is made;
/// the weights are read when their turn comes to be written.
public struct ModelExport {
    /// The model's configuration.
    public let config: DecoderConfig
    let adapter: Adapter?
    let workers: Workers
    private let loader: WeightLoader
    private let names: WeightNames

    /// Looks at a model's files and an adapter for it.
    public init(_ files: ModelFiles, adapter: Adapter?, workers: Workers) throws {
        loader = try WeightLoader(files, workers: workers)
        try loader.check()
        config = loader.config
        names = loader.names
        self.adapter = adapter
        self.workers = workers
    }

    /// The type in which nothing of the stored weights is lost: their own where
    /// it is plain, else f16, which is finer than any quantised block.
    public var plainType: WeightFormat {
        let format = loader.tensors[names.embedding].flatMap { WeightFormat($0.type) } ?? .float16
        return [.float32, .float16, .bfloat16].contains(format) ? format : .float16
    }

    /// The tensors in a format, to be given to its writer.
    ///
    /// In a GGUF vectors are always f32, as llama.cpp wants them; with 4-bit
    /// weights the embedding and the head stay at 8 bits, because errors there
    /// reach every logit; rows that do not fill blocks of 32 become f16.
    public func tensors(_ format: ExportFormat, type: WeightFormat) throws -> [TensorSource] {
        try check(format, type)
        var made: [TensorSource] = []
        for slot in slots(format == .gguf ? WeightNames(isGGUF: true, family: config.family) : nil) {
            let (stored, storedFormat) = try loader.tensor(slot.stored, slot.shape)
            var tensor = ExportedTensor(
                stored: stored, storedFormat: storedFormat, name: slot.name,
                format: Self.format(slot, in: format, type), workers: workers)
            if slot.isNorm, config.family == .gemma3, names.isGGUF != (format == .gguf) {
                tensor.shift = names.isGGUF ? -1 : 1
            }
            if let (layer, projection) = slot.place {
                if names.isGGUF { tensor.storedOrder = config.interleavedPlaces(projection) }
                if format == .gguf { tensor.newOrder = config.interleavedRows(projection) }
                if !slot.isVector { tensor.part = adapter?.parts[layer][projection] }
            }
            made.append(tensor.source)
        }
        if format == .gguf, let divisors = config.rotaryDivisors {
            made.append(TensorSource(name: "rope_freqs.weight", shape: [divisors.count], floats: divisors))
        }
        return made
    }

    private static func format(_ slot: Slot, in format: ExportFormat, _ type: WeightFormat) -> WeightFormat {
        if format == .gguf, slot.isVector { return .float32 }
        let wanted: WeightFormat = slot.isTable && type == .q4_0 ? .q8_0 : type
        return (slot.shape.last ?? 0) % wanted.blockElements == 0 ? wanted : .float16
    }

    /// A place for a tensor, in the model's file and in the new one.
    private struct Slot {
        var stored: String
        var name: String
        var shape: [Int]
        var isNorm = false
        /// Whether it is the embedding or the head.
        var isTable = false
        var place: (layer: Int, projection: Projection)?
        var isVector: Bool { shape.count == 1 }
    }

    /// All places, named anew by the GGUF's names or by Hugging Face's.
    private func slots(_ gguf: WeightNames?) -> [Slot] {
        let new = gguf ?? WeightNames(isGGUF: false, family: config.family)
        let hidden = config.hiddenSize
        let table = [config.vocabularySize, hidden]
        func norm(_ name: (WeightNames) -> String, _ width: Int) -> Slot {
            Slot(stored: name(names), name: name(new), shape: [width], isNorm: true)
        }
        var slots = [Slot(stored: names.embedding, name: new.embedding, shape: table, isTable: true)]
        if !config.tiesHead {
            slots.append(Slot(stored: names.head, name: new.head, shape: table, isTable: true))
        }
        slots.append(norm(\.finalNorm, hidden))
        for layer in 0..<config.layerCount {
            slots.append(norm({ $0.inputNorm(layer) }, hidden))
            slots.append(norm({ $0.feedForwardNorm(layer) }, hidden))
            if config.normalisesQueriesAndKeys {
                slots.append(norm({ $0.queryNorm(layer) }, config.headDimension))
                slots.append(norm({ $0.keyNorm(layer) }, config.headDimension))
            }
            if config.normalisesOutputs {
                slots.append(norm({ $0.attentionOutputNorm(layer) }, hidden))
                slots.append(norm({ $0.feedForwardOutputNorm(layer) }, hidden))
            }
            for projection in Projection.allCases {
                let (outputs, inputs) = config.shape(of: projection)
                for (kind, shape) in [("weight", [outputs, inputs]), ("bias", [outputs])]
                where kind == "weight" || config.hasBias(projection) {
                    slots.append(
                        Slot(
                            stored: names.projection(projection, layer, kind),
                            name: new.projection(projection, layer, kind), shape: shape,
                            place: (layer, projection)))
                }
            }
        }
        return slots
    }
}

extension DecoderConfig {
    /// llama.cpp keeps a Llama's q and k with the halves of each head interleaved:
    /// where each row stands in such a file, or nothing where it stands in order.
    func interleavedPlaces(_ projection: Projection) -> [Int]? {
        let half = headDimension / 2
        return perHead(projection) { 2 * ($0 % half) + $0 / half }
    }

    /// The way back: which row stands at each place of such a file.
    func interleavedRows(_ projection: Projection) -> [Int]? {
        let half = headDimension / 2
        return perHead(projection) { $0 % 2 * half + $0 / 2 }
    }

    private func perHead(_ projection: Projection, _ place: (Int) -> Int) -> [Int]? {
        guard family == .llama, projection == .query || projection == .key else { return nil }
        let heads = projection == .query ? headCount : keyValueHeadCount
        return (0..<heads).flatMap { head in
            (0..<headDimension).map { head * headDimension + place($0) }
        }
    }
}
