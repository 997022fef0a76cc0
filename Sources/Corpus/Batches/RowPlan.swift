/// The rows of one micro-batch: which tokens are computed, once, and what is predicted from them.
///
/// A segment is a run of rows that continues its parent, or begins a text where it
/// has none. Packed examples are segments without parents; examples that share a
/// context hang off a segment that holds it. Nothing else differs, so the trainer
/// has one path for all.
///
/// A shared segment ends before the row that predicts the first trained token of
/// any of its members: token t is predicted by row t-1, so that row is its
/// example's own, and every row has at most one target. Rows after the one that
/// predicts an example's last trained token are left out; nothing depends on them.
public struct RowPlan: Sendable, Equatable {
    /// Neighbouring rows of one text.
    public struct Segment: Sendable, Equatable {
        /// The segment it continues; it comes earlier in the plan.
        public let parent: Int?
        /// Its rows in the plan.
        public let rows: Range<Int>
        /// The position of its first row in the text.
        public let position: Int
        /// The examples it belongs to, by their places in the batch.
        public let members: [Int]
    }

    /// A prediction that counts.
    public struct Target: Sendable, Equatable {
        /// The row that predicts.
        public let row: Int
        /// The token that should be predicted.
        public let token: Int32
        /// The example, by its place in the batch.
        public let member: Int
    }

    /// The token of every row.
    public private(set) var tokens: [Int32] = []
    /// The segments in the order of their rows, parents first.
    public private(set) var segments: [Segment] = []
    /// The targets in the order of their rows.
    public private(set) var targets: [Target] = []

    /// Examples side by side, each by itself, in their order.
    public static func separate(_ examples: [EncodedExample]) -> RowPlan {
        var plan = RowPlan()
        for member in examples.indices {
            plan.add(examples[member].ids, from: 0, to: examples[member].rows, parent: nil, members: [member])
            plan.addTargets(of: examples[member], member: member)
        }
        return plan
    }

    /// Examples with every common beginning computed once.
    ///
    /// Decided on tokens. What is put where depends on the examples alone, and
    /// siblings come in the order of their first member.
    public static func shared(_ examples: [EncodedExample]) -> RowPlan {
        let tree = PrefixTree(
            count: examples.count, length: { examples[$0].sharable }, tokens: { examples[$0].ids })
        var members = tree.nodes.map(\.leaves)
        for (number, node) in tree.nodes.enumerated() {
            for child in node.nodes { members[number] += members[child] }
            members[number].sort()
        }
        var plan = RowPlan()
        // Depth first, so that a branch stays close to what it hangs off.
        var waiting: [(branch: Branch, parent: Int?, from: Int)] = [(.node(tree.root), nil, 0)]
        while let (branch, parent, from) = waiting.popLast() {
            switch branch {
            case .leaf(let member):
                let example = examples[member]
                plan.add(example.ids, from: from, to: example.rows, parent: parent, members: [member])
                plan.addTargets(of: example, member: member)
            case .node(let number):
                let node = tree.nodes[number]
                guard let first = members[number].first else { continue }
                var segment = parent
                if node.depth > from {
                    segment = plan.segments.count
                    plan.add(
                        examples[first].ids, from: from, to: node.depth, parent: parent,
                        members: members[number])
                }
                let below =
                    node.leaves.map { (Branch.leaf($0), $0) }
                    + node.nodes.map { (Branch.node($0), members[$0].first ?? 0) }
                // The last in is the first out.
                for (child, _) in below.sorted(by: { $0.1 > $1.1 }) {
                    waiting.append((child, segment, node.depth))
                }
            }
        }
        return plan
    }

    private enum Branch {
        case node(Int)
        case leaf(Int)
    }

    private mutating func add(_ ids: [Int32], from: Int, to end: Int, parent: Int?, members: [Int]) {
        // An example that trains nothing has no rows.
        guard end > from else { return }
        let rows = tokens.count..<tokens.count + end - from
        tokens += ids[from..<end]
        segments.append(Segment(parent: parent, rows: rows, position: from, members: members))
    }

    /// All targets of an example lie in the segment added last.
    private mutating func addTargets(of example: EncodedExample, member: Int) {
        guard let segment = segments.last else { return }
        for (token, trained) in example.trained.enumerated() where trained {
            let row = segment.rows.lowerBound + token - 1 - segment.position
            targets.append(Target(row: row, token: example.ids[token], member: member))
        }
    }
}
