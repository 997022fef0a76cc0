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

    /// ‖w‖² of each row of the frozen matrix this stands beside, found once.
    private var squares: (of: ObjectIdentifier, values: [Double])?

    /// The rank.
    public var rank: Int { a.rows }

    /// Everything that is trained, in a fixed order.
    public var matrices: [Matrix] { [a, b] + [magnitude].compactMap { $0 } }

    /// What backward needs of a forward call.
    struct Kept {
        /// s · x · Aᵀ, of the x that dropout left.
        let inner: Operand
        /// DoRA's factor of each output.
        let factors: [Float]?
    }

    /// The first product, and DoRA's factors where there are any.
    func begin(_ x: Operand, over frozen: FrozenWeight, noise: RunNoise?, _ pass: Pass) -> Kept {
        let mark = pass.store === pass.arena ? nil : pass.arena.mark
        defer { if let mark { pass.arena.release(to: mark) } }
        let inner = pass.precision == .float32 ? pass.kept(x.rows, rank) : pass.matrix(x.rows, rank)
        Product.forward(dropped(x, noise, pass), pass.operand(a), into: inner, pass.workers)
        inner.scale(by: scale, pass.workers)
        return Kept(inner: pass.keptOperand(inner), factors: factors(over: frozen, pass))
    }

    /// The second product's operands: what is added to x·Wᵀ.
    func term(_ kept: Kept, _ pass: Pass) -> (Operand, Operand) { (kept.inner, pass.operand(b)) }

    /// The matrices in panels, and DoRA's factors: what does not change from step to step.
    private struct Ready {
        let a: FrozenWeight
        let b: FrozenWeight
        let factors: [Float]?
    }

    /// The same numbers over a packed weight, where nothing is trained.
    func forwardReady(_ x: Operand, into y: Matrix, over frozen: FrozenWeight, _ pass: Pass) {
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
        inner.scale(by: scale, pass.workers)
        ready.b.forward(pass.operand(inner), into: part, prompt: x.rows, pass.workers)
        y.add(part, pass.workers)
        if let factors = ready.factors { y.scaleColumns(by: factors) }
    }

    func dropped(_ x: Operand, _ noise: RunNoise?, _ pass: Pass) -> Operand {
        guard let noise else { return x }
        let y = pass.matrix(x.rows, x.columns)
        Dropout.apply(x.matrix, into: y, keys: noise.keys, rate: noise.rate, pass.workers)
        return pass.operand(y)
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
        let squares = squares(of: frozen)
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

    private func squares(of frozen: FrozenWeight) -> [Double] {
        if let squares, squares.of == ObjectIdentifier(frozen) { return squares.values }
        let values = frozen.rowSquares()
        squares = (ObjectIdentifier(frozen), values)
        return values
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
