import Kernels

extension LowRank {
    /// Adds to the gradients of A and B, and to dx where it is wanted.
    func backward(
        _ dy: Matrix, x: Matrix, inner: Matrix, gradient: LowRank, into dx: Matrix?, arena: Arena,
        _ workers: Workers
    ) {
        let mark = arena.mark
        let dinner = arena.matrix(x.rows, rank)
        Product.backward(dy, inner, intoRight: gradient.b, alpha: scale, beta: 1, workers)
        Product.backward(dy, b, intoLeft: dinner, alpha: scale, workers)
        Product.backward(dinner, x, intoRight: gradient.a, beta: 1, workers)
        if let dx { Product.backward(dinner, a, intoLeft: dx, beta: 1, workers) }
        arena.release(to: mark)
    }
}
