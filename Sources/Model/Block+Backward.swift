import Kernels

extension Block {
    /// The calls of `forward` in reverse order.
    ///
    /// Takes the gradient at y and puts the one at x into dx, where a layer below needs it.
    func backward(
        _ dy: Matrix, _ saved: LayerActivations, _ all: Rows, kept: Rows, wanted: [Int]?,
        cache: KeyValueCache, segments: [Segment], _ gradients: Gradients, into dx: Matrix?, _ pass: Pass
    ) {
        let workers = pass.workers

        // y = xMiddle + norm(down(gated(gate(m), up(m))))
        let dd = normBackward(dy, saved.down, weights.feedForwardOutputNorm, pass)
        let dproduct = pass.matrix(saved.gate.rows, saved.gate.columns)
        pass.linearBackward(
            .down, layer: index, weights, pass.operand(dd), x: pass.gated(saved.gate, saved.up), kept,
            kept: saved.parts, gradients, into: dproduct)
        let (dgate, dup) = pass.gatedBackward(dproduct, saved.gate, saved.up)
        let m = pass.normedAgain(saved.middle, weights.feedForwardNorm)
        let dm = pass.matrix(m.rows, m.columns)
        pass.linearBackward(
            .up, layer: index, weights, dup, x: m, kept, kept: saved.parts, gradients, into: dm)
        pass.linearBackward(
            .gate, layer: index, weights, dgate, x: m, kept, kept: saved.parts, gradients,
            into: dm,
            accumulate: true)
        let dMiddle = pass.matrix(dy.rows, dy.columns)
        RMSNorm.backward(
            dm, x: saved.middle.input, weight: weights.feedForwardNorm, inverse: saved.middle.inverse,
            into: dMiddle, plus: dy, workers)

        // xMiddle = x + norm(output(attention(q, k, v)))
        let doutput = normBackward(dMiddle, saved.output, weights.attentionOutputNorm, pass)
        let mixed = saved.attended.map(pass.operand) ?? saved.mixed
        let dattended = pass.matrix(mixed.rows, mixed.columns)
        pass.linearBackward(
            .output, layer: index, weights, pass.operand(doutput), x: mixed, kept,
            kept: saved.parts, gradients,
            into: dattended)
        let dq = pass.matrix(saved.rotated.rows, saved.rotated.columns)
        let dkCache = pass.zeros(cache.capacity, pass.config.keyValueWidth)
        let dvCache = pass.zeros(cache.capacity, pass.config.keyValueWidth)
        attendBackward(dattended, saved, kept.groups, cache, intoQ: dq, intoK: dkCache, intoV: dvCache, pass)

        // q = rotate(norm(query(h))), likewise k; v = value(h)
        let h = pass.normedAgain(saved.input, weights.inputNorm)
        rotary.backward(dq, positions: kept.positions, workers)
        let dquery = normBackward(dq, saved.query, weights.queryNorm, pass)
        let dhKept = dx == nil ? nil : pass.matrix(dy.rows, h.columns)
        pass.linearBackward(
            .query, layer: index, weights, pass.operand(dquery),
            x: pass.rows(wanted, of: h), kept, kept: saved.parts,
            gradients, into: dhKept)
        let dh = dhKept.map { pass.spread($0, wanted, rows: all.count) }
        let (dk, dv) = (pass.unstored(dkCache, segments), pass.unstored(dvCache, segments))
        rotary.backward(dk, positions: all.positions, workers)
        let dkey = normBackward(dk, saved.key, weights.keyNorm, pass)
        pass.linearBackward(
            .key, layer: index, weights, pass.operand(dkey), x: h, all, kept: saved.parts, gradients,
            into: dh,
            accumulate: true)
        pass.linearBackward(
            .value, layer: index, weights, pass.operand(dv), x: h, all, kept: saved.parts, gradients,
            into: dh,
            accumulate: true)
        guard let dx, let dh else { return }
        RMSNorm.backward(
            dh, x: saved.input.input, weight: weights.inputNorm, inverse: saved.input.inverse, into: dx,
            plus: pass.spread(dMiddle, wanted, rows: all.count), workers)
    }

    private func attendBackward(
        _ dout: Matrix, _ saved: LayerActivations, _ groups: [Rows.Group], _ cache: KeyValueCache,
        intoQ dq: Matrix, intoK dk: Matrix, intoV dv: Matrix, _ pass: Pass
    ) {
        let (k, v) = (cache.keys[index], cache.values[index])
        BlockedAttention(attention, arena: pass.arena, pass.workers)
            .backward(
                dout, q: saved.rotated, groups: groups, k: k, v: v, lse: saved.lse, intoQ: dq, intoK: dk,
                intoV: dv)
    }

    private func normBackward(_ dy: Matrix, _ kept: Normed?, _ weight: [Float]?, _ pass: Pass) -> Matrix {
        guard let kept, let weight else { return dy }
        let dx = pass.matrix(dy.rows, dy.columns)
        RMSNorm.backward(
            dy, x: kept.input, weight: weight, inverse: kept.inverse, into: dx, pass.workers)
        return dx
    }
}

extension Pass {
    func zeros(_ rows: Int, _ columns: Int) -> Matrix {
        let zero = matrix(rows, columns)
        zero.fill(0, workers)
        return zero
    }

    /// Some rows' gradients among all rows, zero elsewhere.
    func spread(_ some: Matrix, _ wanted: [Int]?, rows: Int) -> Matrix {
        guard let wanted else { return some }
        let all = zeros(rows, some.columns)
        some.scatterAdd(wanted, to: all)
        return all
    }

    /// The gradients of the batch's own keys or values, taken from cache rows.
    func unstored(_ cached: Matrix, _ segments: [Segment]) -> Matrix {
        let own = matrix(segments.last?.rows.upperBound ?? 0, cached.columns)
        for segment in segments {
            own[rows: segment.rows].copy(
                from: cached[rows: segment.store..<segment.store + segment.rows.count], workers)
        }
        return own
    }
}
