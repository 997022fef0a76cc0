import Kernels
import Model
import Testing

@testable import Generation

@Suite struct SpeculationTests {
    private func answers(_ requests: [GenerationRequest], speculates: Bool) -> [[GenerationEvent]] {
        let engine = Engine(TinyModel.decoder(), context: 64, parallel: 4)
        engine.speculates = speculates
        let ids = requests.map { engine.submit($0) }
        var told: [Engine.ID: [GenerationEvent]] = [:]
        engine.run { told[$0, default: []].append($1) }
        #expect(engine.rows.freeRows == engine.rows.blocks * CacheRows.block)
        return ids.map { told[$0] ?? [] }
    }

    /// Tokens, log-probabilities and ends to the last bit, greedy and sampled, with texts
    /// that repeat themselves so that guesses are made, right ones and wrong ones.
    @Test func guessesChangeNothing() {
        let adapter = TinyModel.adapter()
        let requests = (0..<12).map { index in
            var sampling = index % 3 == 0 ? Sampling.greedy : Sampling()
            sampling.seed = UInt64(index)
            sampling.temperature = index % 3 == 2 ? 0.3 : sampling.temperature
            let piece = TinyModel.tokens(2 + index % 4, seed: UInt64(index))
            return GenerationRequest(
                prompt: piece + piece + piece + piece, maxTokens: 5 + 3 * index,
                stops: index % 4 == 3 ? [piece[0]] : [], sampling: sampling,
                adapter: index % 5 == 4 ? adapter : nil, alternatives: 2)
        }
        let plain = answers(requests, speculates: false)
        #expect(answers(requests, speculates: true) == plain)
        for (request, want) in zip(requests, plain) {
            #expect(answers([request], speculates: true) == [want])
        }
    }

    @Test func rightGuessesSaveSteps() {
        // Greedy answers of a tiny model soon run in circles.
        let request = GenerationRequest(prompt: [1, 2, 3], maxTokens: 50, sampling: .greedy)
        let steps = [false, true].map { speculates in
            let engine = Engine(TinyModel.decoder(), context: 64, parallel: 1)
            engine.speculates = speculates
            _ = engine.submit(request)
            var steps = 0
            while !engine.isIdle {
                _ = engine.step()
                steps += 1
            }
            return steps
        }
        #expect(steps[0] == 50)
        #expect(steps[1] < 35)
    }

    @Test func aGuessIsWhatFollowedLast() {
        let drafter = Drafter([5, 6, 7, 1, 5, 6, 7, 2, 9, 5, 6])
        #expect(drafter.draft(limit: 8).isEmpty == false)
        drafter.take(7)
        #expect(drafter.draft(limit: 8) == [2, 9, 5])
        #expect(drafter.draft(limit: 1) == [2])
        #expect(drafter.draft(limit: 0) == [])
        drafter.learn(drafted: 3, accepted: 3)
        #expect(drafter.draft(limit: 8) == [2, 9, 5, 6, 7])
        drafter.learn(drafted: 5, accepted: 0)
        #expect(drafter.draft(limit: 8) == [2])
        #expect(Drafter([1, 2, 3, 4]).draft(limit: 4) == [])
        #expect(Drafter([]).draft(limit: 4) == [])
    }
}
