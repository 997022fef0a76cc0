import CKernels

/// All layers of a decoder, for rows of new tokens, as one job of the workers.
///
/// The numbers are those of the operations one by one; what is saved is everything
/// between them, which for a small model is as much as the arithmetic.
public final class TokenStep {
    /// What one layer is made of; the order of `weights` and `biases` is query, key,
    /// value, output, gate, up, down.
    public struct Layer {
        /// The norms, where there are any: before attention, of queries, of keys, after
        /// attention, before the feed-forward block, after it.
        public var norms: [[Float]?]
        /// The seven projections.
        public var weights: [FrozenWeight]
        /// Their biases.
        public var biases: [[Float]?]
        /// The angles.
        public var rotary: Rotary
        /// The attention.
        public var attention: Attention

        /// A layer.
        public init(
            norms: [[Float]?], weights: [FrozenWeight], biases: [[Float]?], rotary: Rotary,
            attention: Attention
        ) {
            precondition(norms.count == 6 && weights.count == 7 && biases.count == 7)
            self.norms = norms
            self.weights = weights
            self.biases = biases
            self.rotary = rotary
            self.attention = attention
        }
    }

    private let layers: [Layer]
    private var calls: [ck_layer]
    private let shape: ck_decoder
    /// Vectors at addresses that stay.
    private let vectors: [Matrix]
    /// How many positions the angles reach.
    private let positions: Int
    private let scratch = Scratch()

    /// A step over layers, or nothing where a weight is not packed.
    public init?(_ layers: [Layer], activation: GatedUnit, epsilon: Float) {
        guard let first = layers.first else { return nil }
        var vectors: [Matrix] = []
        func vector(_ values: [Float]?) -> UnsafePointer<Float>? {
            guard let values else { return nil }
            vectors.append(Matrix(1, values.count, values))
            return vectors.last.map { UnsafePointer($0.base) }
        }
        var calls: [ck_layer] = []
        for layer in layers {
            let packed = layer.weights.compactMap(\.packedCall)
            if packed.count != 7 { return nil }
            var call = ck_layer()
            call.input_norm = vector(layer.norms[0])
            call.query_norm = vector(layer.norms[1])
            call.key_norm = vector(layer.norms[2])
            call.attention_norm = vector(layer.norms[3])
            call.forward_norm = vector(layer.norms[4])
            call.output_norm = vector(layer.norms[5])
            call.weights = (packed[0], packed[1], packed[2], packed[3], packed[4], packed[5], packed[6])
            let biases = layer.biases.map(vector)
            call.biases = (biases[0], biases[1], biases[2], biases[3], biases[4], biases[5], biases[6])
            call.cosines = UnsafePointer(layer.rotary.cosines.base)
            call.sines = UnsafePointer(layer.rotary.sines.base)
            call.window = layer.attention.window ?? Int.max >> 1
            calls.append(call)
        }
        self.layers = layers
        self.calls = calls
        self.vectors = vectors
        positions = layers.map(\.rotary.positions).min() ?? 0
        let attention = first.attention
        shape = ck_decoder(
            layers: nil, layer_count: layers.count, hidden: first.weights[0].inputs,
            intermediate: first.weights[4].outputs, heads: attention.heads,
            kv_heads: attention.keyValueHeads, dim: attention.dimension, epsilon: epsilon,
            scale: attention.scale, activation: activation.code, form: CK_CACHE_F32,
            rounds: Kernel.roundsTokens ? 1 : 0)
    }

    /// A new token's place.
    public struct Row {
        /// The cache rows of its text, in order, up to and including its own.
        public var keys: [Int32]

        /// A row that sees these cache rows, the last of which takes its own keys and values.
        public init(keys: [Int32]) {
            precondition(!keys.isEmpty)
            self.keys = keys
        }
    }

    /// Takes the rows of x through all layers, in place.
    public func run(_ x: Matrix, rows: [Row], cache: [CachedRows], _ workers: Workers) {
        precondition(x.rows == rows.count && x.columns == shape.hidden && x.isContiguous)
        precondition(cache.count == layers.count && !rows.isEmpty)
        for (index, layer) in cache.enumerated() {
            precondition(layer.heads == shape.kv_heads && layer.dimension == shape.dim)
            precondition(layer.rows == cache[0].rows && layer.precision == cache[0].precision)
            calls[index].keys = layer.keys
            calls[index].values = layer.values
        }
        let capacity = cache[0].rows
        var flat: [Int32] = []
        var starts: [Int] = []
        for row in rows {
            precondition(row.keys.count <= positions)
            precondition(row.keys.allSatisfy { $0 >= 0 && Int($0) < capacity })
            starts.append(flat.count)
            flat += row.keys
        }
        let places = rows.map { Int32($0.keys.count - 1) }
        let stores = rows.map { $0.keys[$0.keys.count - 1] }
        calls.withUnsafeBufferPointer { calls in
            flat.withUnsafeBufferPointer { flat in
                let lists = starts.map { start in flat.baseAddress.map { $0 + start } }
                var decoder = shape
                decoder.layers = calls.baseAddress
                decoder.form = cache[0].precision.form
                places.withUnsafeBufferPointer { places in
                    stores.withUnsafeBufferPointer { stores in
                        lists.withUnsafeBufferPointer { lists in
                            var step = ck_step(
                                rows: rows.count, x: x.base, positions: places.baseAddress,
                                store: stores.baseAddress, keys: lists.baseAddress)
                            let room = scratch.numbers(ck_step_scratch(&decoder, &step, workers.count))
                            workers.step(&decoder, &step, room)
                        }
                    }
                }
            }
        }
    }
}
