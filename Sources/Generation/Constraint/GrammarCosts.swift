/// How few tokens lead from each place of a grammar to the end of its rule.
///
/// Never too few: bytes that stand fixed are taken in the longest tokens there are,
/// any other byte is a token by itself. Why: an answer that runs out of tokens can
/// then be brought to its end in time, and is whole.
struct GrammarCosts {
    /// Far more than any answer has.
    static let never: Int32 = 1 << 28

    private(set) var nodes: [Int32]
    private let grammar: Grammar
    private let tokens: TokenBytes

    init(_ grammar: Grammar, _ tokens: TokenBytes) {
        self.grammar = grammar
        self.tokens = tokens
        nodes = Array(repeating: Self.never, count: grammar.nodes.count)
        // Nodes stand after those they lead to, except for loops: mostly once is enough.
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for node in nodes.indices {
                let cost = min(Self.never, self.cost(node))
                if cost < nodes[node] {
                    nodes[node] = cost
                    hasChanged = true
                }
            }
        }
    }

    /// From the beginning of a rule to its end.
    func rule(_ rule: Int32) -> Int32 { nodes[Int(grammar.starts[Int(rule)])] }

    /// So many turns of a loop, and what follows it.
    func loop(_ body: Int32, turns: Int32, next: Int32) -> Int32 {
        let (product, overflow) = nodes[Int(body)].multipliedReportingOverflow(by: turns)
        return overflow || product >= Self.never ? Self.never : product + nodes[Int(next)]
    }

    private func cost(_ node: Int) -> Int32 {
        switch grammar.nodes[node] {
        case .end: return 0
        case .split(let ways): return ways.map { nodes[Int($0)] }.min() ?? Self.never
        case .call(let rule, let next): return self.rule(rule) + nodes[Int(next)]
        case .loop(let body, let atLeast, _, let next): return loop(body, turns: atLeast, next: next)
        case .byte(_, let next): return min(1 + nodes[Int(next)], fixed(node))
        }
    }

    /// The best first token where the bytes from a node on stand fixed.
    private func fixed(_ start: Int) -> Int32 {
        var best = Self.never
        var place: Int?
        var node = start
        while case .byte(let set, let next) = grammar.nodes[node], let byte = set.only,
            let found = tokens.child(byte, of: place)
        {
            if tokens.endsToken(found) { best = min(best, 1 + nodes[Int(next)]) }
            place = found
            node = Int(next)
        }
        return best
    }
}
