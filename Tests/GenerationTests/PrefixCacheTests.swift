import Model
import Testing

@testable import Generation

/// What is remembered of prompts, and that nobody can tell.
@Suite struct PrefixCacheTests {
    private func answer(_ engine: Engine, _ request: GenerationRequest) -> ([GeneratedToken], remembered: Int)
    {
        let id = engine.submit(request)
        var tokens: [GeneratedToken] = []
        var remembered = 0
        while !engine.isIdle {
            for (_, event) in engine.step() { if case .token(let token) = event { tokens.append(token) } }
            for one in engine.admitted where one.id == id { remembered = one.remembered }
        }
        return (tokens, remembered)
    }

    private func request(_ length: Int, tail: Int32, adapter: Adapter? = nil) -> GenerationRequest {
        var request = GenerationRequest(
            prompt: TinyModel.tokens(length, seed: 7) + [tail], maxTokens: 9, adapter: adapter,
            alternatives: 4)
        request.sampling.seed = UInt64(tail)
        return request
    }

    /// Tokens and log-probabilities, to the last bit.
    @Test func aHitChangesNothing() {
        let decoder = TinyModel.decoder()
        let engine = Engine(decoder, context: 64, parallel: 2, chunk: 5, capacity: 400, remembered: 400)
        let fresh = { Engine(decoder, context: 64, parallel: 1) }
        var hits = 0
        for (length, tail) in [(40, 3), (40, 4), (40, 3), (33, 5), (48, 6), (48, 7), (16, 1), (15, 2)] {
            let request = request(length, tail: Int32(tail))
            let (tokens, remembered) = answer(engine, request)
            #expect(tokens == answer(fresh(), request).0)
            hits += remembered
        }
        #expect(hits >= 4 * 32)
        #expect(engine.memory.found == hits)
    }

    @Test func anAdapterRemembersForItselfAlone() {
        let decoder = TinyModel.decoder()
        let adapter = TinyModel.adapter()
        let engine = Engine(decoder, context: 64, parallel: 1, capacity: 400, remembered: 400)
        #expect(answer(engine, request(40, tail: 1)).remembered == 0)
        #expect(answer(engine, request(40, tail: 1, adapter: adapter)).remembered == 0)
        #expect(answer(engine, request(40, tail: 2, adapter: adapter)).remembered == 32)
        engine.forget(adapter)
        #expect(answer(engine, request(40, tail: 2, adapter: adapter)).remembered == 0)
    }

    /// Old prompts make room, for new ones and for answers.
    @Test func theBudgetIsKept() {
        let engine = Engine(TinyModel.decoder(), context: 64, parallel: 1, capacity: 128, remembered: 64)
        for seed in 0..<12 {
            let prompt = TinyModel.tokens(60, seed: UInt64(seed))
            _ = answer(engine, GenerationRequest(prompt: prompt, maxTokens: 3))
            #expect(engine.rows.blocks * CacheRows.block - engine.rows.freeRows <= 64)
        }
    }

    private func used(_ engine: Engine) -> Int {
        engine.rows.blocks * CacheRows.block - engine.rows.freeRows
    }

    /// A server that is never asked the same twice keeps little.
    @Test func whatIsNeverAskedAgainDoesNotPileUp() {
        let engine = Engine(TinyModel.decoder(), context: 64, parallel: 1, capacity: 4096, remembered: 4096)
        for seed in 0..<80 {
            let prompt = TinyModel.tokens(40, seed: UInt64(seed))
            _ = answer(engine, GenerationRequest(prompt: prompt, maxTokens: 2))
        }
        #expect(used(engine) <= 32 * CacheRows.block)
    }

    /// More prompts than are kept at first, in turns: soon all of them are remembered.
    @Test func whatComesAgainMakesRoomForItself() {
        let hits = hitsOfFourTurns(among: 12, length: 140, capacity: 4096)
        #expect(hits[0] == 0 && hits[3] == 12 * 128, "\(hits)")
    }

    /// Chance makes short beginnings come again; the room for them does not grow for ever.
    @Test func shortPromptsMakeNoRoom() {
        let hits = hitsOfFourTurns(among: 40, length: 40, capacity: 4096)
        #expect(hits == [0, 0, 0, 0], "\(hits)")
    }

    /// How many rows were remembered, turn by turn of the same prompts.
    private func hitsOfFourTurns(among prompts: Int, length: Int, capacity: Int) -> [Int] {
        let engine = Engine(
            TinyModel.decoder(), context: 256, parallel: 1, capacity: capacity, remembered: capacity)
        return (0..<4).map { _ in
            (0..<prompts).reduce(0) { sum, seed in
                let prompt = TinyModel.tokens(length, seed: UInt64(seed))
                return sum + answer(engine, GenerationRequest(prompt: prompt, maxTokens: 2)).remembered
            }
        }
    }

    @Test func theLatestPromptIsKeptWhole() {
        var cache = PrefixCache(budget: 100, allowance: 4)
        for prompt in [TinyModel.tokens(700, seed: 1), TinyModel.tokens(320, seed: 2)] {
            let blocks = prompt.count / CacheRows.block
            let path = cache.enter(prompt, blocks: Array(0..<blocks), shared: [], root: 0)
            _ = cache.release(path)
            let known = cache.take(prompt + [1], root: 0)
            #expect(known.blocks.count == blocks)
            _ = cache.release(known.entries)
        }
        #expect(cache.take(TinyModel.tokens(700, seed: 1), root: 0).blocks.isEmpty)
    }
}
