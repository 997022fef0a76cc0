import Kernels

extension LowRank {
    /// Adds to the gradients of A and B, and carries dy to dx, where it is wanted,
    /// through the frozen matrix and the low-rank way.
    func backward(
        _ dy: Operand, x: Operand, kept: Kept, gradient: LowRank, over frozen: FrozenWeight, noise: RunNoise?,
        into dx: Matrix?, accumulate: Bool, _ pass: Pass
    ) {
        let (arena, workers) = (pass.arena, pass.workers)
        let mark = arena.mark
        defer { arena.release(to: mark) }
        Product.accumulate(dy, kept.inner, intoRight: gradient.b, arena: arena, workers)
        let dinner = arena.matrix(x.rows, rank)
        Product.backward(dy, pass.operand(b), intoLeft: dinner, workers)
        dinner.scale(by: scale, workers)
        let doperand = pass.operand(dinner)
        Product.accumulate(
            doperand, dropped(x, noise, pass), intoRight: gradient.a, arena: arena, workers)
        guard let dx else { return }
        guard let noise else {
            return frozen.backward(
                dy, plus: (doperand, pass.operand(a)), into: dx, accumulate: accumulate, workers)
        }
        frozen.backward(dy, into: dx, accumulate: accumulate, workers)
        let part = arena.matrix(dx.rows, dx.columns)
        Product.backward(doperand, pass.operand(a), intoLeft: part, workers)
        Dropout.apply(part, into: part, keys: noise.keys, rate: noise.rate, workers)
        dx.add(part, workers)
    }

    /// DoRA's first step back: the magnitude's gradient, and dy times the factors.
    func magnitudeBackward(
        _ dy: Operand, x: Operand, kept: Kept, gradient: LowRank, over frozen: FrozenWeight, _ pass: Pass
    ) -> Operand {
        guard let factors = kept.factors, let magnitude, let sum = gradient.magnitude else { return dy }
        let direction = pass.matrix(dy.rows, dy.columns)
        frozen.forward(x, plus: term(kept, pass), into: direction, prompt: x.rows, pass.workers)
        let dy = dy.matrix
        for (output, total) in dy.columnProducts(direction, pass.workers).enumerated() {
            sum[0, output] += Float(total * Double(factors[output]) / Double(magnitude[0, output]))
        }
        direction.copy(from: dy, pass.workers)
        direction.scaleColumns(by: factors)
        return pass.operand(direction)
    }
}
