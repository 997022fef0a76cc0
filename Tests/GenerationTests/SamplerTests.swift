import Foundation
import Kernels
import Testing

@testable import Generation

@Suite struct SamplerTests {
    /// What transformers' processors leave of a distribution, written plainly:
    /// penalties and bias, temperature, top-k, top-p, min-p.
    private func reference(
        _ logits: [Float], _ sampling: Sampling, prompt: [Int32] = [], answer: [Int32] = []
    ) -> [Int: Double] {
        var x = logits.map(Double.init)
        for token in Set(prompt + answer) {
            let value = x[Int(token)]
            x[Int(token)] =
                value > 0 ? value / sampling.repetitionPenalty : value * sampling.repetitionPenalty
        }
        for token in Set(answer) {
            let count = answer.count { $0 == token }
            x[Int(token)] -= sampling.presencePenalty + sampling.frequencyPenalty * Double(count)
        }
        for (token, bias) in sampling.bias { x[Int(token)] += Double(bias) }
        // Of equals the lowest token goes first.
        var order = x.indices.sorted { x[$0] != x[$1] ? x[$0] > x[$1] : $0 < $1 }
        func mass(_ tokens: [Int]) -> [Double] {
            let weights = tokens.map { exp((x[$0] - x[tokens[0]]) / sampling.temperature) }
            let total = weights.reduce(0, +)
            return weights.map { $0 / total }
        }
        if sampling.topK > 0 { order = Array(order.prefix(sampling.topK)) }
        var before = 0.0
        let kept = mass(order).prefix { probability in
            defer { before += probability }
            return before < sampling.topP
        }
        order = Array(order.prefix(max(kept.count, 1)))
        let likely = mass(order)
        order = zip(order, likely).filter { $0.1 >= sampling.minP * likely[0] }.map(\.0)
        return Dictionary(uniqueKeysWithValues: zip(order, mass(order)))
    }

    private let logits: [Float] = [1.5, -0.5, 2.25, 2.25, 0, 3, -4, 1, 2.75, 0.5, -1, 2.25]

    private static let samplings: [Sampling] = {
        func made(_ change: (inout Sampling) -> Void) -> Sampling {
            var sampling = Sampling()
            change(&sampling)
            return sampling
        }
        return [
            made { _ in }, made { $0.temperature = 0.5 }, made { $0.temperature = 2 }, made { $0.topK = 1 },
            made { $0.topK = 4 }, made { $0.topK = 100 }, made { $0.topP = 0.5 }, made { $0.topP = 0.9 },
            made { $0.topP = 0.001 }, made { $0.topP = 0 }, made { $0.minP = 0.3 }, made { $0.minP = 1 },
            made { ($0.topK, $0.topP) = (5, 0.6) }, made { ($0.topK, $0.topP) = (5, 0) },
            made { ($0.topK, $0.topP, $0.minP) = (8, 0.8, 0.45) }, made { ($0.topP, $0.minP) = (0.7, 0.5) },
            made { ($0.temperature, $0.topK, $0.minP) = (1.5, 6, 0.2) },
            made { ($0.repetitionPenalty, $0.topK) = (1.3, 7) },
            made { ($0.presencePenalty, $0.frequencyPenalty) = (0.5, 0.25) },
            made { ($0.bias, $0.topP) = ([6: 8, 5: -100], 0.95) },
        ]
    }()

