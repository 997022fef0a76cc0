import Kernels

extension LowRank {
    /// Adds to the gradients of A, B and the magnitude.
    ///
    /// Gives the gradient that goes on to the frozen product (dy times DoRA's
    /// factors), and adds the low-rank way's own part to dx where it is wanted;
    /// the caller has set dx by then.
    func backward(
        _ dy: Matrix, x: Matrix, kept: Kept, gradient: LowRank, noise: RunNoise?, into dx: Matrix?,
        precision: Precision, arena: Arena, _ workers: Workers
    ) {
        let mark = arena.mark
        defer { arena.release(to: mark) }
        let dinner = arena.matrix(x.rows, rank)
        Product.accumulate(
            dy, kept.inner, intoRight: gradient.b, alpha: scale, precision: precision, workers)
        Product.backward(dy, b, intoLeft: dinner, alpha: scale, precision: precision, workers)
        Product.accumulate(
            dinner, dropped(x, noise, arena, workers), intoRight: gradient.a, precision: precision, workers)
        guard let dx else { return }
        guard let noise else {
            return Product.backward(dinner, a, intoLeft: dx, accumulate: true, precision: precision, workers)
        }
        let part = arena.matrix(dx.rows, dx.columns)
        Product.backward(dinner, a, intoLeft: part, precision: precision, workers)
        Dropout.apply(part, into: part, keys: noise.keys, rate: noise.rate, workers)
        dx.add(part, workers)
    }

    /// DoRA's first step back: the magnitude's gradient, and dy times the factors.
    func magnitudeBackward(
        _ dy: Matrix, x: Matrix, kept: Kept, gradient: LowRank, over frozen: FrozenWeight, arena: Arena,
        _ workers: Workers
    ) -> Matrix {
        guard let factors = kept.factors, let magnitude, let sum = gradient.magnitude else { return dy }
        let direction = arena.matrix(dy.rows, dy.columns)
        frozen.forward(x, into: direction, prompt: x.rows, workers)
        Product.forward(kept.inner, b, into: direction, alpha: scale, beta: 1, workers)
        for output in 0..<dy.columns {
            var total = 0.0
            for row in 0..<dy.rows { total += Double(dy[row, output]) * Double(direction[row, output]) }
            sum[0, output] += Float(total * Double(factors[output]) / Double(magnitude[0, output]))
        }
        direction.copy(from: dy)
        direction.scaleColumns(by: factors)
        return direction
    }
}
