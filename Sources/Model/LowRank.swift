import Kernels

/// The trained part of one projection: s · (x · Aᵀ) · Bᵀ.
public final class LowRank {
    /// A, `rank` rows of the projection's inputs.
    public let a: Matrix
    /// B, a row of `rank` numbers for each output.
    public let b: Matrix
    /// s.
    public let scale: Float
    /// For DoRA, the length of each output's row of weights.
    public let magnitude: Matrix?

    /// A pair of matrices with their scale.
    public init(a: Matrix, b: Matrix, scale: Float, magnitude: Matrix? = nil) {
        precondition(a.rows == b.columns)
        self.a = a
        self.b = b
        self.scale = scale
        self.magnitude = magnitude
    }

    /// The rank.
    public var rank: Int { a.rows }

    /// y += s · (x · Aᵀ) · Bᵀ; `inner` keeps x · Aᵀ.
    func forward(_ x: Matrix, into y: Matrix, inner: Matrix, _ workers: Workers) {
        Product.forward(x, a, into: inner, workers)
        Product.forward(inner, b, into: y, alpha: scale, beta: 1, workers)
    }
}

/// One `LowRank` for each projection that an adapter changes.
public final class Adapter {
    /// Layer by layer, projection by projection.
    public let parts: [[Projection: LowRank]]

    /// An adapter of the parts given for each layer.
    public init(parts: [[Projection: LowRank]]) { self.parts = parts }

    /// The first layer that has a part; below it no gradient is needed.
    public var firstLayer: Int { parts.firstIndex { !$0.isEmpty } ?? parts.count }
}
