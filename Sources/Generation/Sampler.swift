import Foundation
import Kernels

/// Chooses tokens from logits.
///
/// A draw is a function of the seed and of how many tokens the answer has, so
/// the same request gives the same answer whatever runs beside it.
struct Sampler {
    let sampling: Sampling

    /// Whether the token with the largest logit is always chosen.
    var isPlain: Bool { !sampling.adjusts && sampling.temperature == 0 }

    /// How many of the largest logits matter, where not all do.
    var reach: Int? {
        if sampling.adjusts { return nil }
        if sampling.temperature == 0 { return 1 }
        return (1...64).contains(sampling.topK) ? sampling.topK : nil
    }

    /// The next token, given the logits after prompt and answer so far.
    func choose(_ logits: [Float], prompt: [Int32], answer: [Int32]) -> Int32 {
        if isPlain { return Self.best(logits) }
        let logits = sampling.adjusts ? adjusted(logits, prompt: prompt, answer: answer) : logits
        if sampling.temperature == 0 { return Self.best(logits) }
        let draw = CounterRandom.uniform(seed: sampling.seed, position: UInt64(answer.count))
        return pick(draw, logits)
    }

    /// The token with the largest logit; of equals, the lowest.
    static func best(_ logits: [Float]) -> Int32 {
        Int32(Kernel.largest(logits))
    }

    private func adjusted(_ logits: [Float], prompt: [Int32], answer: [Int32]) -> [Float] {
        var logits = logits
        if sampling.repetitionPenalty != 1 {
            let penalty = Float(sampling.repetitionPenalty)
            for token in Set(prompt).union(answer) {
                let value = logits[Int(token)]
                logits[Int(token)] = value > 0 ? value / penalty : value * penalty
            }
        }
        if sampling.presencePenalty != 0 || sampling.frequencyPenalty != 0 {
            let counts = answer.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }
            for (token, count) in counts {
                logits[Int(token)] -= Float(
                    sampling.presencePenalty + sampling.frequencyPenalty * Double(count))
            }
        }
        for (token, bias) in sampling.bias where logits.indices.contains(Int(token)) {
            logits[Int(token)] += bias
        }
        return logits
    }

    /// The token at a place between 0 and 1 of the filtered distribution.
    private func pick(_ draw: Double, _ logits: [Float]) -> Int32 {
        let most = Double(logits[Int(Self.best(logits))])
        func weight(_ index: Int) -> Double { exp((Double(logits[index]) - most) / sampling.temperature) }
        let isUnfiltered = sampling.topK <= 0 && sampling.topP >= 1 && sampling.minP <= 0
        if isUnfiltered {
            let weights = logits.indices.map(weight)
            return Self.place(draw, Array(logits.indices), weights)
        }
        var heap = TokenHeap(logits)
        // The mass that top-p speaks of is that of the tokens top-k leaves.
        let likeliest =
            sampling.topK > 0 ? (0..<min(sampling.topK, logits.count)).compactMap { _ in heap.pop() } : nil
        let total =
            likeliest.map { $0.reduce(0.0) { $0 + weight($1) } }
            ?? logits.indices.reduce(0.0) { $0 + weight($1) }
        var chosen: [Int] = []
        var weights: [Double] = []
        var sum = 0.0
        func next() -> Int? {
            guard let likeliest else { return heap.pop() }
            return chosen.count < likeliest.count ? likeliest[chosen.count] : nil
        }
        while let index = next() {
            let mass = weight(index)
            if !chosen.isEmpty, mass < sampling.minP || (sampling.topP < 1 && sum >= sampling.topP * total) {
                break
            }
            chosen.append(index)
            weights.append(mass)
            sum += mass
        }
        return Self.place(draw, chosen, weights)
    }

    private static func place(_ draw: Double, _ tokens: [Int], _ weights: [Double]) -> Int32 {
        var left = draw * weights.reduce(0, +)
        for (token, weight) in zip(tokens, weights) {
            left -= weight
            if left < 0 { return Int32(token) }
        }
        // Rounding may leave a little; it belongs to the last token that has any chance.
        let last = weights.lastIndex { $0 > 0 } ?? weights.count - 1
        return Int32(tokens.indices.contains(last) ? tokens[last] : 0)
    }
}

/// Tokens from the likeliest down, found as far as they are asked for.
///
/// A heap, because sorting a quarter of a million logits for the twenty that
/// are wanted takes longer than the forward pass.
struct TokenHeap {
    private let logits: [Float]
    private var heap: [Int32]

    init(_ logits: [Float]) {
        self.logits = logits
        heap = (0..<Int32(logits.count)).map { $0 }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }

    /// The likeliest few, likeliest first.
    ///
    /// A list as long as the answer, because building a heap of a quarter of a
    /// million logits for three of them costs more than looking at each once.
    static func best(_ count: Int, of logits: [Float]) -> [Int] {
        if count > 32 {
            var heap = TokenHeap(logits)
            return (0..<min(count, logits.count)).compactMap { _ in heap.pop() }
        }
        var best: [Int] = []
        best.reserveCapacity(count + 1)
        for index in logits.indices {
            let value = logits[index]
            if best.count == count {
                guard let last = best.last, value > logits[last] else { continue }
                best.removeLast()
            }
            let place = best.firstIndex { logits[$0] < value } ?? best.count
            best.insert(index, at: place)
        }
        return best
    }

    mutating func pop() -> Int? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink(0)
        }
        return Int(top)
    }

    private func isAbove(_ a: Int32, _ b: Int32) -> Bool {
        let (x, y) = (logits[Int(a)], logits[Int(b)])
        return x > y || (x == y && a < b)
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var child = 2 * index + 1
            if child >= heap.count { return }
            if child + 1 < heap.count, isAbove(heap[child + 1], heap[child]) { child += 1 }
            if !isAbove(heap[child], heap[index]) { return }
            heap.swapAt(child, index)
            index = child
        }
    }
}
