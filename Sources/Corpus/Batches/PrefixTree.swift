/// The common beginnings of some token lists, as a tree.
///
/// Leaves are the lists; an inner node is a longest common beginning of at least
/// two of them. It is built from the sorted lists and the common lengths of
/// neighbours, without recursion, because a hostile dataset can make it deep.
struct PrefixTree {
    struct Node {
        /// The length of the beginning that everything below shares.
        let depth: Int
        /// Inner nodes directly below.
        var nodes: [Int] = []
        /// Lists directly below, as the numbers they were given in.
        var leaves: [Int] = []
    }
    /// All inner nodes; children come before their parent, the last is the root.
    private(set) var nodes: [Node] = []

    var root: Int { nodes.count - 1 }

    /// The tree of the first `length(i)` tokens of list i, for i in `0..<count`.
    init(count: Int, length: (Int) -> Int, tokens: (Int) -> [Int32]) {
        func beginning(_ list: Int) -> ArraySlice<Int32> { tokens(list)[..<length(list)] }
        let order = (0..<count).sorted { a, b in
            let (first, second) = (beginning(a), beginning(b))
            if first.lexicographicallyPrecedes(second) { return true }
            return first == second && a < b
        }
        var open = [Node(depth: 0)]
        func close(_ node: Node) -> Int {
            nodes.append(node)
            return nodes.count - 1
        }
        for (at, list) in order.enumerated() {
            let own = beginning(list)
            let after = at + 1 == count ? 0 : Self.common(own, beginning(order[at + 1]))
            if after > open[open.count - 1].depth { open.append(Node(depth: after)) }
            open[open.count - 1].leaves.append(list)
            // Nodes deeper than what the next list shares are complete.
            while after < open[open.count - 1].depth {
                let done = open.removeLast()
                if after > open[open.count - 1].depth { open.append(Node(depth: after)) }
                open[open.count - 1].nodes.append(close(done))
            }
        }
        _ = close(open[0])
    }

    private static func common(_ a: ArraySlice<Int32>, _ b: ArraySlice<Int32>) -> Int {
        zip(a, b).prefix { $0 == $1 }.count
    }
}
