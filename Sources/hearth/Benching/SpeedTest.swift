import Foundation
import Generation
import Kernels
import Model

/// One thing whose speed is measured.
struct SpeedTest {
    enum Kind {
        /// Reading a prompt of so many tokens, up to the first token of the answer.
        case prompt(Int)
        /// Writing so many tokens, after the first.
        case generation(Int)
    }

    let kind: Kind
    /// How many texts are read or written at once.
    let parallel: Int
    /// How keys and values are kept.
    let cache: CachePrecision

    /// What llama-bench calls it: `pp512`, `tg128`; with several texts, `tg128 @ 16`.
    var name: String {
        let name =
            switch kind {
            case .prompt(let count): "pp\(count)"
            case .generation(let count): "tg\(count)"
            }
        return parallel == 1 ? name : "\(name) @ \(parallel)"
    }

    /// Tokens a second, all texts together, once for each repetition.
    ///
    /// One repetition more is done first and not counted. Prompts are random tokens, other
    /// ones each time, so that nothing can be remembered of them; answers are greedy. `between`
    /// is called before each that counts, and after the last.
    func measure(_ model: LoadedModel, repetitions: Int, between: () -> Void = {}) -> [Double] {
        _ = run(model, seed: 0)
        between()
        return (1...repetitions).map { repetition in
            defer { between() }
            return run(model, seed: UInt64(repetition))
        }
    }

    private func run(_ model: LoadedModel, seed: UInt64) -> Double {
        let (reading, writing) =
            switch kind {
            case .prompt(let count): (count, 0)
            case .generation(let count): (1, count)
            }
        let engine = Engine(
            model.decoder, context: reading + writing + 1, parallel: parallel, cachePrecision: cache)
        // Random prompts end in circles, which guesses would follow at once: that is another figure.
        engine.speculates = false
        for text in 0..<parallel {
            let tokens = prompt(reading, seed: CounterRandom.mix(seed, UInt64(text)), model)
            _ = engine.submit(
                GenerationRequest(
                    prompt: tokens, maxTokens: writing + 1, sampling: .greedy, adapter: model.adapter))
        }
        let clock = ContinuousClock()
        var start = clock.now
        if writing > 0 {
            // The first token of each answer belongs to its prompt.
            var first = 0
            while first < parallel, !engine.isIdle { first += Self.tokens(engine.step()) }
            start = clock.now
        }
        var count = 0
        while !engine.isIdle { count += Self.tokens(engine.step()) }
        let seconds = (clock.now - start) / .seconds(1)
        return Double(writing > 0 ? count : reading * parallel) / seconds
    }

    private static func tokens(_ events: [(id: Engine.ID, event: GenerationEvent)]) -> Int {
        events.reduce(0) { if case .token = $1.event { $0 + 1 } else { $0 } }
    }

    private func prompt(_ count: Int, seed: UInt64, _ model: LoadedModel) -> [Int32] {
        let vocabulary = UInt64(model.text.tokenizer.vocabularySize)
        return (0..<count).map { Int32(CounterRandom.mix(seed, UInt64($0)) % vocabulary) }
    }
}
