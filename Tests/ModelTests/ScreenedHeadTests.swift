import Checkpoint
import Foundation
import Kernels
import TestSupport
import Testing

@testable import Model

/// Heads of real models, of which only what may matter is computed.
@Suite(.enabled(if: Kernel.roundsTokens, "needs a CPU with VNNI"))
struct ScreenedHeadTests {
    private static let fetched = ["smollm2-135m-instruct", "gemma-3-270m"].filter { name in
        Shared.models.map { FileManager.default.fileExists(atPath: $0 + "/\(name).gguf") } ?? false
    }

    /// A thousand steps: the likeliest and the twenty likeliest tokens have the logits of the
    /// whole head, in their places, bit for bit, and every other is told as it is or left out.
    @Test(.enabled(if: !fetched.isEmpty, "needs downloaded models"), arguments: fetched)
    func allLogitsThatMatterAreEqual(_ name: String) throws {
        let golden = try JSON.parse(
            Array(Data(contentsOf: URL(fileURLWithPath: Shared.golden("real/\(name).json")))))
        let texts = [golden["long"] ?? .null] + (golden["texts"]?.array ?? [])
        let ids = texts.flatMap { $0["ids"]?.array ?? [] }.compactMap { $0.int.map(Int32.init) }
        let tokens = ids.prefix(1000)
        try #require(tokens.count == 1000)
        let workers = Workers(count: 2)
        let decoder = Decoder(
            try DecoderWeights.load(
                ModelFiles.open((Shared.models ?? "") + "/\(name).gguf"), form: .packed, workers: workers),
            workers: workers)
        let batch = RowBatch(
            tokens: Array(tokens), segments: [Segment(rows: 0..<tokens.count, store: 0)], prompt: tokens.count
        )
        let cache = KeyValueCache(for: decoder.weights, capacity: tokens.count)
        let hidden = decoder.forward(batch, cache: cache, wanted: Array(tokens.indices))
        let (all, some) = (Matrix(4, decoder.config.vocabularySize), Matrix(4, decoder.config.vocabularySize))
        var read = 0
        for from in stride(from: 0, to: tokens.count, by: 4) {
            let rows = hidden[rows: from..<from + 4]
            decoder.logits(rows, prompt: 0, into: all)
            for count in [1, 20] {
                let before = decoder.headBytes
                decoder.logits(rows, largest: [count, count, count, count], into: some)
                if count == 1 { read += decoder.headBytes - before }
                for row in 0..<4 {
                    let (whole, told) = (all.row(row), some.row(row))
                    let least = whole.likeliest(count).last ?? 0
                    let (missing, wrong) = zip(whole, told).reduce((0, 0)) { sum, pair in
                        let isSame = pair.0 == pair.1
                        return (
                            sum.0 + (pair.0 >= least && !isSame ? 1 : 0),
                            sum.1 + (!isSame && pair.1 != -.infinity ? 1 : 0)
                        )
                    }
                    #expect(missing == 0 && wrong == 0, "\(name), step \(from + row), \(count) likeliest")
                }
            }
        }
        // Each row's panels are counted by themselves, though four rows share what they read.
        #expect(read < tokens.count / 2 * decoder.weights.head.byteCount)
    }
}

extension [Float] {
    /// The largest few, largest first.
    fileprivate func likeliest(_ count: Int) -> [Float] {
        var best: [Float] = []
        for value in self where best.count < count || value > best[count - 1] {
            if best.count == count { best.removeLast() }
            best.insert(value, at: best.firstIndex { $0 < value } ?? best.count)
        }
        return best
    }
}
