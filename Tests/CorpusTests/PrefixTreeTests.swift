import Testing

@testable import Corpus

@Suite struct PrefixTreeTests {
    /// Every pair of lists must meet in the node of exactly their common length.
    func check(_ lists: [[Int32]]) {
        let tree = PrefixTree(count: lists.count, length: { lists[$0].count }, tokens: { lists[$0] })
        var members = [[Int]](repeating: [], count: tree.nodes.count)
        var parent = [Int?](repeating: nil, count: tree.nodes.count)
        for (number, node) in tree.nodes.enumerated() {
            members[number] = node.leaves + node.nodes.flatMap { members[$0] }
            for child in node.nodes {
                #expect(child < number && tree.nodes[child].depth > node.depth)
                parent[child] = number
            }
            #expect(number == tree.root || node.leaves.count + node.nodes.count > 1)
        }
        #expect(tree.nodes[tree.root].depth == 0)
        #expect(members[tree.root].sorted() == Array(lists.indices))
        for a in lists.indices {
            for b in lists.indices where a < b {
                let common = zip(lists[a], lists[b]).prefix { $0 == $1 }.count
                let meet = members.firstIndex { $0.contains(a) && $0.contains(b) }
                #expect(meet.map { tree.nodes[$0].depth } == common, "\(lists[a]) \(lists[b])")
            }
        }
    }

    @Test func pairsMeetAtTheirCommonLength() {
        check([])
        check([[]])
        check([[1, 2, 3]])
        check([[1, 2, 3], [1, 2, 4], [1, 5], [6], [], [1, 2, 3], [1, 2]])
    }

    @Test func randomListsMeetAtTheirCommonLength() {
        var dice = Dice(1)
        for _ in 0..<300 {
            let lists = (0..<dice.roll(12)).map { _ in
                (0..<dice.roll(7)).map { _ in Int32(dice.roll(2)) }
            }
            check(lists)
        }
    }

    @Test func aDeepChainNeedsNoDeepStack() {
        let chain = (0..<3000).map { [Int32](repeating: 7, count: $0) }
        let tree = PrefixTree(count: chain.count, length: { chain[$0].count }, tokens: { chain[$0] })
        #expect(tree.nodes.count == 2999)
    }
}
