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
    /// Whether products read every operand rounded and nobody else reads it: then
    /// its f32 numbers are never written.
    var roundsOnly = false

    /// A matrix that backward needs.
    func kept(_ rows: Int, _ columns: Int) -> Matrix { store.matrix(rows, columns) }

    /// A matrix that only this layer needs.
    func matrix(_ rows: Int, _ columns: Int) -> Matrix { arena.matrix(rows, columns) }

    /// A matrix as the left or right side of products.
    func operand(_ x: Matrix) -> Operand { Operand(x, precision: precision, arena: arena, workers) }

    /// An operand that backward needs.
    func keptOperand(_ x: Matrix) -> Operand {
        Operand(x, precision: precision, arena: store, workers).forProducts
    }

    /// The rows normalised, as the left side of products.
    func normed(_ x: Matrix, _ weight: [Float]) -> (y: Operand, kept: Normed) {
        guard roundsOnly else {
            let (y, kept) = norm(x, weight)
            return (operand(y), kept)
        }
        let y = Operand(rounded: x.rows, x.columns, arena: arena)
        let inverse = kept(x.rows, 1)
        RMSNorm.forward(
            x, weight: weight, epsilon: config.normEpsilon, into: y, inverse: inverse, workers)
        return (y, Normed(input: x, inverse: inverse))
    }

    /// The same rows once more, for backward.
    func normedAgain(_ kept: Normed, _ weight: [Float]) -> Operand {
        let x = kept.input
        guard roundsOnly else {
            let y = matrix(x.rows, x.columns)
            RMSNorm.forward(x, weight: weight, epsilon: config.normEpsilon, into: y, workers)
            return operand(y)
        }
        let y = Operand(rounded: x.rows, x.columns, arena: arena)
        RMSNorm.forward(x, weight: weight, epsilon: config.normEpsilon, into: y, workers)
        return y
    }

    /// activation(gate) · up, as the left side of products.
    func gated(_ gate: Matrix, _ up: Matrix) -> Operand {
        guard roundsOnly else {
            let y = matrix(gate.rows, gate.columns)
            config.activation.forward(gate: gate, up: up, into: y, workers)
            return operand(y)
        }
        let y = Operand(rounded: gate.rows, gate.columns, arena: arena)
        config.activation.forward(gate: gate, up: up, into: y, workers)
        return y
    }

    /// The gradients of `gated`, as the left sides of products.
    func gatedBackward(_ dy: Matrix, _ gate: Matrix, _ up: Matrix) -> (gate: Operand, up: Operand) {
        guard roundsOnly else {
            let (dgate, dup) = (matrix(gate.rows, gate.columns), matrix(gate.rows, gate.columns))
            config.activation.backward(dy, gate: gate, up: up, intoGate: dgate, intoUp: dup, workers)
            return (operand(dgate), operand(dup))
        }
        let dgate = Operand(rounded: gate.rows, gate.columns, arena: arena)
        let dup = Operand(rounded: gate.rows, gate.columns, arena: arena)
        config.activation.backward(dy, gate: gate, up: up, intoGate: dgate, intoUp: dup, workers)
        return (dgate, dup)
    }

    /// Normalises into a new matrix; backward wants the inverses.
    func norm(_ x: Matrix, _ weight: [Float], keeps isKept: Bool = false) -> (y: Matrix, kept: Normed) {
        let y = isKept ? kept(x.rows, x.columns) : matrix(x.rows, x.columns)
        let inverse = kept(x.rows, x.columns / weight.count)
        RMSNorm.forward(
            x, weight: weight, epsilon: config.normEpsilon, into: y, inverse: inverse, workers)
        return (y, Normed(input: x, inverse: inverse))
    }

    /// y = x · Wᵀ + the adapters' part, run by run, + bias.
    func linear(
        _ projection: Projection, layer: Int, _ weights: LayerWeights, _ x: Operand, _ rows: Rows,
        keeps isKept: Bool = true, parts: inout [Projection: [LowRank.Kept]]
    ) -> Matrix {
        let frozen = weights[projection]
        let y = isKept ? self.kept(x.rows, frozen.weight.outputs) : matrix(x.rows, frozen.weight.outputs)
        let runs = rows.runs.compactMap { run in
            run.adapter.parts[layer][projection].map { (part: $0, rows: run.rows) }
        }
        if frozen.weight.isPacked, rows.dropout == 0 {
            frozen.weight.forward(x, into: y, prompt: rows.prompt, workers)
            for (part, range) in runs {
                part.forwardReady(x[rows: range], into: y[rows: range], over: frozen.weight, self)
            }
            if let bias = frozen.bias { y.addToEachRow(bias) }
            return y
        }
        let begun = runs.map { part, range in
            part.begin(
                x[rows: range], over: frozen.weight, noise: rows.noise(range, layer: layer, projection), self)
        }
        if runs.count == 1, runs[0].rows == 0..<x.rows {
            // Both products in one go, without a second pass over y.
            frozen.weight.forward(
                x, plus: runs[0].part.term(begun[0], self), into: y, prompt: rows.prompt, workers)
        } else {
            frozen.weight.forward(x, into: y, prompt: rows.prompt, workers)
            for ((part, range), kept) in zip(runs, begun) {
                let (inner, b) = part.term(kept, self)
                Product.forward(inner, b, into: y[rows: range], accumulate: true, workers)
            }
        }
        for (run, kept) in zip(runs, begun) {
            if let factors = kept.factors { y[rows: run.rows].scaleColumns(by: factors) }
        }
        if !begun.isEmpty { parts[projection] = begun }
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
        part.backward(
            dy, x: x, kept: kept, gradient: gradient, over: frozen,
            noise: rows.noise(0..<rows.count, layer: layer, projection), into: dx, accumulate: accumulate,
            self)
    }
}
