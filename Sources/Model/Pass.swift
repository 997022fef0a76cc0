import Kernels

/// What every operation of one pass through the layers needs.
///
/// Linear operations stand here, forward and backward, because they are the same
/// for all seven projections: the frozen product, the bias, the adapters.
struct Pass {
    let config: DecoderConfig
    let arena: Arena
    let workers: Workers

    func matrix(_ rows: Int, _ columns: Int) -> Matrix { arena.matrix(rows, columns) }

    /// Normalises into a new matrix; backward wants the inverses.
    func norm(_ x: Matrix, _ weight: [Float]) -> (y: Matrix, kept: Normed) {
        let y = matrix(x.rows, x.columns)
        let inverse = matrix(x.rows, x.columns / weight.count)
        RMSNorm.forward(
            x, weight: weight, epsilon: config.normEpsilon, into: y, inverse: inverse, workers)
        return (y, Normed(input: x, inverse: inverse))
    }

    /// The same normalised rows once more, for backward.
    func normAgain(_ kept: Normed, _ weight: [Float]) -> Matrix {
        let y = matrix(kept.input.rows, kept.input.columns)
        RMSNorm.forward(kept.input, weight: weight, epsilon: config.normEpsilon, into: y, workers)
        return y
    }

    /// y = x · Wᵀ + bias + the adapters' part, run by run.
    func linear(
        _ projection: Projection, layer: Int, _ weights: LayerWeights, _ x: Matrix, _ rows: Rows,
        inner kept: inout [Projection: [Matrix]]
    ) -> Matrix {
        let frozen = weights[projection]
        let y = matrix(x.rows, frozen.weight.outputs)
        frozen.weight.forward(x, into: y, prompt: rows.prompt, workers)
        if let bias = frozen.bias { y.addToEachRow(bias) }
        for run in rows.runs {
            guard let part = run.adapter.parts[layer][projection] else { continue }
            let inner = matrix(run.rows.count, part.rank)
            part.forward(x[rows: run.rows], into: y[rows: run.rows], inner: inner, workers)
            kept[projection, default: []].append(inner)
        }
        return y
    }

    /// The way back through `linear`: adapters' gradients, and dx where wanted.
    func linearBackward(
        _ projection: Projection, layer: Int, _ weights: LayerWeights, _ dy: Matrix, x: Matrix, _ rows: Rows,
        inner kept: [Projection: [Matrix]], _ gradients: Gradients, into dx: Matrix?,
        accumulate: Bool = false
    ) {
        if let dx { weights[projection].weight.backward(dy, into: dx, accumulate: accumulate, workers) }
        var index = 0
        for run in rows.runs {
            guard let part = run.adapter.parts[layer][projection] else { continue }
            defer { index += 1 }
            guard let inner = kept[projection]?[index] else { continue }
            guard let gradient = gradients.adapter(of: run.adapter)?.parts[layer][projection] else { continue }
            part.backward(
                dy[rows: run.rows], x: x[rows: run.rows], inner: inner, gradient: gradient,
                into: dx?[rows: run.rows], arena: arena, workers)
        }
    }
}
