import Foundation
import Kernels

/// The trained part of one projection.
///
/// LoRA: y = x·Wᵀ + s·(x·Aᵀ)·Bᵀ. DoRA, where there is a magnitude m: the same,
/// times m / ‖W + s·B·A‖ output by output; the norm counts as a constant in the
/// gradient, as in PEFT.
public final class LowRank {
    /// A, `rank` rows of the projection's inputs.
    public let a: Matrix
    /// B, a row of `rank` numbers for each output.
    public let b: Matrix
    /// s.
    public let scale: Float
    /// For DoRA, the length of each output's row of weights.
    public let magnitude: Matrix?
    /// The same laid out for inference, made when it is first needed.
    private var ready: Ready?

    /// A pair of matrices with their scale.
    public init(a: Matrix, b: Matrix, scale: Float, magnitude: Matrix? = nil) {
        precondition(a.rows == b.columns && magnitude?.columns ?? b.rows == b.rows)
        self.a = a
        self.b = b
        self.scale = scale
        self.magnitude = magnitude
    }

    /// The rank.
    public var rank: Int { a.rows }

    /// Everything that is trained, in a fixed order.
    public var matrices: [Matrix] { [a, b] + [magnitude].compactMap { $0 } }

    /// What backward needs of a forward call.
    struct Kept {
        /// x · Aᵀ, of the x that dropout left.
        let inner: Matrix
        /// DoRA's factor of each output.
        let factors: [Float]?
    }

    /// Turns y = x·Wᵀ into the sum above, before any bias.
    func forward(
        _ x: Operand, into y: Matrix, over frozen: FrozenWeight, noise: RunNoise?, _ pass: Pass
    ) -> Kept {
        if frozen.isPacked, noise == nil { return forwardReady(x, into: y, over: frozen, pass) }
        let inner = pass.kept(x.rows, rank)
        let mark = pass.arena.mark
        defer { pass.arena.release(to: mark) }
        Product.forward(dropped(x, noise, pass), pass.operand(a), into: inner, pass.workers)
        Product.forward(
            pass.operand(scaled(inner, pass)), pass.operand(b), into: y, accumulate: true, pass.workers)
        let factors = factors(over: frozen, pass)
        if let factors { y.scaleColumns(by: factors) }
        return Kept(inner: inner, factors: factors)
    }

    /// The matrices in panels, and DoRA's factors: what does not change from step to step.
    private struct Ready {
        let a: FrozenWeight
        let b: FrozenWeight
        let factors: [Float]?
    }

    /// The same numbers over a packed weight, where nothing is trained.
    private func forwardReady(
        _ x: Operand, into y: Matrix, over frozen: FrozenWeight, _ pass: Pass
    ) -> Kept {
        let ready =
            ready
            ?? Ready(
                a: FrozenWeight(packing: a, pass.workers), b: FrozenWeight(packing: b, pass.workers),
                factors: factors(over: frozen, pass))
        self.ready = ready
        let mark = pass.arena.mark
        defer { pass.arena.release(to: mark) }
        let inner = pass.matrix(x.rows, rank)
        ready.a.forward(x, into: inner, prompt: x.rows, pass.workers)
        let part = pass.matrix(x.rows, y.columns)
        ready.b.forward(pass.operand(scaled(inner, pass)), into: part, prompt: x.rows, pass.workers)
        y.add(part, pass.workers)
        if let factors = ready.factors { y.scaleColumns(by: factors) }
        return Kept(inner: inner, factors: ready.factors)
    }

    func dropped(_ x: Operand, _ noise: RunNoise?, _ pass: Pass) -> Operand {
        guard let noise else { return x }
        let y = pass.matrix(x.rows, x.columns)
        Dropout.apply(x.matrix, into: y, keys: noise.keys, rate: noise.rate, pass.workers)
        return pass.operand(y)
    }

    /// s · x, which is x where s is one.
    func scaled(_ x: Matrix, _ pass: Pass) -> Matrix {
        if scale == 1 { return x }
        let y = pass.matrix(x.rows, x.columns)
        y.copy(from: x)
        y.scale(by: scale)
        return y
    }

    /// m / ‖W + s·B·A‖, where the square of the norm is
    /// ‖w‖² + 2s·b·(A·w) + ‖s·b·A‖² for each row w of W and b of B.
    private func factors(over frozen: FrozenWeight, _ pass: Pass) -> [Float]? {
        guard let magnitude else { return nil }
        let (arena, workers) = (pass.arena, pass.workers)
        let mark = arena.mark
        defer { arena.release(to: mark) }
        let aw = arena.matrix(rank, frozen.outputs)
        frozen.forward(pass.operand(a), into: aw, prompt: rank, workers)
        let gram = arena.matrix(rank, rank)
        Product.forward(a, a, into: gram, workers)
        let bGram = arena.matrix(b.rows, rank)
        Product.forward(b, gram, into: bGram, workers)
        let squares = frozen.rowSquares()
        return (0..<b.rows).map { output in
            var cross = 0.0
            var own = 0.0
            for r in 0..<rank {
                cross += Double(b[output, r]) * Double(aw[r, output])
                own += Double(b[output, r]) * Double(bGram[output, r])
            }
            let s = Double(scale)
            let norm = max(squares[output] + 2 * s * cross + s * s * own, 0).squareRoot()
            return Float(Double(magnitude[0, output]) / norm)
        }
    }

    /// The magnitude with which DoRA changes nothing: ‖W + s·B·A‖.
    static func magnitude(a: Matrix, b: Matrix, scale: Float, over frozen: FrozenWeight, _ pass: Pass)
        -> Matrix
    {
        let ones = Matrix(1, b.rows)
        ones.fill(1)
        let part = LowRank(a: a, b: b, scale: scale, magnitude: ones)
        return Matrix(1, b.rows, (part.factors(over: frozen, pass) ?? []).map { 1 / $0 })
    }
}

/// The dropout of one run of rows in one projection of one layer.
struct RunNoise {
    let keys: [UInt64]
    let rate: Float
}
