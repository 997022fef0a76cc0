import Kernels

/// What every operation of one pass through the layers needs.
///
/// Linear operations stand here, forward and backward, because they are the same
/// for all seven projections: the frozen product, the bias, the adapters.
struct Pass {
    let config: DecoderConfig
    let precision: Precision
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

    /// y = x · Wᵀ + the adapters' part, run by run, + bias.
    func linear(
        _ projection: Projection, layer: Int, _ weights: LayerWeights, _ x: Matrix, _ rows: Rows,
        kept: inout [Projection: [LowRank.Kept]]
    ) -> Matrix {
        let frozen = weights[projection]
        let y = matrix(x.rows, frozen.weight.outputs)
        frozen.weight.forward(x, into: y, prompt: rows.prompt, workers)
        for run in rows.runs {
            guard let part = run.adapter.parts[layer][projection] else { continue }
            kept[projection, default: []].append(
                part.forward(
                    x[rows: run.rows], into: y[rows: run.rows], over: frozen.weight,
                    noise: rows.noise(run.rows, layer: layer, projection), precision: precision, arena: arena,
                    workers))
        }
        if let bias = frozen.bias { y.addToEachRow(bias) }
        return y
    }

    /// The way back through `linear`: adapters' gradients, and dx where wanted.
    func linearBackward(
        _ projection: Projection, layer: Int, _ weights: LayerWeights, _ dy: Matrix, x: Matrix, _ rows: Rows,
        kept: [Projection: [LowRank.Kept]], _ gradients: Gradients, into dx: Matrix?,
        accumulate: Bool = false
    ) {
        let frozen = weights[projection].weight
        let runs = rows.runs.filter { $0.adapter.parts[layer][projection] != nil }
        var dys: [Matrix] = []
        for (run, kept) in zip(runs, kept[projection] ?? []) {
            guard let (part, gradient) = trained(run, gradients, layer, projection) else { continue }
            dys.append(
                part.magnitudeBackward(
                    dy[rows: run.rows], x: x[rows: run.rows], kept: kept, gradient: gradient, over: frozen,
                    arena: arena, workers))
        }
        if let dx {
            // A DoRA part changes what reaches the frozen product; training has one run.
            let whole = dys.count == 1 && dys[0].rows == dy.rows ? dys[0] : dy
            frozen.backward(whole, into: dx, accumulate: accumulate, workers)
        }
        for ((run, kept), dy) in zip(zip(runs, kept[projection] ?? []), dys) {
            guard let (part, gradient) = trained(run, gradients, layer, projection) else { continue }
            part.backward(
                dy, x: x[rows: run.rows], kept: kept, gradient: gradient,
                noise: rows.noise(run.rows, layer: layer, projection), into: dx?[rows: run.rows],
                precision: precision, arena: arena, workers)
        }
    }

    private func trained(
        _ run: Rows.Run, _ gradients: Gradients, _ layer: Int, _ projection: Projection
    ) -> (LowRank, LowRank)? {
        guard let part = run.adapter.parts[layer][projection],
            let gradient = gradients.adapter(of: run.adapter)?.parts[layer][projection]
        else { return nil }
        return (part, gradient)
    }
}
