import Kernels
import Testing

@testable import Model

private let families = DecoderConfig.Family.allCases

/// A row's numbers are its own: they do not depend on who else is in the batch.
@Suite struct BatchTests {
    private struct Text {
        let tokens: [Int32]
        let adapter: Adapter?
        /// How many of its rows were computed before this batch.
        let cached: Int
        let isNew: Bool
    }

    private func texts(_ config: DecoderConfig) -> [Text] {
        let (one, two) = (TinyModel.adapter(config), TinyModel.adapter(config, rank: 5, seed: 6))
        let half = TinyModel.adapter(config, seed: 7, layers: [1], projections: [.query, .down])
        return [
            Text(tokens: TinyModel.tokens(11, seed: 1), adapter: one, cached: 0, isNew: false),
            Text(tokens: TinyModel.tokens(7, seed: 2), adapter: nil, cached: 3, isNew: false),
            Text(tokens: TinyModel.tokens(1, seed: 3), adapter: two, cached: 0, isNew: false),
            Text(tokens: TinyModel.tokens(9, seed: 4), adapter: two, cached: 0, isNew: false),
            Text(tokens: TinyModel.tokens(8, seed: 5), adapter: half, cached: 0, isNew: false),
            Text(tokens: TinyModel.tokens(12, seed: 6), adapter: one, cached: 11, isNew: true),
            Text(tokens: TinyModel.tokens(6, seed: 7), adapter: nil, cached: 5, isNew: true),
            Text(tokens: TinyModel.tokens(10, seed: 8), adapter: half, cached: 7, isNew: true),
        ]
    }

    /// The rows of some texts, computed in one batch after what was cached.
    private func run(_ decoder: Decoder, _ texts: [Text]) -> [[Float]] {
        let cache = KeyValueCache(decoder.config, capacity: 100)
        var tokens: [Int32] = []
        var segments: [Segment] = []
        for (index, text) in texts.enumerated() {
            let store = 12 * index
            if text.cached > 0 {
                let before = RowBatch(
                    tokens: Array(text.tokens[..<text.cached]),
                    segments: [Segment(rows: 0..<text.cached, store: store, adapter: text.adapter)])
                _ = decoder.forward(before, cache: cache, wanted: [])
            }
            let start = tokens.count
            tokens += text.tokens[text.cached...]
            segments.append(
                Segment(
                    rows: start..<tokens.count, past: [Span(start: store, count: text.cached)],
                    store: store + text.cached, adapter: text.adapter))
        }
        let prompt = zip(texts, segments).reduce(0) { $0 + ($1.0.isNew ? 0 : $1.1.rows.count) }
        let batch = RowBatch(tokens: tokens, segments: segments, prompt: prompt)
        let hidden = decoder.forward(batch, cache: cache, wanted: Array(0..<tokens.count))
        return segments.map { hidden[rows: $0.rows].values }
    }

    @Test(arguments: families) func aTextIsTheSameAloneAndInACrowd(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        let texts = texts(decoder.config)
        let alone = texts.map { run(decoder, [$0])[0] }
        for (index, rows) in run(decoder, texts).enumerated() {
            expectSame(rows, alone[index], "text \(index) among all")
        }
        let some = [3, 1, 7, 5]
        for (index, rows) in zip(some, run(decoder, some.map { texts[$0] })) {
            expectSame(rows, alone[index], "text \(index) among some")
        }
    }

    /// A branch sees its context and not its sisters.
    @Test(arguments: families) func aBranchIsTheSameAsTheWholeText(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        let context = TinyModel.tokens(9, seed: 1)
        let branches = [
            TinyModel.tokens(4, seed: 2), TinyModel.tokens(7, seed: 3), TinyModel.tokens(1, seed: 4),
        ]
        let adapter = TinyModel.adapter(decoder.config)
        let trial = Trial.shared(context, branches, adapter: adapter)
        let cache = KeyValueCache(decoder.config, capacity: 30)
        let all = decoder.forward(trial.batch, cache: cache, wanted: Array(0..<trial.batch.tokens.count))
        let rows = Matrix(all.rows, all.columns, all.values)
        for (branch, segment) in zip(branches, trial.batch.segments.dropFirst()) {
            let whole = Trial.text(context + branch, adapter: adapter).batch
            let alone = decoder.forward(
                whole, cache: KeyValueCache(decoder.config, capacity: 30),
                wanted: Array(context.count..<whole.tokens.count))
            expectSame(rows[rows: segment.rows].values, alone.values)
        }
    }
}
