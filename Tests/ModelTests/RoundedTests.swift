import Kernels
import Testing

@testable import Model

private let families = DecoderConfig.Family.allCases

/// The contracts once more, with operands in sixteen-bit blocks.
@Suite(.enabled(if: Precision.block16.isSupported, "needs a CPU with VNNI"))
struct RoundedTests {
    private let context = TinyModel.tokens(40, seed: 1)
    private let branches = [
        TinyModel.tokens(9, seed: 2), TinyModel.tokens(33, seed: 3), TinyModel.tokens(1, seed: 4),
    ]

    private func hidden(_ decoder: Decoder, _ batch: RowBatch, wanted: [Int]? = nil) -> Matrix {
        let result = decoder.forward(
            batch, cache: KeyValueCache(decoder.config, capacity: batch.tokens.count),
            wanted: wanted ?? Array(0..<batch.tokens.count))
        return Matrix(result.rows, result.columns, result.values)
    }

    @Test(arguments: families) func itIsNearTheWholeOne(_ family: DecoderConfig.Family) {
        let (rounded, whole) = (TinyModel.decoder(family, precision: .block16), TinyModel.decoder(family))
        let adapter = TinyModel.adapter(whole.config)
        let trial = Trial.shared(context, branches, adapter: adapter)
        let (got, want) = (Gradients(of: adapter), Gradients(of: adapter))
        #expect(relativeError(trial.run(rounded, into: got), trial.run(whole, into: want)) < 2e-3)
        #expect(relativeError(got.values, want.values) < 6e-3)
    }

    @Test(arguments: families) func threadsChangeNothing(_ family: DecoderConfig.Family) {
        let adapter = TinyModel.adapter(TinyModel.config(family))
        let trial = Trial.shared(context, branches, adapter: adapter)
        let all = [1, 2, 3].map { threads -> [Float] in
            let decoder = TinyModel.decoder(family, threads: threads, precision: .block16)
            let gradients = Gradients(of: adapter)
            return trial.run(decoder, into: gradients) + gradients.values
        }
        expectSame(all[1], all[0], "2 threads")
        expectSame(all[2], all[0], "3 threads")
    }

    @Test(arguments: families) func savingAndWantingChangeNothing(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family, precision: .block16)
        let batch = Trial.text(context, adapter: TinyModel.adapter(decoder.config)).batch
        let all = hidden(decoder, batch)
        for wanted in [[39], [0, 5, 6, 7, 21], Array(8..<40)] {
            let some = hidden(decoder, batch, wanted: wanted)
            expectSame(some.values, wanted.flatMap { all.row($0) }, "\(wanted)")
            let cache = KeyValueCache(decoder.config, capacity: 40)
            expectSame(decoder.forwardSaving(batch, cache: cache, wanted: wanted).hidden.values, some.values)
        }
    }

    @Test(arguments: families) func aTextIsTheSameAloneAndInACrowd(_ family: DecoderConfig.Family) {
        let decoder = TinyModel.decoder(family, precision: .block16)
        let adapter = TinyModel.adapter(decoder.config)
        let texts = branches.map { context + $0 }
        let packed = Trial.packed(texts, from: 0, adapter: adapter).batch
        let together = hidden(decoder, packed)
        for (text, segment) in zip(texts, packed.segments) {
            let alone = hidden(decoder, Trial.text(text, adapter: adapter).batch)
            expectSame(together[rows: segment.rows].values, alone.values)
        }
        let shared = Trial.shared(context, branches, adapter: adapter).batch
        let branched = hidden(decoder, shared)
        for (text, segment) in zip(texts, shared.segments.dropFirst()) {
            let alone = hidden(decoder, Trial.text(text, adapter: adapter).batch)
            expectSame(branched[rows: segment.rows].values, alone[rows: context.count..<text.count].values)
        }
    }
}
