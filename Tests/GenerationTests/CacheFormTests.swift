import Kernels
import Model
import Testing

@testable import Generation

/// The engine's promises over packed weights, for every form of the cache.
@Suite struct CacheFormTests {
    private func answers(
        _ requests: [GenerationRequest], _ precision: CachePrecision, parallel: Int = 1, chunk: Int = 256,
        remembered: Int = 0, speculates: Bool = false, threads: Int = 2
    ) -> [[GenerationEvent]] {
        let engine = Engine(
            TinyModel.decoder(threads: threads, form: .packed), context: 64, parallel: parallel, chunk: chunk,
            capacity: 64 * parallel + remembered, remembered: remembered, cachePrecision: precision)
        engine.speculates = speculates
        let ids = requests.map { engine.submit($0) }
        var told: [Engine.ID: [GenerationEvent]] = [:]
        engine.run { told[$0, default: []].append($1) }
        return ids.map { told[$0] ?? [] }
    }

    /// Texts that repeat themselves and begin alike, greedy and sampled.
    private var requests: [GenerationRequest] {
        (0..<12).map { index in
            var sampling = index % 3 == 0 ? Sampling.greedy : Sampling()
            sampling.seed = UInt64(index)
            let piece = TinyModel.tokens(3 + index % 4, seed: UInt64(index))
            return GenerationRequest(
                prompt: TinyModel.tokens(18, seed: 5) + piece + piece + piece, maxTokens: 5 + 2 * index,
                sampling: sampling, adapter: index % 5 == 4 ? TinyModel.adapter() : nil, alternatives: 2)
        }
    }

    @Test(arguments: CachePrecision.allCases) func anAnswerIsTheSameAloneAndInACrowd(
        _ precision: CachePrecision
    ) {
        let requests = requests
        let alone = requests.map { answers([$0], precision)[0] }
        #expect(answers(requests, precision, parallel: 12) == alone)
        #expect(answers(requests, precision, parallel: 5, chunk: 7) == alone)
        #expect(answers(requests, precision, parallel: 5, chunk: 1, threads: 1) == alone)
        #expect(answers(requests, precision, parallel: 3, remembered: 256) == alone, "remembered")
        #expect(answers(requests, precision, parallel: 12, speculates: true) == alone, "guessed")
        #expect(answers(requests, precision, parallel: 2, remembered: 256, speculates: true) == alone, "both")
    }

    /// Where few tokens are allowed the others' logits are not computed, and nobody can tell.
    @Test func anAnswerWithAFormIsTheSameWithAllLogits() throws {
        let bytes = (0..<1000).map { (token: Int) -> [UInt8] in
            if token < 256 { return [UInt8(token)] }
            let letter = 97 + token / 10 % 26
            return [UInt8(48 + token % 10), UInt8(letter)]
        }
        let digits = BytePattern.repeated(.one(ByteSet(48...57)), atLeast: 2, atMost: 9)
        let letters = BytePattern.repeated(.one(ByteSet(0...255)), atLeast: 1, atMost: 5)
        let grammar = try #require(
            Grammar(rules: [.sequence([.text("<"), digits, .text(":"), letters, .text(">")])], start: 0))
        let constraint = Constraint(grammar, tokens: TokenBytes(bytes))
        let requests = (0..<6).map { index in
            var sampling = index % 2 == 0 ? Sampling.greedy : Sampling()
            sampling.seed = UInt64(index)
            var request = GenerationRequest(
                prompt: TinyModel.tokens(5 + index, seed: UInt64(index)), maxTokens: 20, stops: [7],
                sampling: sampling)
            request.constraint = index == 5 ? nil : constraint
            return request
        }
        func answers(_ requests: [GenerationRequest], skips: Bool) -> [[GenerationEvent]] {
            let engine = Engine(
                TinyModel.decoder(form: .packed, vocabulary: 1000), context: 64, parallel: 6)
            engine.skipsTokens = skips
            let ids = requests.map { engine.submit($0) }
            var told: [Engine.ID: [GenerationEvent]] = [:]
            engine.run { told[$0, default: []].append($1) }
            return ids.map { told[$0] ?? [] }
        }
        let whole = answers(requests, skips: false)
        #expect(answers(requests, skips: true) == whole)
        for (request, want) in zip(requests, whole) { #expect(answers([request], skips: true) == [want]) }
    }
}
