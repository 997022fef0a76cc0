import Kernels

extension Decoder {
    /// Carries the gradient of the hidden rows back to the adapter, adding to
    /// its gradients.
    ///
    /// The base is frozen: no gradient is computed for it, and none at all below
    /// the first layer that the adapter changes.
    public func backward(_ dhidden: Matrix, _ saved: Activations, into gradients: Gradients) {
        precondition(dhidden.rows == saved.wanted.count && saved.layers.count == config.layerCount)
        let mark = arena.mark
        defer { arena.release(to: mark) }
        let rows = saved.batch.tokens.count
        let pass = pass(for: saved.batch, saves: false)
        // Two matrices in turn carry the gradient from layer to layer.
        let carriers = (0..<2).map { _ in arena.matrix(rows, config.hiddenSize) }
        var dx = carriers[0][rows: 0..<dhidden.rows]
        RMSNorm.backward(
            dhidden, x: saved.last.input, weight: weights.finalNorm, inverse: saved.last.inverse, into: dx,
            workers)
        let first = gradients.trained.firstLayer
        for layer in (0..<config.layerCount).reversed() where layer >= first {
            let scratch = arena.mark
            let isLast = layer == config.layerCount - 1
            let next = layer > first ? carriers[(config.layerCount - layer) % 2] : nil
            block(layer).backward(
                dx, saved.layers[layer], saved.all, kept: isLast ? saved.kept : saved.all,
                wanted: isLast && !saved.keepsAll ? saved.wanted : nil, cache: saved.cache,
                segments: saved.batch.segments, gradients, into: next, pass)
            dx = next ?? dx
            arena.release(to: scratch)
        }
    }
}
