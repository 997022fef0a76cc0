/// One `LowRank` for each projection that an adapter changes.
public final class Adapter {
    /// Layer by layer, projection by projection.
    public let parts: [[Projection: LowRank]]

    /// Whether any part has magnitudes (DoRA).
    let isDirected: Bool

    /// An adapter of the parts given for each layer.
    public init(parts: [[Projection: LowRank]]) {
        self.parts = parts
        isDirected = parts.contains { $0.values.contains { $0.magnitude != nil } }
    }

    /// The first layer that has a part; below it no gradient is needed.
    public var firstLayer: Int { parts.firstIndex { !$0.isEmpty } ?? parts.count }

    /// Every part with its place, in the order of layers and projections.
    public var places: [(layer: Int, projection: Projection, part: LowRank)] {
        parts.enumerated().flatMap { layer, parts in
            Projection.allCases.compactMap { projection in
                parts[projection].map { (layer, projection, $0) }
            }
        }
    }
}