    /// χ² of twenty thousand draws against the reference: no more than five
    /// deviations above what chance gives; and nothing that was filtered out.
    @Test(arguments: samplings.indices) func drawsFollowTheFilteredDistribution(_ index: Int) {
        var sampling = Self.samplings[index]
        let (prompt, answer): ([Int32], [Int32]) = ([0, 5, 9], [2, 2, 8])
        let want = reference(logits, sampling, prompt: prompt, answer: answer)
        let draws = 20_000
        var counts: [Int: Int] = [:]
        for seed in 0..<draws {
            sampling.seed = UInt64(seed)
            let token = Sampler(sampling: sampling).choose(logits, prompt: prompt, answer: answer)
            counts[Int(token), default: 0] += 1
        }
        #expect(Set(counts.keys).isSubset(of: want.keys))
        let square = want.reduce(0.0) { sum, entry in
            let expected = entry.value * Double(draws)
            let off = Double(counts[entry.key] ?? 0) - expected
            return sum + off * off / expected
        }
        let freedom = Double(want.count - 1)
        #expect(square <= freedom + 5 * (2 * freedom).squareRoot())
    }

    @Test func greedyTakesTheBestAndOfEqualsTheLowest() {
        let sampler = Sampler(sampling: .greedy)
        #expect(sampler.choose(logits, prompt: [], answer: []) == 5)
        #expect(sampler.choose([1, 3, 3, 2], prompt: [], answer: []) == 1)
        #expect(sampler.choose([-.infinity, -2, -.infinity], prompt: [], answer: []) == 1)
        var biased = Sampling.greedy
        biased.bias = [3: 2, 60: 100, -1: 100]
        #expect(Sampler(sampling: biased).choose([1, 3, 3, 2], prompt: [], answer: []) == 3)
        var penalised = Sampling.greedy
        penalised.repetitionPenalty = 4
        #expect(Sampler(sampling: penalised).choose([1, 3, -1, 2], prompt: [1], answer: [3, 2]) == 0)
    }

    @Test func oneOfTheLikeliestIsGreedyWhateverTheTemperature() {
        var sampling = Sampling()
        (sampling.topK, sampling.temperature) = (1, 5)
        for seed in 0..<50 {
            sampling.seed = UInt64(seed)
            #expect(Sampler(sampling: sampling).choose([1, 3, 3, 2], prompt: [], answer: []) == 1)
        }
    }

    @Test func extremeLogitsAndTemperaturesGiveATokenThatCanBe() {
        let harsh: [Float] = [-.infinity, 1e4, -1e4, 1e4 - 1, -.infinity]
        for temperature in [1e-6, 0.01, 1, 100, 1e9] {
            for topP in [0.3, 1] {
                for seed in 0..<200 {
                    var sampling = Sampling()
                    (sampling.temperature, sampling.topP, sampling.seed) = (temperature, topP, UInt64(seed))
                    let token = Sampler(sampling: sampling).choose(harsh, prompt: [], answer: [])
                    #expect([1, 2, 3].contains(token))
                    if temperature < 0.02 { #expect(token == 1) }
                }
            }
        }
    }

    @Test func aDrawIsAFunctionOfSeedAndPlace() {
        var sampling = Sampling()
        sampling.seed = 7
        let sampler = Sampler(sampling: sampling)
        let drawn = (0..<40).map { place in
            sampler.choose(logits, prompt: [], answer: Array(repeating: 1, count: place))
        }
        let again = (0..<40).map { place in
            Sampler(sampling: sampling).choose(
                logits, prompt: [4, 4], answer: Array(repeating: 2, count: place))
        }
        #expect(drawn == again)
        #expect(Set(drawn).count > 3)
        sampling.seed = 8
        let other = (0..<40).map { place in
            Sampler(sampling: sampling).choose(logits, prompt: [], answer: Array(repeating: 1, count: place))
        }
        #expect(other != drawn)
    }

    @Test func theHeapGivesTokensFromTheLikeliestDown() {
        for count in [1, 2, 3, 7, 64, 500] {
            // Few different values, so that equals are many.
            let logits = (0..<count).map { Float(CounterRandom.bits(seed: 3, position: UInt64($0)) % 9) }
            var heap = TokenHeap(logits)
            let popped = (0..<count).compactMap { _ in heap.pop() }
            let want = logits.indices.sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
            #expect(popped == want)
            #expect(heap.pop() == nil)
        }
    }
}
