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
        let (h, input) = pass.norm(x, weights.inputNorm)

        let (k, key) = norm(
            pass.linear(.key, layer: index, weights, h, all, kept: &parts), weights.keyNorm, pass)
        let v = pass.linear(.value, layer: index, weights, h, all, kept: &parts)
        rotary.forward(k, positions: all.positions, workers)
        cache.store(k, v, layer: index, segments: segments)

        let hKept = pass.rows(wanted, of: h)
        let (q, query) = norm(
            pass.linear(.query, layer: index, weights, hKept, kept, kept: &parts), weights.queryNorm, pass)
        rotary.forward(q, positions: kept.positions, workers)

        let attended = pass.matrix(q.rows, q.columns)
        let lse = pass.matrix(q.rows, attention.heads)
        for group in kept.groups {
            attention.forward(
                q[rows: group.rows], keys: group.keys, k: cache.keys[index], v: cache.values[index],
                into: attended[rows: group.rows], lse: lse[rows: group.rows], workers)
        }
        let o = pass.linear(.output, layer: index, weights, attended, kept, kept: &parts)
        let (afterAttention, output) = norm(o, weights.attentionOutputNorm, pass)
        let xMiddle = pass.sum(pass.rows(wanted, of: x), afterAttention)

        let (m, middle) = pass.norm(xMiddle, weights.feedForwardNorm)
        let gate = pass.linear(.gate, layer: index, weights, m, kept, kept: &parts)
        let up = pass.linear(.up, layer: index, weights, m, kept, kept: &parts)
        let product = pass.matrix(gate.rows, gate.columns)
        pass.config.activation.forward(gate: gate, up: up, into: product, workers)
        let d = pass.linear(.down, layer: index, weights, product, kept, kept: &parts)
        let (afterFeedForward, down) = norm(d, weights.feedForwardOutputNorm, pass)
        let y = pass.sum(xMiddle, afterFeedForward)

        return (
            y,
            LayerActivations(
                input: input, key: key, query: query, rotated: q, attended: attended, lse: lse,
                output: output, middle: middle, gate: gate, up: up, down: down, parts: parts)
        )
    }

    private func norm(_ x: Matrix, _ weight: [Float]?, _ pass: Pass) -> (Matrix, Normed?) {
        guard let weight else { return (x, nil) }
        let (y, kept) = pass.norm(x, weight)
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

    /// a + b in a new matrix.
    func sum(_ a: Matrix, _ b: Matrix) -> Matrix {
        let c = matrix(a.rows, a.columns)
        c.copy(from: a)
        c.add(b, workers)
        return c
    }
}
