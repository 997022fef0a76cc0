import Kernels
import Testing

@testable import Model

private let families = DecoderConfig.Family.allCases

@Suite struct ForwardTests {
    private let tokens = TinyModel.tokens(23)

    private func hidden(
        _ decoder: Decoder, _ batch: RowBatch, wanted: [Int]? = nil, cache: KeyValueCache? = nil
    ) -> Matrix {
        let result = decoder.forward(
            batch, cache: cache ?? KeyValueCache(decoder.config, capacity: batch.tokens.count),
            wanted: wanted ?? Array(0..<batch.tokens.count))
        return Matrix(result.rows, result.columns, result.values)
    }

    private func text(_ tokens: [Int32], adapter: Adapter? = nil) -> RowBatch {
        RowBatch(tokens: tokens, segments: [Segment(rows: 0..<tokens.count, store: 0, adapter: adapter)])
    }

    /// Runs a text piece by piece through one cache, each piece's rows as new
    /// tokens' where `isNew` says so.
    private func pieces(
        _ decoder: Decoder, _ sizes: [Int], adapter: Adapter?, isNew: (Int) -> Bool = { _ in false }
    ) -> [Float] {
        let cache = KeyValueCache(decoder.config, capacity: tokens.count)
        var all: [Float] = []
        var from = 0
        for (index, size) in sizes.enumerated() {
            let batch = RowBatch(
                tokens: Array(tokens[from..<from + size]),
                segments: [
                    Segment(
                        rows: 0..<size, past: from > 0 ? [Span(start: 0, count: from)] : [], store: from,
                        adapter: adapter)
                ], prompt: isNew(index) ? 0 : size)
            all += hidden(decoder, batch, cache: cache).values
            from += size
        }
        return all
    }

    @Test(arguments: families, [false, true])
    func everyRowIsWhatThePapersSay(_ family: DecoderConfig.Family, adapted: Bool) {
        let decoder = TinyModel.decoder(family)
        let adapter = adapted ? TinyModel.adapter(decoder.config) : nil
        let reference = ReferenceDecoder(decoder.weights, adapter: adapter)
        let want = reference.hidden(tokens)
        let got = hidden(decoder, text(tokens, adapter: adapter))
        for row in tokens.indices {
            #expect(relativeError(got.row(row).doubles, want[row]) < 3e-6, "row \(row)")
        }
    }

    @Test(arguments: families, [false, true])
    func savingChangesNothing(_ family: DecoderConfig.Family, adapted: Bool) {
        let decoder = TinyModel.decoder(family)
        let batch = text(tokens, adapter: adapted ? TinyModel.adapter(decoder.config) : nil)
        for wanted in [Array(0..<23), [22], [0, 5, 6, 7, 21]] {
            let plain = hidden(decoder, batch, wanted: wanted).values
            let cache = KeyValueCache(decoder.config, capacity: 23)
            let saved = decoder.forwardSaving(batch, cache: cache, wanted: wanted).hidden.values
            expectSame(saved, plain)
        }
    }

    @Test(arguments: families, [false, true])
    func anyChunkingGivesTheSameBits(_ family: DecoderConfig.Family, adapted: Bool) {
        let decoder = TinyModel.decoder(family)
        let adapter = adapted ? TinyModel.adapter(decoder.config) : nil
        let whole = hidden(decoder, text(tokens, adapter: adapter)).values
        for sizes in [
            Array(repeating: 1, count: 23), [1, 22], [22, 1], [8, 8, 7], [5, 1, 1, 9, 7], [16, 7],
            [2, 3, 4, 5, 9],
        ] {
            expectSame(pieces(decoder, sizes, adapter: adapter), whole, "\(sizes)")
        }
    }

    @Test(arguments: families) func newTokensAreNearThePrompts(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        let adapter = TinyModel.adapter(decoder.config)
        let whole = hidden(decoder, text(tokens, adapter: adapter)).values
        let ones = Array(repeating: 1, count: 23)
        #expect(relativeError(pieces(decoder, ones, adapter: adapter, isNew: { _ in true }), whole) < 1e-5)
        // As an engine does it: a prompt, then token by token.
        let mixed = [9, 4] + Array(repeating: 1, count: 10)
        #expect(relativeError(pieces(decoder, mixed, adapter: adapter, isNew: { $0 > 1 }), whole) < 1e-5)
        // Several new tokens at once (speculation) are the same as one by one.
        let (single, together) = ([10] + Array(repeating: 1, count: 13), [10, 6, 1, 5, 1])
        let first = pieces(decoder, single, adapter: adapter, isNew: { $0 > 0 })
        expectSame(pieces(decoder, together, adapter: adapter, isNew: { $0 > 0 }), first)
    }

    @Test(arguments: families) func spansMayLieAnywhereInTheCache(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        let whole = hidden(decoder, text(tokens)).values
        let cache = KeyValueCache(decoder.config, capacity: 60)
        // Text rows 0–4, 5–11, 12–22 go to cache rows 40, 3 and 20, the first cut in two spans.
        let parts = [(0..<5, 40), (5..<12, 3), (12..<23, 20)]
        let spans = [
            [], [Span(start: 40, count: 5)],
            [Span(start: 40, count: 2), Span(start: 42, count: 3), Span(start: 3, count: 7)],
        ]
        var all: [Float] = []
        for ((rows, store), past) in zip(parts, spans) {
            let batch = RowBatch(
                tokens: Array(tokens[rows]),
                segments: [Segment(rows: 0..<rows.count, past: past, store: store)])
            all += hidden(decoder, batch, cache: cache).values
        }
        expectSame(all, whole)
        // All three as segments of one batch, each the past of the next.
        let batch = RowBatch(
            tokens: tokens, segments: zip(parts, spans).map { Segment(rows: $0.0, past: $1, store: $0.1) })
        let together = hidden(decoder, batch, cache: KeyValueCache(decoder.config, capacity: 60))
        expectSame(together.values, whole)
    }

    @Test(arguments: families) func someRowsAreTheSameAsAmongAll(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        let batch = text(tokens, adapter: TinyModel.adapter(decoder.config))
        let all = hidden(decoder, batch)
        for wanted in [[], [0], [22], [3, 4, 5], [0, 2, 4, 22], Array(1..<23), [7, 8, 9, 15, 16, 20]] {
            let some = hidden(decoder, batch, wanted: wanted)
            expectSame(some.values, wanted.flatMap { all.row($0) }, "\(wanted)")
        }
    }

    @Test(arguments: families) func threadsChangeNothing(_ family: DecoderConfig.Family) {
        let config = TinyModel.config(family)
        let batch = text(tokens, adapter: TinyModel.adapter(config))
        var new = batch
        new.prompt = 4
        for batch in [batch, new] {
            let all = [1, 2, 3].map { hidden(TinyModel.decoder(family, threads: $0), batch).values.bits }
            #expect(all[1] == all[0] && all[2] == all[0])
        }
    }

    /// Positions beyond the first table of angles, and back.
    @Test func longTextsAndThenShortOnes() {
        let decoder = TinyModel.decoder(.llama)
        let long = TinyModel.tokens(700)
        let before = hidden(decoder, text(tokens)).values
        let all = hidden(decoder, text(long), wanted: [699])
        let reference = ReferenceDecoder(decoder.weights, adapter: nil)
        #expect(relativeError(all.row(0).doubles, reference.hidden(long)[699]) < 1e-5)
        expectSame(hidden(decoder, text(tokens)).values, before)
    }
}
