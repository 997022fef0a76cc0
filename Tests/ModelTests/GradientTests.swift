import Kernels
import Testing

@testable import Model

private let families = DecoderConfig.Family.allCases

@Suite struct GradientTests {
    @Test(arguments: families) func everyGradientIsTheSlope(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        expectSlopes(decoder, TinyModel.adapter(decoder.config), noise: nil)
    }

    @Test(arguments: families) func soAreThoseOfDoRA(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        expectSlopes(decoder, TinyModel.directed(TinyModel.adapter(decoder.config), decoder), noise: nil)
    }

    /// Dropout in every adapter and noise on every embedding, each row its own.
    @Test(arguments: families) func soAreThoseUnderNoise(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        let noise = RowNoise(
            keys: (0..<10).map { CounterRandom.bits(seed: 4, position: $0) }, dropout: 0.3,
            embeddingReach: (0..<10).map { 0.02 * Float($0) })
        expectSlopes(decoder, TinyModel.adapter(decoder.config), noise: noise)
    }

    /// Every part's gradient against central differences of the decoder in
    /// Double, along the gradient itself and along directions of no meaning.
    private func expectSlopes(_ decoder: Decoder, _ adapter: Adapter, noise: RowNoise?) {
        let tokens = TinyModel.tokens(10)
        var trial = Trial.text(tokens, from: 3, adapter: adapter)
        trial.batch.noise = noise
        let gradients = Gradients(of: adapter)
        let losses = trial.run(decoder, into: gradients)
        var reference = ReferenceDecoder(decoder.weights, adapter: adapter)
        if let noise { reference.apply(noise, to: trial.batch) }
        let want = loss(reference, tokens, trial)
        #expect(abs(losses.doubles.reduce(0, +) - want) < 1e-5 * want)

        var worst = 0.0
        var numbers = Numbers(seed: 3)
        let sides = [
            \ReferenceDecoder.LowRankPart.a, \ReferenceDecoder.LowRankPart.b,
            \ReferenceDecoder.LowRankPart.magnitude,
        ]
        for (layer, projection, part) in gradients.sum.places {
            for (side, matrix) in zip(sides, part.matrices) {
                let gradient = matrix.values.doubles
                let length = size(gradient)
                let own = gradient.map { $0 / length }
                let random = (0..<2).map { _ in numbers.list(gradient.count, within: 1).doubles }
                for direction in [own] + random.map({ one in one.map { $0 / size(one) } }) {
                    func moved(_ step: Double) -> Double {
                        var moved = reference
                        var part = moved.parts[layer][projection]
                        if let values = part?[keyPath: side] {
                            part?[keyPath: side] = zip(values, direction).map { $0 + step * $1 }
                        }
                        moved.parts[layer][projection] = part
                        return loss(moved, tokens, trial)
                    }
                    let slope = (moved(1e-4) - moved(-1e-4)) / 2e-4
                    let predicted = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
                    worst = max(worst, abs(slope - predicted) / length)
                }
            }
        }
        #expect(worst < 1e-5)
    }

    private func loss(_ reference: ReferenceDecoder, _ tokens: [Int32], _ trial: Trial) -> Double {
        let rows = reference.logProbabilities(tokens)
        return trial.targets.reduce(0) { $0 - rows[$1.row][Int($1.token)] }
    }

