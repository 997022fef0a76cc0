import Kernels
import Model
import Testing

@testable import Generation

@Suite struct EngineTests {
    /// What an engine told about each request, in the order of submission.
    private struct Told: Equatable {
        var tokens: [GeneratedToken] = []
        var ends: [FinishReason] = []
    }

    private func run(_ engine: Engine, _ requests: [GenerationRequest]) -> [Told] {
        let ids = requests.map { engine.submit($0) }
        var told: [Engine.ID: Told] = [:]
        engine.run { id, event in
            switch event {
            case .token(let token):
                #expect(told[id]?.ends.isEmpty ?? true)
                told[id, default: Told()].tokens.append(token)
            case .finished(let reason): told[id, default: Told()].ends.append(reason)
            }
        }
        #expect(engine.isIdle)
        #expect(engine.rows.freeRows == engine.rows.blocks * CacheRows.block)
        return ids.map { told[$0] ?? Told() }
    }

    private func requests() -> [GenerationRequest] {
        let adapter = TinyModel.adapter()
        return (0..<16).map { index in
            var sampling = index % 2 == 0 ? Sampling.greedy : Sampling()
            sampling.seed = UInt64(index)
            if index % 3 == 0 { sampling.topK = 9 }
            if index % 5 == 0 { sampling.repetitionPenalty = 1.2 }
            return GenerationRequest(
                prompt: TinyModel.tokens(1 + index * 5 % 37, seed: UInt64(index)),
                maxTokens: 3 + index * 7 % 20,
                sampling: sampling, adapter: index % 4 == 1 ? adapter : nil, alternatives: 3)
        }
    }

    /// Tokens and log-probabilities to the last bit, sampled and greedy.
    @Test func anAnswerIsTheSameAloneAndInACrowd() {
        let decoder = TinyModel.decoder()
        let requests = requests()
        let alone = requests.map { run(Engine(decoder, context: 64, parallel: 1), [$0])[0] }
        #expect(alone.allSatisfy { $0.ends == [.length] })
        #expect(zip(alone, requests).allSatisfy { $0.tokens.count == $1.maxTokens })
        for (parallel, chunk) in [(16, 256), (16, 1), (3, 7), (5, 16), (16, 33)] {
            let crowd = run(Engine(decoder, context: 64, parallel: parallel, chunk: chunk), requests)
            #expect(crowd == alone, "\(parallel) at once, chunks of \(chunk)")
        }
        let backwards = run(Engine(decoder, context: 64, parallel: 16), requests.reversed())
        #expect(Array(backwards.reversed()) == alone)
        let threads = run(Engine(TinyModel.decoder(threads: 1), context: 64, parallel: 16), requests)
        #expect(threads == alone)
    }

