import Foundation
import Kernels
import Model
import Testing

@testable import Generation

@Suite struct ScorerTests {
    private let items = (0..<25).map { index in
        Scorer.Item(
            context: TinyModel.tokens(1 + index * 7 % 13, seed: UInt64(index)),
            continuation: TinyModel.tokens(index * 5 % 11, seed: UInt64(100 + index)))
    }

    @Test func togetherIsTheSameAsOneByOne() {
        let decoder = TinyModel.decoder()
        for adapter in [nil, TinyModel.adapter()] {
            let alone = items.map { Scorer(decoder).score([$0], adapter: adapter)[0] }
            for rowsAtOnce in [1, 10, 64, 1024] {
                var told: [Int] = []
                let together = Scorer(decoder, rowsAtOnce: rowsAtOnce).score(items, adapter: adapter) {
                    told.append($0)
                }
                #expect(together == alone, "\(rowsAtOnce) rows at once")
                #expect(told == told.sorted() && told.last == items.count)
            }
        }
    }

    @Test func scoresAreThoseOfTheWholeText() {
        let decoder = TinyModel.decoder()
        for (item, score) in zip(items, Scorer(decoder).score(items)) {
            #expect(
                score.tokens.count == item.continuation.count && score.greedy.count == item.continuation.count
            )
            var text = item.context
            for (index, token) in item.continuation.enumerated() {
                let batch = RowBatch(tokens: text, segments: [Segment(rows: 0..<text.count, store: 0)])
                let cache = KeyValueCache(decoder.config, capacity: text.count)
                let logits = Matrix(1, TinyModel.vocabulary)
                decoder.logits(
                    decoder.forward(batch, cache: cache, wanted: [text.count - 1]), prompt: 1, into: logits)
                let row = logits.row(0).map(Double.init)
                let lse = log(row.reduce(0) { $0 + exp($1) })
                #expect(abs(Double(score.tokens[index]) - (row[Int(token)] - lse)) < 1e-5)
                #expect(score.greedy[index] == (row.max() == row[Int(token)]))
                text.append(token)
            }
            #expect(abs(score.total - score.tokens.reduce(0) { $0 + Double($1) }) < 1e-12)
            #expect(score.isGreedy == score.greedy.allSatisfy { $0 })
        }
    }

    /// Greedy's own answer is judged greedy.
    @Test func whatTheEngineWroteIsGreedy() {
        let decoder = TinyModel.decoder()
        let prompt = TinyModel.tokens(6, seed: 4)
        let engine = Engine(decoder, context: 40, parallel: 1)
        _ = engine.submit(GenerationRequest(prompt: prompt, maxTokens: 15, sampling: .greedy))
        var answer: [Int32] = []
        engine.run { _, event in if case .token(let token) = event { answer.append(token.token) } }
        #expect(Scorer(decoder).score([Scorer.Item(context: prompt, continuation: answer)])[0].isGreedy)
    }

    @Test func nothingToJudgeIsCertain() {
        let scorer = Scorer(TinyModel.decoder())
        #expect(scorer.score([]).isEmpty)
        let empty = scorer.score([
            Scorer.Item(context: [1], continuation: []), Scorer.Item(context: [2, 3], continuation: []),
        ])
        #expect(empty.map(\.total) == [0, 0] && empty.allSatisfy { $0.isGreedy })
    }
}