    private func size(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    @Test(arguments: families)
    func packedAndSharedAreTheSameAsOneByOne(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        let adapter = TinyModel.adapter(decoder.config)
        let context = TinyModel.tokens(9, seed: 1)
        let branches = [
            TinyModel.tokens(4, seed: 2), TinyModel.tokens(7, seed: 3), TinyModel.tokens(1, seed: 4),
        ]
        let texts = branches.map { context + $0 }

        let single = Gradients(of: adapter)
        let losses = texts.flatMap {
            Trial.text($0, from: context.count - 1, adapter: adapter).run(decoder, into: single)
        }
        for trial in [
            Trial.packed(texts, from: context.count - 1, adapter: adapter),
            Trial.shared(context, branches, adapter: adapter),
        ] {
            let gradients = Gradients(of: adapter)
            expectSame(trial.run(decoder, into: gradients), losses)
            for (got, want) in zip(gradients.sum.places, single.sum.places) {
                let place = "layer \(want.layer) \(want.projection)"
                #expect(relativeError(got.part.a.values, want.part.a.values) < 1e-5, "\(place)")
                #expect(relativeError(got.part.b.values, want.part.b.values) < 1e-5, "\(place)")
            }
        }
    }

    /// Contexts of contexts, in a cache where nothing lies in order.
    @Test(arguments: families) func sharingOfSharingIsTheSame(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        let adapter = TinyModel.adapter(decoder.config)
        let (root, left, right) = (
            TinyModel.tokens(5, seed: 1), TinyModel.tokens(4, seed: 2), TinyModel.tokens(3, seed: 3)
        )
        let leaves = [left + TinyModel.tokens(3, seed: 4), left + TinyModel.tokens(2, seed: 5)].map {
            root + $0
        }
        let texts = leaves + [root + right]
        let single = Gradients(of: adapter)
        var want: [Float] = []
        for (text, from) in zip(texts, [8, 8, 4]) {
            want += Trial.text(text, from: from, adapter: adapter).run(decoder, into: single)
        }
        let (rootSpan, leftSpan) = (Span(start: 30, count: 5), Span(start: 2, count: 4))
        let batch = RowBatch(
            tokens: root + left + leaves[0][9...] + leaves[1][9...] + right,
            segments: [
                Segment(rows: 0..<5, store: 30, adapter: adapter),
                Segment(rows: 5..<9, past: [rootSpan], store: 2, adapter: adapter),
                Segment(rows: 9..<12, past: [rootSpan, leftSpan], store: 20, adapter: adapter),
                Segment(rows: 12..<14, past: [rootSpan, leftSpan], store: 10, adapter: adapter),
                Segment(rows: 14..<17, past: [rootSpan], store: 6, adapter: adapter),
            ])
        let trial = Trial(
            batch: batch,
            targets: [
                (8, leaves[0][9]), (9, leaves[0][10]), (10, leaves[0][11]), (8, leaves[1][9]),
                (12, leaves[1][10]),
                (4, right[0]), (14, right[1]), (15, right[2]),
            ])
        let gradients = Gradients(of: adapter)
        let got = trial.run(decoder, into: gradients, cache: KeyValueCache(decoder.config, capacity: 40))
        expectSame(got, want)
        #expect(relativeError(gradients.values, single.values) < 1e-5)
    }

    @Test(arguments: families) func onlyWantedRowsAreNeeded(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        let adapter = TinyModel.adapter(decoder.config)
        var trial = Trial.text(TinyModel.tokens(14), adapter: adapter)
        trial.targets = [2, 3, 7, 12].map { ($0, 5) }
        let (some, all) = (Gradients(of: adapter), Gradients(of: adapter))
        expectSame(trial.run(decoder, into: some), trial.run(decoder, into: all, wanted: Array(0..<14)))
        #expect(relativeError(some.values, all.values) < 1e-6)
    }

    @Test(arguments: families) func gradientsAddUpAndCanBeCleared(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        let adapter = TinyModel.adapter(decoder.config)
        let trial = Trial.text(TinyModel.tokens(8), adapter: adapter)
        let gradients = Gradients(of: adapter)
        _ = trial.run(decoder, into: gradients)
        let once = gradients.values
        _ = trial.run(decoder, into: gradients)
        #expect(relativeError(gradients.values, once.map { 2 * $0 }) < 1e-6)
        gradients.clear(decoder.workers)
        #expect(gradients.values.allSatisfy { $0 == 0 })
        _ = trial.run(decoder, into: gradients)
        expectSame(gradients.values, once)
    }

    /// A part of an adapter has the gradient it has in the whole adapter, the
    /// rest being zero; nothing below the first part is gone through.
    @Test(arguments: families) func aPartialAdapterHasItsOwnGradients(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family)
        for (layers, projections) in [
            (Set([1, 2]), Projection.allCases), (Set([2]), [.query, .value]), (Set([0, 2]), [.down, .key]),
            (Set([1]), [.output, .gate, .up]),
        ] {
            let part = TinyModel.adapter(decoder.config, layers: layers, projections: projections)
            #expect(part.firstLayer == layers.min())
            let zero = TinyModel.adapter(decoder.config)
            let whole = Adapter(
                parts: zip(part.parts, zero.parts).map { own, all in
                    all.reduce(into: own) { parts, entry in
                        if parts[entry.key] != nil { return }
                        entry.value.b.fill(0)
                        parts[entry.key] = entry.value
                    }
                })
            let (got, want) = (Gradients(of: part), Gradients(of: whole))
            let tokens = TinyModel.tokens(9)
            let losses = Trial.text(tokens, adapter: part).run(decoder, into: got)
            #expect(relativeError(losses, Trial.text(tokens, adapter: whole).run(decoder, into: want)) < 1e-6)
            for (layer, projection, one) in got.sum.places {
                let other = want.sum.parts[layer][projection]
                #expect(relativeError(one.a.values, other?.a.values ?? []) < 1e-5, "\(layer) \(projection)")
                #expect(relativeError(one.b.values, other?.b.values ?? []) < 1e-5, "\(layer) \(projection)")
            }
        }
    }

    @Test(arguments: families) func threadsChangeNothing(_ family: DecoderConfig.Family) {
        let adapter = TinyModel.adapter(TinyModel.config(family))
        let trial = Trial.shared(
            TinyModel.tokens(19, seed: 1), [TinyModel.tokens(4, seed: 2), TinyModel.tokens(17, seed: 3)],
            adapter: adapter)
        let all = [1, 2, 3, 5].map { threads in
            let gradients = Gradients(of: adapter)
            return trial.run(TinyModel.decoder(family, threads: threads), into: gradients).bits
                + gradients.values.bits
        }
        #expect(all.allSatisfy { $0 == all[0] })
    }
}
