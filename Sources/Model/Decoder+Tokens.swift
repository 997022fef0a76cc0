import Kernels

extension Decoder {
    /// A forward pass whose new tokens go through all layers in one job; nothing where
    /// the batch has none, or an adapter is among them.
    ///
    /// Rows come out as they would one operation at a time, bit for bit.
    func forwardTokens(_ batch: RowBatch, cache: KeyValueCache, wanted: [Int]) -> Matrix? {
        let (cut, count) = (batch.prompt, batch.tokens.count)
        guard weights.form == .packed, cut < count, batch.noise == nil, !cache.layers.isEmpty else {
            return nil
        }
        let split = batch.segments.firstIndex { $0.rows.lowerBound >= cut } ?? batch.segments.count
        let (before, after) = (batch.segments[..<split], batch.segments[split...])
        guard before.last?.rows.upperBound ?? 0 == cut, after.allSatisfy({ $0.adapter == nil }) else {
            return nil
        }
        let end = batch.segments.map { $0.position + $0.rows.count }.max() ?? 0
        begin(positions: end)
        guard let tokenStep else { return nil }
        let result = arena.matrix(wanted.count, config.hiddenSize)
        let prompts = wanted.prefix { $0 < cut }
        if cut > 0 {
            let part = RowBatch(tokens: Array(batch.tokens[..<cut]), segments: Array(before))
            let mark = arena.mark
            let hidden = run(part, cache: cache, wanted: Array(prompts), saves: false, begins: false).hidden
            result[rows: 0..<prompts.count].copy(from: hidden)
            arena.release(to: mark)
        }
        let rows = after.flatMap { segment in
            let past = segment.past.flatMap { Int32($0.start)..<Int32($0.start + $0.count) }
            return (1...segment.rows.count).map { own in
                TokenStep.Row(keys: past + (Int32(segment.store)..<Int32(segment.store + own)))
            }
        }
        let x = arena.matrix(rows.count, config.hiddenSize)
        weights.embedding.gather(Array(batch.tokens[cut...]), scale: config.embeddingScale, into: x, workers)
        tokenStep.run(x, rows: rows, cache: cache.layers, workers)
        let last = wanted[prompts.count...].map { $0 - cut }
        let (hidden, _) = pass.norm(pass.rows(last, of: x), weights.finalNorm)
        result[rows: prompts.count..<wanted.count].copy(from: hidden)
        return result
    }
}
