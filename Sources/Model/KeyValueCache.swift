import Kernels

/// The keys and values of every layer, by row.
///
/// Rows have no order of their own: a text is a list of spans. Whoever runs the
/// decoder decides which rows are free.
public final class KeyValueCache {
    /// For training, and for weights that were expanded.
    let keys: [Matrix]
    let values: [Matrix]
    /// For inference over packed weights.
    let layers: [CachedRows]
    /// How many rows there are.
    public let capacity: Int

    /// Room for `capacity` rows, in f32.
    public init(_ config: DecoderConfig, capacity: Int) {
        self.capacity = capacity
        layers = []
        keys = (0..<config.layerCount).map { _ in Matrix(capacity, config.keyValueWidth) }
        values = (0..<config.layerCount).map { _ in Matrix(capacity, config.keyValueWidth) }
    }

    /// Room for `capacity` rows of a decoder, in a precision where its weights allow one.
    ///
    /// Rows are taken from the system as they are written.
    public init(for weights: DecoderWeights, capacity: Int, precision: CachePrecision = .float32) {
        self.capacity = capacity
        let config = weights.config
        let (count, width) = (config.layerCount, config.keyValueWidth)
        switch weights.form {
        case .packed:
            (keys, values) = ([], [])
            layers = (0..<count).map { _ in
                CachedRows(
                    rows: capacity, heads: config.keyValueHeadCount, dimension: config.headDimension,
                    precision: precision)
            }
        case .expanded:
            layers = []
            keys = (0..<count).map { _ in Matrix(capacity, width) }
            values = (0..<count).map { _ in Matrix(capacity, width) }
        }
    }

    func store(_ k: Matrix, _ v: Matrix, layer: Int, segments: [Segment], _ workers: Workers) {
        for segment in segments {
            if !layers.isEmpty {
                layers[layer].store(k[rows: segment.rows], v[rows: segment.rows], at: segment.store)
                continue
            }
            let rows = segment.store..<segment.store + segment.rows.count
            keys[layer][rows: rows].copy(from: k[rows: segment.rows], workers)
            values[layer][rows: rows].copy(from: v[rows: segment.rows], workers)
        }
    }
}