    /// The whole text once more for every token, and the likeliest taken.
    @Test func greedyIsTheLikeliestAfterTheWholeText() {
        let decoder = TinyModel.decoder()
        var text = TinyModel.tokens(11, seed: 3)
        let told = run(
            Engine(decoder, context: 64, parallel: 2, chunk: 4),
            [GenerationRequest(prompt: text, maxTokens: 20, sampling: .greedy, alternatives: 5)])[0]
        for token in told.tokens {
            let batch = RowBatch(tokens: text, segments: [Segment(rows: 0..<text.count, store: 0)])
            let cache = KeyValueCache(decoder.config, capacity: text.count)
            let logits = Matrix(1, TinyModel.vocabulary)
            decoder.logits(
                decoder.forward(batch, cache: cache, wanted: [text.count - 1]), prompt: 1, into: logits)
            let lse = CrossEntropy.logSumExp(logits, decoder.workers)[0]
            let row = logits.row(0).map { $0 - lse }
            let order = row.indices.sorted { row[$0] > row[$1] }
            #expect(token.token == Int32(order[0]))
            #expect(abs((token.logProbability ?? 0) - row[order[0]]) < 1e-4)
            #expect(token.alternatives.map(\.token) == order.prefix(5).map(Int32.init))
            for one in token.alternatives { #expect(abs(one.logProbability - row[Int(one.token)]) < 1e-4) }
            text.append(token.token)
        }
    }

    @Test func aStopTokenEndsTheAnswerAndIsNotInIt() {
        let decoder = TinyModel.decoder()
        var request = GenerationRequest(prompt: [1, 2, 3], maxTokens: 12, sampling: .greedy)
        let free = run(Engine(decoder, context: 64, parallel: 1), [request])[0].tokens.map(\.token)
        request.stops = [free[4]]
        let stopped = run(Engine(decoder, context: 64, parallel: 1), [request])[0]
        let at = free.firstIndex(of: free[4]) ?? 0
        #expect(stopped.tokens.map(\.token) == Array(free[..<at]))
        #expect(stopped.ends == [.stop])
        #expect(stopped.tokens.allSatisfy { $0.logProbability == nil && $0.alternatives.isEmpty })
    }

    @Test func lengthEndsTheAnswer() {
        let decoder = TinyModel.decoder()
        func told(_ prompt: Int, _ maxTokens: Int) -> Told {
            run(
                Engine(decoder, context: 20, parallel: 1),
                [GenerationRequest(prompt: TinyModel.tokens(prompt, seed: 1), maxTokens: maxTokens)])[0]
        }
        #expect(told(5, 0) == Told(ends: [.length]))
        #expect(told(5, 1).tokens.count == 1)
        #expect(told(5, 15).tokens.count == 15)
        #expect(told(5, 16).tokens.count == 15)
        #expect(told(5, .max).tokens.count == 15)
        #expect(told(19, 100).tokens.count == 1)
        #expect(told(20, 100) == Told(ends: [.length]))
    }

    @Test func cancellingFreesRowsAndIsTold() {
        let decoder = TinyModel.decoder()
        let engine = Engine(decoder, context: 32, parallel: 2)
        let prompt = TinyModel.tokens(9, seed: 2)
        let request = GenerationRequest(prompt: prompt, maxTokens: 20, sampling: .greedy)
        let alone = run(engine, [request])[0]
        let ids = (0..<4).map { _ in engine.submit(request) }
        var tokens: [Engine.ID: [GeneratedToken]] = [:]
        var ends: [Engine.ID: FinishReason] = [:]
        func take(_ events: [(id: Engine.ID, event: GenerationEvent)]) {
            for (id, event) in events {
                switch event {
                case .token(let token): tokens[id, default: []].append(token)
                case .finished(let reason): ends[id] = reason
                }
            }
        }
        for _ in 0..<5 { take(engine.step()) }
        #expect(engine.load == (running: 2, waiting: 2))
        engine.cancel(ids[0])
        engine.cancel(ids[3])
        engine.cancel(ids[3])
        #expect(!engine.isIdle)
        take(engine.step())
        #expect(ends == [ids[0]: .cancelled, ids[3]: .cancelled])
        #expect(engine.load == (running: 2, waiting: 0))
        while !engine.isIdle { take(engine.step()) }
        #expect(tokens[ids[0]]?.count == 5)
        #expect(tokens[ids[1]] == alone.tokens && tokens[ids[2]] == alone.tokens)
        #expect(tokens[ids[3]] == nil)
        #expect(ends[ids[1]] == .length && ends[ids[2]] == .length)
        #expect(engine.rows.freeRows == engine.rows.blocks * CacheRows.block)
        engine.cancel(ids[1])
        #expect(engine.isIdle)
    }

    /// A long prompt is read in chunks, and who is answered gets a token each step.
    @Test func aLongPromptHoldsNobodyUp() {
        let engine = Engine(TinyModel.decoder(), context: 64, parallel: 2, chunk: 4)
        engine.speculates = false
        let short = engine.submit(GenerationRequest(prompt: [1, 2], maxTokens: 30, sampling: .greedy))
        _ = engine.step()
        let long = engine.submit(GenerationRequest(prompt: TinyModel.tokens(40, seed: 1), maxTokens: 2))
        for step in 0..<9 {
            let events = engine.step()
            #expect(events.map(\.id) == [short], "step \(step)")
        }
        #expect(engine.step().map(\.id).contains(long))
    }

    @Test func aPromptBeyondTheContextTraps() async {
        await #expect(processExitsWith: .failure) {
            let engine = Engine(TinyModel.decoder(), context: 4, parallel: 1)
            _ = engine.submit(GenerationRequest(prompt: [1, 2, 3, 4, 5], maxTokens: 1))
        }
    }
}
