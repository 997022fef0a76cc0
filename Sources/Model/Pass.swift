import Kernels

/// What every operation of one pass through the layers needs.
///
/// Linear operations stand here, forward and backward, because they are the same
/// for all seven projections: the frozen product, the bias, the adapters.
struct Pass {
    let config: DecoderConfig
    let precision: Precision
    /// Memory that is free again after the layer.
    let arena: Arena
    /// Memory for what backward needs; the same as the above where nothing is saved.
    let store: Arena
    let workers: Workers

    /// A matrix that backward needs.
    func kept(_ rows: Int, _ columns: Int) -> Matrix { store.matrix(rows, columns) }

    /// A matrix that only this layer needs.
    func matrix(_ rows: Int, _ columns: Int) -> Matrix { arena.matrix(rows, columns) }

    /// A matrix as the left or right side of products.
    func operand(_ x: Matrix) -> Operand { Operand(x, precision: precision, arena: arena, workers) }

    /// Normalises into a new matrix; backward wants the inverses.
    func norm(_ x: Matrix, _ weight: [Float], keeps isKept: Bool = false) -> (y: Matrix, kept: Normed) {
        let y = isKept ? kept(x.rows, x.columns) : matrix(x.rows, x.columns)
        let inverse = kept(x.rows, x.columns / weight.count)
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

    /// y = x · Wᵀ + the adapters' part, run by run, + bias.
    func linear(
        _ projection: Projection, layer: Int, _ weights: LayerWeights, _ x: Operand, _ rows: Rows,
        keeps isKept: Bool = true, parts: inout [Projection: [LowRank.Kept]]
    ) -> Matrix {
        let frozen = weights[projection]
        let y = isKept ? self.kept(x.rows, frozen.weight.outputs) : matrix(x.rows, frozen.weight.outputs)
        frozen.weight.forward(x, into: y, prompt: rows.prompt, workers)
        for run in rows.runs {
            guard let part = run.adapter.parts[layer][projection] else { continue }
            parts[projection, default: []].append(
                part.forward(
                    x[rows: run.rows], into: y[rows: run.rows], over: frozen.weight,
                    noise: rows.noise(run.rows, layer: layer, projection), self))
        }
        if let bias = frozen.bias { y.addToEachRow(bias) }
        return y
    }

    /// The way back through `linear`: adapters' gradients, and dx where wanted.
    ///
    /// Training has one adapter, so there is at most one run; it covers all rows.
    func linearBackward(
        _ projection: Projection, layer: Int, _ weights: LayerWeights, _ dy: Operand, x: Operand,
        _ rows: Rows,
        kept: [Projection: [LowRank.Kept]], _ gradients: Gradients, into dx: Matrix?,
        accumulate: Bool = false
    ) {
        precondition(rows.runs.count == 1 && rows.runs[0].rows.count == dy.rows)
        let frozen = weights[projection].weight
        guard let part = rows.runs[0].adapter.parts[layer][projection], let kept = kept[projection]?.first,
            let gradient = gradients.adapter(of: rows.runs[0].adapter)?.parts[layer][projection]
        else {
            if let dx { frozen.backward(dy, into: dx, accumulate: accumulate, workers) }
            return
        }
        let dy = part.magnitudeBackward(dy, x: x, kept: kept, gradient: gradient, over: frozen, self)
        if let dx { frozen.backward(dy, into: dx, accumulate: accumulate, workers) }
        part.backward(
            dy, x: x, kept: kept, gradient: gradient,
            noise: rows.noise(0..<rows.count, layer: layer, projection), into: dx, self)
    }
}
