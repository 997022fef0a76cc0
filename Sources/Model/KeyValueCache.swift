import Kernels

/// The keys and values of every layer, by row.
///
/// Rows have no order of their own: a text is a list of spans. Whoever runs the
/// decoder decides which rows are free.
public final class KeyValueCache {
    let keys: [Matrix]
    let values: [Matrix]
    /// How many rows there are.
    public let capacity: Int

    /// Room for `capacity` rows.
    public init(_ config: DecoderConfig, capacity: Int) {
        self.capacity = capacity
        keys = (0..<config.layerCount).map { _ in Matrix(capacity, config.keyValueWidth) }
        values = (0..<config.layerCount).map { _ in Matrix(capacity, config.keyValueWidth) }
    }

    func store(_ k: Matrix, _ v: Matrix, layer: Int, segments: [Segment], _ workers: Workers) {
        for segment in segments {
            let rows = segment.store..<segment.store + segment.rows.count
            keys[layer][rows: rows].copy(from: k[rows: segment.rows], workers)
            values[layer][rows: rows].copy(from: v[rows: segment.rows], workers)
        }
    }
}
