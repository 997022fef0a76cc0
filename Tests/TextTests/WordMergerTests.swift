import Testing

@testable import Text

struct WordMergerTests {
    /// Merges that join 2^k letters to one symbol.
    private static let doubling: MergeTable = {
        var merges = MergeTable()
        for id in Int32(0)..<20 { merges.append(id, id, into: id + 1) }
        return merges
    }()

    private func merged(_ symbols: [Int32], _ merges: MergeTable) -> (ids: [Int32], starts: [Int], steps: Int)
    {
        var merger = WordMerger()
        for (index, symbol) in symbols.enumerated() { merger.append(symbol, start: index) }
        var (ids, starts): ([Int32], [Int]) = ([], [])
        merger.finish(merges) { id, start in
            ids.append(id)
            starts.append(start)
        }
        return (ids, starts, merger.steps)
    }

    @Test func `a word of a hundred thousand letters takes no more steps a letter than a short one`() {
        let short = merged([Int32](repeating: 0, count: 1000), Self.doubling)
        let long = merged([Int32](repeating: 0, count: 100_000), Self.doubling)
        #expect(long.ids.count < 30)
        // Each join notes at most two more candidates.
        #expect(short.steps <= 3 * 1000)
        #expect(long.steps <= 3 * 100_000)
    }

    @Test func `the lowest rank joins first, and of equals the leftmost`() {
        var merges = MergeTable()
        merges.append(1, 2, into: 10)  // bc
        merges.append(0, 1, into: 11)  // ab
        #expect(merged([0, 1, 2], merges).ids == [0, 10])
        #expect(merged([0, 1, 0, 1, 2], merges).ids == [11, 0, 10])
        #expect(merged([0, 0, 0], Self.doubling).ids == [1, 0])
        #expect(merged([0, 0, 0], Self.doubling).starts == [0, 2])
        #expect(merged([], merges).ids == [])
    }

    @Test func `the same pair twice keeps its first rank`() {
        var merges = MergeTable()
        merges.append(0, 1, into: 5)
        merges.append(1, 2, into: 6)
        merges.append(1, 2, into: 7)
        #expect(merges.merge(1, 2)?.id == 6)
        #expect(merges.merge(1, 2)?.rank == 1)
        #expect(merges.merge(2, 1) == nil)
    }

    @Test func `a simple joiner gives the same`() {
        var merges = MergeTable()
        var state: UInt64 = 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<60 { merges.append(Int32(next(8)), Int32(next(8)), into: Int32(next(20))) }
        for _ in 0..<300 {
            let symbols = (0..<next(30)).map { _ in Int32(next(8)) }
            #expect(merged(symbols, merges).ids == Self.simply(symbols, merges))
        }
    }

    /// The definition, word for word.
    private static func simply(_ symbols: [Int32], _ merges: MergeTable) -> [Int32] {
        var symbols = symbols
        while true {
            var best: (rank: UInt32, index: Int, id: Int32)?
            for index in symbols.indices.dropLast() {
                guard let merge = merges.merge(symbols[index], symbols[index + 1]) else { continue }
                if best.map({ merge.rank < $0.rank }) ?? true { best = (merge.rank, index, merge.id) }
            }
            guard let best else { return symbols }
            symbols[best.index] = best.id
            symbols.remove(at: best.index + 1)
        }
    }
}
