import Kernels

/// The gradients of one adapter, in matrices of the adapter's own shapes.
///
/// Backward adds to them, so that several micro-batches make one step.
public struct Gradients {
    /// The adapter that is trained.
    public let trained: Adapter
    /// Its gradients.
    public let sum: Adapter

    /// Zero gradients for an adapter.
    public init(of adapter: Adapter) {
        trained = adapter
        sum = Adapter(
            parts: adapter.parts.map { layer in
                layer.mapValues {
                    LowRank(
                        a: Matrix($0.a.rows, $0.a.columns), b: Matrix($0.b.rows, $0.b.columns),
                        scale: $0.scale, magnitude: $0.magnitude.map { Matrix($0.rows, $0.columns) })
                }
            })
    }

    /// Sets every gradient to zero.
    public func clear(_ workers: Workers) {
        for matrix in sum.places.flatMap(\.part.matrices) { matrix.fill(0, workers) }
    }

    func adapter(of run: Adapter) -> Adapter? { run === trained ? sum : nil }
}
