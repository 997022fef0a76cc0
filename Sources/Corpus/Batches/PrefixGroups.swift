/// The groups in which `shared_context` keeps examples together.
///
/// A group is a node of the tree of common beginnings that is worth it: going on
/// from the beginning of the group above, sharing saves at least half of what an
/// average member still has to say before its answer, and an eighth of all it has to
/// say. So paragraphs become groups, and three words that many questions begin with
/// do not.
struct PrefixGroups: Sendable {
    /// A group: examples of its own, and groups with a longer common beginning.
    struct Group: Sendable, Equatable {
        var groups: [Int] = []
        var examples: [Int] = []
    }
    /// All groups; the last is the root, which holds everything.
    private(set) var groups: [Group] = []

    init(_ examples: [EncodedExample]) {
        let tree = PrefixTree(
            count: examples.count, length: { examples[$0].sharable }, tokens: { examples[$0].ids })
        let averages = Self.averages(tree, examples)
        // Parents come after their children, so this goes from the root down.
        var above = [Int](repeating: tree.root, count: tree.nodes.count)
        var home = above
        for node in tree.nodes.indices.reversed() {
            let from = tree.nodes[above[node]].depth
            let gain = tree.nodes[node].depth - from
            let isWorth = gain > 0 && gain * 2 >= averages[node] - from && gain * 8 >= averages[node]
            home[node] = node == tree.root || isWorth ? node : above[node]
            for child in tree.nodes[node].nodes { above[child] = home[node] }
        }
        var number: [Int: Int] = [:]
        for node in tree.nodes.indices where home[node] == node {
            number[node] = groups.count
            groups.append(Group())
        }
        for (node, group) in home.enumerated() {
            guard let own = number[group], let parent = number[above[node]] else { continue }
            groups[own].examples += tree.nodes[node].leaves
            if group == node, node != tree.root { groups[parent].groups.append(own) }
        }
        for group in groups.indices { groups[group].examples.sort() }
    }

    /// For each node, how many tokens an example below it could share on average.
    private static func averages(_ tree: PrefixTree, _ examples: [EncodedExample]) -> [Int] {
        var sums: [(tokens: Int, examples: Int)] = []
        for node in tree.nodes {
            var sum = (tokens: 0, examples: node.leaves.count)
            for leaf in node.leaves { sum.tokens += examples[leaf].sharable }
            for child in node.nodes {
                sum.tokens += sums[child].tokens
                sum.examples += sums[child].examples
            }
            sums.append(sum)
        }
        return sums.map { $0.examples == 0 ? 0 : $0.tokens / $0.examples }
    }
}

extension PrefixGroups {
    /// How many families ahead one is looked for that fits; more would use up the small ones early.
    static let window = 32

    /// The examples of an epoch, family by family.
    ///
    /// A family is what stays together: the examples of a group without groups
    /// below, or a single example. Groups and members are shuffled at every level.
    func families(_ order: SampleOrder, epoch: Int) -> [[Int]] {
        var families: [[Int]] = []
        var waiting: [Family] = [.group(groups.count - 1)]
        while let next = waiting.popLast() {
            switch next {
            case .example(let example): families.append([example])
            case .group(let number):
                let group = groups[number]
                let below: [Family] =
                    group.groups.map { .group($0) } + group.examples.map { .example($0) }
                let shuffled = order.permutation(of: below.count, epoch: epoch, stream: number + 1)
                    .map { below[$0] }
                if group.groups.isEmpty {
                    families.append(shuffled.compactMap(\.example))
                } else {
                    waiting += shuffled
                }
            }
        }
        return families.filter { !$0.isEmpty }
    }

    private enum Family {
        case group(Int)
        case example(Int)

        var example: Int? { if case .example(let example) = self { example } else { nil } }
    }

    /// The families laid into batches of exactly `size`, the last of which may have fewer.
    ///
    /// Into what is left of a batch goes the first of the next families that fits;
    /// where none does, the next one is split.
    static func batches(of families: [[Int]], size: Int, window: Int = window) -> [[Int]] {
        var batches: [[Int]] = []
        var batch: [Int] = []
        var next = families.startIndex
        var ahead: [[Int]] = []
        while true {
            while ahead.count < window, next < families.endIndex {
                ahead.append(families[next])
                next += 1
            }
            guard let first = ahead.first else { break }
            let left = size - batch.count
            if let fits = ahead.firstIndex(where: { $0.count <= left }) {
                batch += ahead.remove(at: fits)
            } else {
                batch += first.prefix(left)
                ahead[0] = Array(first.dropFirst(left))
            }
            if batch.count == size {
                batches.append(batch)
                batch = []
            }
        }
        return batch.isEmpty ? batches : batches + [batch]
    }
}
