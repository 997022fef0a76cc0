import Corpus
import Kernels
import Model

/// The loss of a plan of rows, forward and backward.
///
/// The head is computed for target rows only, a chunk at a time, and each chunk's
/// logits become their own gradient: at a vocabulary of a quarter of a million
/// they are the largest thing in a step, and no second copy is ever made.
public final class LossPass {
    private let decoder: Decoder
    private let smoothing: Float
    private var cache: KeyValueCache
    private var logits: Matrix
    /// How many rows of logits exist at once.
    private let chunk: Int

    /// A pass over a decoder; `smoothing` spreads a share of each target's
    /// probability over the vocabulary.
    public init(_ decoder: Decoder, smoothing: Float = 0, chunk: Int = 64) {
        self.decoder = decoder
        self.smoothing = smoothing
        self.chunk = chunk
        cache = KeyValueCache(decoder.config, capacity: 0)
        logits = Matrix(0, decoder.config.vocabularySize)
    }

    /// Adds the gradients of `scale` times the sum of the targets' losses, and
    /// gives each target's loss, in the order of the plan.
    ///
    /// The caller passes one over the number of targets of the whole step, so
    /// that micro-batches add up to the mean over all of them.
    public func run(
        _ plan: RowPlan, adapter: Adapter, noise: RowNoise? = nil, scale: Float, into gradients: Gradients
    ) -> [Float] {
        let rows = Self.wanted(plan)
        let (hidden, saved) = decoder.forwardSaving(batch(plan, adapter, noise), cache: cache, wanted: rows)
        let dhidden = decoder.arena.matrix(hidden.rows, hidden.columns)
        dhidden.fill(0)
        let losses = head(plan, rows, hidden, scale: scale, into: dhidden)
        decoder.backward(dhidden, saved, into: gradients)
        return losses
    }

    /// Each target's loss, and nothing else.
    public func evaluate(_ plan: RowPlan, adapter: Adapter?) -> [Float] {
        let rows = Self.wanted(plan)
        let hidden = decoder.forward(batch(plan, adapter, nil), cache: cache, wanted: rows)
        return head(plan, rows, hidden, scale: 0, into: nil)
    }

    /// The rows that predict something, in order.
    private static func wanted(_ plan: RowPlan) -> [Int] { Set(plan.targets.map(\.row)).sorted() }

    private func batch(_ plan: RowPlan, _ adapter: Adapter?, _ noise: RowNoise?) -> RowBatch {
        if cache.capacity < plan.tokens.count {
            cache = KeyValueCache(decoder.config, capacity: plan.tokens.count)
        }
        var spans: [[Span]] = []
        var segments: [Segment] = []
        for segment in plan.segments {
            let past = segment.parent.map { spans[$0] } ?? []
            spans.append(past + [Span(start: segment.rows.lowerBound, count: segment.rows.count)])
            segments.append(
                Segment(rows: segment.rows, past: past, store: segment.rows.lowerBound, adapter: adapter))
        }
        var batch = RowBatch(tokens: plan.tokens, segments: segments)
        batch.noise = noise
        return batch
    }

    /// Runs the head over the targets, chunk by chunk.
    ///
    /// Two targets may stand on one row: branches that share a context differ
    /// from their first token on, which its last row predicts for each of them.
    private func head(
        _ plan: RowPlan, _ rows: [Int], _ hidden: Matrix, scale: Float, into dhidden: Matrix?
    ) -> [Float] {
        var place: [Int: Int] = [:]
        for (index, row) in rows.enumerated() { place[row] = index }
        let at = plan.targets.map { place[$0.row] ?? 0 }
        if logits.rows < min(chunk, at.count) {
            // Rows of some power of two would share the same few lines of every cache.
            let width = decoder.config.vocabularySize
            logits = Matrix(min(chunk, at.count), width + 16)[columns: 0..<width]
        }
        var losses: [Float] = []
        for from in stride(from: 0, to: at.count, by: chunk) {
            let mark = decoder.arena.mark
            defer { decoder.arena.release(to: mark) }
            let part = Array(at[from..<min(from + chunk, at.count)])
            let x = decoder.arena.matrix(part.count, hidden.columns)
            x.gather(part, from: hidden)
            let y = logits[rows: 0..<part.count]
            decoder.logits(x, prompt: part.count, into: y)
            losses += CrossEntropy.forwardBackward(
                y, targets: plan.targets[from..<from + part.count].map(\.token), scale: scale,
                smoothing: smoothing, decoder.workers)
            guard let dhidden else { continue }
            decoder.logitsBackward(y, into: x)
            x.scatterAdd(part, to: dhidden)
        }
        return losses
    }
}
