import Kernels

extension LowRank {
    /// Adds to the gradients of A, B and the magnitude.
    ///
    /// Gives the gradient that goes on to the frozen product (dy times DoRA's
    /// factors), and adds the low-rank way's own part to dx where it is wanted;
    /// the caller has set dx by then.
    func backward(
        _ dy: Operand, x: Operand, kept: Kept, gradient: LowRank, noise: RunNoise?, into dx: Matrix?,
        _ pass: Pass
    ) {
        let (arena, workers) = (pass.arena, pass.workers)
        let mark = arena.mark
        defer { arena.release(to: mark) }
        Product.accumulate(dy, pass.operand(scaled(kept.inner, pass)), intoRight: gradient.b, workers)
        let dinner = arena.matrix(x.rows, rank)
        Product.backward(dy, pass.operand(b), intoLeft: dinner, workers)
        dinner.scale(by: scale)
        let doperand = pass.operand(dinner)
        Product.accumulate(doperand, dropped(x, noise, pass), intoRight: gradient.a, workers)
        guard let dx else { return }
        guard let noise else {
            return Product.backward(doperand, pass.operand(a), intoLeft: dx, accumulate: true, workers)
        }
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
        frozen.forward(x, into: direction, prompt: x.rows, pass.workers)
        Product.forward(
            pass.operand(scaled(kept.inner, pass)), pass.operand(b), into: direction, accumulate: true,
            pass.workers)
        let dy = dy.matrix
        for output in 0..<dy.columns {
            var total = 0.0
            for row in 0..<dy.rows { total += Double(dy[row, output]) * Double(direction[row, output]) }
            sum[0, output] += Float(total * Double(factors[output]) / Double(magnitude[0, output]))
        }
        direction.copy(from: dy)
        direction.scaleColumns(by: factors)
        return pass.operand(direction)
    }
}
