import Kernels
import Model
import Testing

@testable import Generation

/// Beginnings that texts share are computed once, and nothing comes out differently.
@Suite struct ScorerPassTests {
    /// Questions after the same examples, with choices of which some begin alike.
    private func questions(_ count: Int, examples: Int, seed: UInt64 = 7) -> [Scorer.Item] {
        let shown = TinyModel.tokens(examples, seed: seed)
        return (0..<count).flatMap { question in
            let context = shown + TinyModel.tokens(2 + question % 4, seed: seed + 100 + UInt64(question))
            return (0..<4).map { choice in
                let end = TinyModel.tokens(choice, seed: seed + 1000 + UInt64(question * 4 + choice))
                return Scorer.Item(context: context, continuation: [Int32(choice / 2)] + end)
            }
        }
    }

    /// Short texts over two tokens: many begin alike, contain each other, or are equal.
    private func tangle(_ count: Int, seed: UInt64) -> [Scorer.Item] {
        (0..<count).map { index in
            func bits(_ count: Int, _ salt: UInt64) -> [Int32] {
                (0..<count).map {
                    Int32(CounterRandom.bits(seed: seed &+ salt, position: UInt64(100 * index + $0)) % 2)
                }
            }
            let lengths = TinyModel.tokens(2, seed: seed &+ 31 &* UInt64(index))
            return Scorer.Item(
                context: bits(1 + Int(lengths[0]) % 9, 1), continuation: bits(Int(lengths[1]) % 6, 2))
        }
    }

    @Test func sharingChangesNoBit() {
        let decoder = TinyModel.decoder()
        let lists = [
            questions(6, examples: 30), tangle(60, seed: 3),
            questions(3, examples: 0) + questions(3, examples: 20),
        ]
        for items in lists {
            for adapter in [nil, TinyModel.adapter()] {
                let alone = items.map { Scorer(decoder).score([$0], adapter: adapter)[0] }
                for rowsAtOnce in [1, 7, 40, 1024] {
                    let together = Scorer(decoder, rowsAtOnce: rowsAtOnce).score(items, adapter: adapter)
                    #expect(together == alone, "\(rowsAtOnce) rows at once")
                }
            }
        }
    }

    /// Follows every question through the cache, as attention would.
    @Test(arguments: 0..<40) func everyQuestionSeesItsOwnText(seed: UInt64) {
        let items = seed % 2 == 0 ? tangle(50, seed: seed) : questions(9, examples: 12, seed: seed)
        let texts = items.enumerated().compactMap { ScorerPass.Text($0, $1) }
        var judged: [[Int]] = items.map { _ in [] }
        var cache: [Int32] = []
        for pass in ScorerPass.plan(texts, rowsAtOnce: 1 + Int(seed) * 3, grain: 10, adapter: nil) {
            cache += [Int32](repeating: -1, count: max(0, pass.capacity - cache.count))
            for segment in pass.segments {
                cache.replaceSubrange(
                    segment.store..<segment.store + segment.rows.count, with: pass.tokens[segment.rows])
            }
            for question in pass.questions {
                guard let segment = pass.segments.first(where: { $0.rows.contains(question.row) }) else {
                    Issue.record("a question about no row")
                    continue
                }
                let past = segment.past.flatMap { cache[$0.start..<$0.start + $0.count] }
                let item = items[question.item]
                let text = item.context + item.continuation.prefix(question.place)
                #expect(past + pass.tokens[segment.rows.lowerBound...question.row] == text)
                judged[question.item].append(question.place)
            }
        }
        #expect(judged == items.map { Array($0.continuation.indices) })
    }

    @Test func whatIsSharedIsComputedOnce() {
        let items = questions(40, examples: 30)
        let texts = items.enumerated().compactMap { ScorerPass.Text($0, $1) }
        let distinct = texts.indices.reduce(0) { rows, place in
            let shared = place == 0 ? 0 : texts[place].common(with: texts[place - 1])
            return rows + texts[place].tokens.count - shared
        }
        for rowsAtOnce in [64, 1024] {
            let passes = ScorerPass.plan(texts, rowsAtOnce: rowsAtOnce, adapter: nil)
            let rows = passes.reduce(0) { $0 + $1.tokens.count }
            // A question cut in two by the end of a pass is begun again, the examples never.
            #expect(rows - distinct <= 6 * (passes.count - 1), "\(rows) rows for \(distinct)")
            #expect(passes.allSatisfy { $0.tokens.count <= rowsAtOnce })
            #expect(passes.dropFirst().allSatisfy { $0.reused >= 30 })
        }
    }

    @Test func aLongTrunkIsNotGivenUpForCompany() {
        let items = questions(4, examples: 300) + questions(4, examples: 300, seed: 8)
        let texts = items.enumerated().compactMap { ScorerPass.Text($0, $1) }
        let passes = ScorerPass.plan(texts, rowsAtOnce: 2000, adapter: nil)
        #expect(passes.map(\.trunk) == [300, 300])
    }

    @Test func onlyRowsThatAreJudgedAreWanted() {
        let texts = questions(5, examples: 20).enumerated().compactMap { ScorerPass.Text($0, $1) }
        for pass in ScorerPass.plan(texts, rowsAtOnce: 1024, adapter: nil) {
            #expect(Set(pass.wanted) == Set(pass.questions.map(\.row)))
            #expect(pass.wanted == Set(pass.wanted).sorted())
            #expect(pass.wanted.count < pass.questions.count)
        }
    }
}
