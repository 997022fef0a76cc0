import Kernels
import Testing

@testable import Model

private let families = DecoderConfig.Family.allCases

/// Inference over packed weights, with a cache of its own kind.
@Suite struct PackedTests {
    private let tokens = TinyModel.tokens(40)

    private func decoder(_ family: DecoderConfig.Family, threads: Int = 2) -> Decoder {
        let config = TinyModel.config(family)
        return Decoder(TinyModel.weights(config, form: .packed), workers: Workers(count: threads))
    }

    private func cache(_ decoder: Decoder, _ precision: CachePrecision = .float32) -> KeyValueCache {
        KeyValueCache(for: decoder.weights, capacity: 64, precision: precision)
    }

    /// Runs the text in pieces, the first of them a prompt's.
    private func pieces(
        _ decoder: Decoder, _ sizes: [Int], prompt: Int, _ precision: CachePrecision = .float32,
        adapter: Adapter? = nil
    ) -> [Float] {
        let cache = cache(decoder, precision)
        var (all, from): ([Float], Int) = ([], 0)
        for size in sizes {
            let segment = Segment(
                rows: 0..<size, past: from > 0 ? [Span(start: 0, count: from)] : [], store: from,
                adapter: adapter)
            let batch = RowBatch(
                tokens: Array(tokens[from..<from + size]), segments: [segment],
                prompt: from < prompt ? size : 0)
            all += decoder.forward(batch, cache: cache, wanted: Array(0..<size)).values
            from += size
        }
        return all
    }

    @Test(arguments: families) func rowsAreThoseOfTheExpandedWeights(_ family: DecoderConfig.Family) {
        let expanded = TinyModel.decoder(family)
        let batch = RowBatch(tokens: tokens, segments: [Segment(rows: 0..<tokens.count, store: 0)])
        let want = expanded.forward(
            batch, cache: KeyValueCache(expanded.config, capacity: 64), wanted: Array(tokens.indices)
        ).values
        let packed = decoder(family)
        #expect(relativeError(pieces(packed, [40], prompt: 40), want) < 3e-6)
        #expect(relativeError(pieces(packed, [20] + Array(repeating: 1, count: 20), prompt: 20), want) < 3e-6)
        #expect(relativeError(pieces(packed, [40], prompt: 40, .float16), want) < 2e-3)
        #expect(relativeError(pieces(packed, [40], prompt: 40, .int8), want) < 3e-2)
    }

    @Test(arguments: families, CachePrecision.allCases)
    func aPromptInChunksIsThePrompt(_ family: DecoderConfig.Family, _ precision: CachePrecision) {
        let decoder = decoder(family)
        let whole = pieces(decoder, [40], prompt: 40, precision)
        for sizes in [[39, 1], [1, 39], [7, 20, 13], [16, 16, 8]] {
            expectSame(pieces(decoder, sizes, prompt: 40, precision), whole, "\(sizes)")
        }
        expectSame(pieces(self.decoder(family, threads: 1), [40], prompt: 40, precision), whole, "one thread")
    }

    /// As speculation has them: several at once, or one by one.
    @Test(arguments: families, CachePrecision.allCases)
    func newTokensTogetherAreThoseOneByOne(_ family: DecoderConfig.Family, _ precision: CachePrecision) {
        let decoder = decoder(family)
        let single = pieces(decoder, [10] + Array(repeating: 1, count: 30), prompt: 10, precision)
        for sizes in [[10, 30], [10, 3, 1, 20, 6]] {
            expectSame(pieces(decoder, sizes, prompt: 10, precision), single, "\(sizes)")
        }
        let alone = pieces(self.decoder(family, threads: 1), [10, 30], prompt: 10, precision)
        expectSame(alone, single, "one thread")
    }

    /// All layers in one job against one operation at a time, which an adapter that
    /// changes nothing asks for.
    @Test(arguments: families, CachePrecision.allCases)
    func oneJobIsTheOperationsOneByOne(_ family: DecoderConfig.Family, _ precision: CachePrecision) {
        let decoder = decoder(family)
        let nothing = Adapter(parts: Array(repeating: [:], count: decoder.config.layerCount))
        for sizes in [[10, 1, 1, 28], [1, 39]] {
            expectSame(
                pieces(decoder, sizes, prompt: sizes[0], precision),
                pieces(decoder, sizes, prompt: sizes[0], precision, adapter: nothing), "\(sizes)")
        }
    }

    @Test(arguments: families, CachePrecision.allCases)
    func rowsDoNotDependOnTheirNeighbours(_ family: DecoderConfig.Family, _ precision: CachePrecision) {
        let decoder = decoder(family)
        let alone = pieces(decoder, [10, 1], prompt: 10, precision).suffix(decoder.config.hiddenSize)
        let cache = cache(decoder, precision)
        let others = TinyModel.tokens(12, seed: 77)
        _ = decoder.forward(
            RowBatch(
                tokens: Array(tokens[..<10]) + others[..<5],
                segments: [Segment(rows: 0..<10, store: 0), Segment(rows: 10..<15, store: 30)]),
            cache: cache, wanted: [9])
        // A new token among new tokens of another text, beside a third text's prompt.
        let mixed = RowBatch(
            tokens: Array(others[5..<9]) + [tokens[10]] + others[9..<12],
            segments: [
                Segment(rows: 0..<4, store: 50),
                Segment(rows: 4..<5, past: [Span(start: 0, count: 10)], store: 10),
                Segment(rows: 5..<8, past: [Span(start: 30, count: 5)], store: 35),
            ], prompt: 4)
        let together = decoder.forward(mixed, cache: cache, wanted: [3, 4, 7])
        expectSame(together.row(1), Array(alone))
    }
}
