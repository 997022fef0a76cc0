import Kernels

/// One layer of the decoder.
struct Block {
    let index: Int
    let weights: LayerWeights
    let attention: Attention
    let rotary: Rotary

    /// x + attention(norm(x)), and that plus feed-forward(norm(that)).
    ///
    /// Keys and values are computed for all rows; from there on only the rows
    /// in `kept` (indices `wanted`) go on, which in the last layer are the few
    /// whose result anybody wants.
    func forward(
        _ x: Matrix, _ all: Rows, kept: Rows, wanted: [Int]?, segments: [Segment], cache: KeyValueCache,
        _ pass: Pass
    ) -> (y: Matrix, saved: LayerActivations) {
        let workers = pass.workers
        var parts: [Projection: [LowRank.Kept]] = [:]
        let (h, input) = pass.normed(x, weights.inputNorm)

        let (k, key) = norm(
            pass.linear(.key, layer: index, weights, h, all, parts: &parts), weights.keyNorm, pass)
        let v = pass.linear(.value, layer: index, weights, h, all, keeps: false, parts: &parts)
        rotary.forward(k, positions: all.positions, workers)
        cache.store(k, v, layer: index, segments: segments, workers)

        let hKept = pass.rows(wanted, of: h)
        let (q, query) = norm(
            pass.linear(.query, layer: index, weights, hKept, kept, parts: &parts), weights.queryNorm,
            keeps: true,
            pass)
        rotary.forward(q, positions: kept.positions, workers)

        let attended = pass.roundsOnly ? pass.matrix(q.rows, q.columns) : pass.kept(q.rows, q.columns)
        let lse = pass.kept(q.rows, attention.heads)
        attend(q, kept, cache, into: attended, lse: lse, pass)
        let mixed = pass.roundsOnly ? pass.keptOperand(attended) : pass.operand(attended)
        let o = pass.linear(.output, layer: index, weights, mixed, kept, parts: &parts)
        let (afterAttention, output) = norm(o, weights.attentionOutputNorm, pass)
        let xMiddle = pass.sum(pass.rows(wanted, of: x), afterAttention)

        let (m, middle) = pass.normed(xMiddle, weights.feedForwardNorm)
        let gate = pass.linear(.gate, layer: index, weights, m, kept, parts: &parts)
        let up = pass.linear(.up, layer: index, weights, m, kept, parts: &parts)
        let d = pass.linear(.down, layer: index, weights, pass.gated(gate, up), kept, parts: &parts)
        let (afterFeedForward, down) = norm(d, weights.feedForwardOutputNorm, pass)
        let y = pass.sum(xMiddle, afterFeedForward)

        return (
            y,
            LayerActivations(
                input: input, key: key, query: query, rotated: q, attended: pass.roundsOnly ? nil : attended,
                mixed: mixed, lse: lse,
                output: output, middle: middle, gate: gate, up: up, down: down, parts: parts)
        )
    }

    private func attend(
        _ q: Matrix, _ rows: Rows, _ cache: KeyValueCache, into out: Matrix, lse: Matrix, _ pass: Pass
    ) {
        let groups = rows.groups
        if !cache.layers.isEmpty {
            let cached = CachedAttention(attention, arena: pass.arena, pass.workers)
            for group in groups {
                let (q, out) = (q[rows: group.rows], out[rows: group.rows])
                if group.rows.lowerBound < rows.prompt {
                    cached.prompt(q, keys: group.keys, cache.layers[index], into: out)
                } else {
                    cached.tokens(q, keys: group.keys, cache.layers[index], into: out)
                }
            }
            return
        }
        let (k, v) = (cache.keys[index], cache.values[index])
        BlockedAttention(attention, arena: pass.arena, pass.workers)
            .forward(q, groups: groups, k: k, v: v, into: out, lse: lse)
    }

    private func norm(
        _ x: Matrix, _ weight: [Float]?, keeps isKept: Bool = false, _ pass: Pass
    ) -> (Matrix, Normed?) {
        guard let weight else { return (x, nil) }
        let (y, kept) = pass.norm(x, weight, keeps: isKept)
        return (y, kept)
    }
}

extension Pass {
    /// The named rows of a matrix, or all of them.
    func rows(_ wanted: [Int]?, of x: Matrix) -> Matrix {
        guard let wanted else { return x }
        let some = matrix(wanted.count, x.columns)
        some.gather(wanted, from: x)
        return some
    }

    /// The named rows of an operand, or all of them.
    func rows(_ wanted: [Int]?, of x: Operand) -> Operand {
        guard let wanted else { return x }
        guard roundsOnly else { return operand(rows(wanted, of: x.matrix)) }
        let some = Operand(rounded: wanted.count, x.columns, arena: arena)
        some.gather(wanted, from: x)
        return some
    }

    /// a + b in a matrix that is kept: the rows that go on.
    func sum(_ a: Matrix, _ b: Matrix) -> Matrix {
        let c = kept(a.rows, a.columns)
        c.take(a, plus: b, workers)
        return c
    }
}
