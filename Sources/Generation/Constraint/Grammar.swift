/// What an answer's bytes must look like, ready to be followed byte by byte.
///
/// A pushdown automaton without a stack of its own: nodes that take a byte, call
/// a rule or count. Rules never match nothing and never call themselves before
/// they took a byte; whoever builds them sees to that.
public final class Grammar: Sendable {
    enum Node {
        case byte(ByteSet, next: Int32)
        case split([Int32])
        case call(rule: Int32, next: Int32)
        case loop(body: Int32, atLeast: Int32, atMost: Int32?, next: Int32)
        /// The end of a rule or of a loop's body.
        case end
    }

    let nodes: [Node]
    /// Where each rule begins.
    let starts: [Int32]
    let start: Int32

    /// Most nodes of a grammar.
    public static let limit = 1 << 18

    /// A grammar of rules that begins with one of them; nothing where it is too large.
    public init?(rules: [BytePattern], start: Int) {
        var builder = GrammarBuilder()
        for rule in rules {
            builder.starts.append(builder.add(rule, before: 0))
            if builder.nodes.count > Self.limit { return nil }
        }
        nodes = builder.nodes
        starts = builder.starts
        self.start = starts[start]
    }
}

/// Lays patterns out as nodes, from the end to the beginning.
private struct GrammarBuilder {
    /// Node 0 ends every rule.
    var nodes: [Grammar.Node] = [.end]
    var starts: [Int32] = []

    /// Counts up to here are written out; longer ones are counted while following.
    private static let unrolled = 8

    /// The node where the pattern begins that is followed by `next`.
    mutating func add(_ pattern: BytePattern, before next: Int32) -> Int32 {
        // Far too large already; the caller looks at the count and gives up.
        if nodes.count > Grammar.limit { return next }
        switch pattern {
        case .bytes(let bytes):
            return bytes.reversed().reduce(next) { node(.byte(ByteSet([$1]), next: $0)) }
        case .one(let set): return node(.byte(set, next: next))
        case .words(let words): return add(words[...], from: 0, before: next)
        case .sequence(let parts): return parts.reversed().reduce(next) { add($1, before: $0) }
        case .choice(let parts): return node(.split(parts.map { add($0, before: next) }))
        case .repeated(let part, let atLeast, let atMost):
            return add(part, from: atLeast, to: atMost, before: next)
        case .rule(let rule): return node(.call(rule: Int32(rule), next: next))
        }
    }

    private mutating func add(
        _ part: BytePattern, from atLeast: Int, to atMost: Int?, before next: Int32
    ) -> Int32 {
        // What may match nothing may as well be there fewer times.
        let atLeast = part.isNullable ? 0 : atLeast
        if let atMost, atMost <= Self.unrolled {
            let optional = (0..<atMost - min(atLeast, atMost)).reduce(next) { rest, _ in
                node(.split([add(part, before: rest), next]))
            }
            return (0..<min(atLeast, atMost)).reduce(optional) { rest, _ in add(part, before: rest) }
        }
        if atMost == nil, atLeast <= Self.unrolled {
            let star = node(.end)
            nodes[Int(star)] = .split([add(part, before: star), next])
            return (0..<atLeast).reduce(star) { rest, _ in add(part, before: rest) }
        }
        let body = add(part, before: 0)
        return node(
            .loop(
                body: body, atLeast: Int32(clamping: atLeast), atMost: atMost.map { Int32(clamping: $0) },
                next: next))
    }

    /// A tree of the words, by their bytes from a place on.
    private mutating func add(_ words: ArraySlice<[UInt8]>, from place: Int, before next: Int32) -> Int32 {
        if words.count == 1, let word = words.first {
            return add(.bytes(Array(word[place...])), before: next)
        }
        var ways: [Int32] = words.contains { $0.count == place } ? [next] : []
        let longer = words.filter { $0.count > place }
        for (byte, group) in Dictionary(grouping: longer, by: { $0[place] }).sorted(by: { $0.key < $1.key }) {
            ways.append(
                node(.byte(ByteSet([byte]), next: add(group[...], from: place + 1, before: next))))
        }
        return node(.split(ways))
    }

    private mutating func node(_ node: Grammar.Node) -> Int32 {
        nodes.append(node)
        return Int32(nodes.count - 1)
    }
}
