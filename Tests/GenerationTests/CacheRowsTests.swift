import Kernels
import Model
import Testing

@testable import Generation

@Suite struct CacheRowsTests {
    /// Random takes and gives: nobody's rows are anybody else's, and what is
    /// free and what is taken is always all there is.
    @Test(arguments: 0..<20) func blocksHaveOneOwner(_ seed: Int) {
        var place: UInt64 = 0
        func random(_ limit: Int) -> Int {
            place += 1
            return Int(CounterRandom.bits(seed: UInt64(seed), position: place) % UInt64(limit))
        }
        var rows = CacheRows(capacity: 20 * CacheRows.block + 7)
        var owners: [[Int]] = []
        for _ in 0..<300 {
            if random(2) == 0, !owners.isEmpty {
                rows.give(back: owners.remove(at: random(owners.count)))
            } else {
                let wanted = random(100)
                let free = rows.freeRows
                let blocks = rows.take(rows: wanted)
                #expect((blocks != nil) == (CacheRows.blocks(for: wanted) * CacheRows.block <= free))
                if let blocks {
                    #expect(blocks.count == CacheRows.blocks(for: wanted))
                    owners.append(blocks)
                } else {
                    #expect(rows.freeRows == free)
                }
            }
            let taken = owners.flatMap { $0 }
            #expect(Set(taken).count == taken.count)
            #expect(taken.allSatisfy { (0..<20).contains($0) })
            #expect(rows.freeRows == (20 - taken.count) * CacheRows.block)
        }
        for blocks in owners { rows.give(back: blocks) }
        #expect(rows.freeRows == 20 * CacheRows.block)
        #expect(rows.take(rows: 20 * CacheRows.block) == Array(0..<20))
    }

    @Test func spansNameEveryRowInOrder() {
        for blocks in [[0], [3, 4, 5], [7, 2, 3, 9, 8], [5, 6, 1, 2, 0]] {
            let count = blocks.count * CacheRows.block
            for from in stride(from: 0, to: count, by: 5) {
                for to in stride(from: from, through: count, by: 7) {
                    let spans = CacheRows.spans(from..<to, in: blocks)
                    let rows = spans.flatMap { $0.start..<$0.start + $0.count }
                    let want = (from..<to).map {
                        blocks[$0 / CacheRows.block] * CacheRows.block + $0 % CacheRows.block
                    }
                    #expect(rows == want)
                    #expect(spans.allSatisfy { $0.count > 0 })
                    let joined = zip(spans, spans.dropFirst()).allSatisfy { $0.start + $0.count != $1.start }
                    #expect(joined)
                }
            }
        }
    }
}
