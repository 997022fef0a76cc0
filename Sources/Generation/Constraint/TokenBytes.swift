/// The bytes that each token adds to a text, as a tree.
///
/// The nodes stand in the order of a walk, each with the place where what is
/// below it ends: to leave out all tokens with a beginning is one jump.
public final class TokenBytes: Sendable {
    let all: [[UInt8]]
    let byte: [UInt8]
    let depth: [UInt8]
    let skip: [Int32]
    /// The tokens that end at a node: `tokens[first[node]..<first[node + 1]]`.
    let first: [Int32]
    let tokens: [Int32]
    /// The most bytes of one token.
    let longest: Int
    /// Where the tokens begin that start with a byte; -1 for none.
    private let roots: [Int32]

    /// A tree over the bytes of every token; tokens without any (those that steer
    /// the model) and of more than 255 bytes are never allowed by a constraint.
    public init(_ all: [[UInt8]]) {
        self.all = all
        let order = all.indices.filter { (1...255).contains(all[$0].count) }
            .map { (key: Self.key(all[$0]), token: $0) }
            .sorted { a, b in
                if a.key != b.key { return a.key < b.key }
                let (x, y) = (all[a.token], all[b.token])
                if x.lexicographicallyPrecedes(y) { return true }
                return x == y && a.token < b.token
            }
        var byte: [UInt8] = []
        var depth: [UInt8] = []
        var skip: [Int32] = []
        var first: [Int32] = []
        var tokens: [Int32] = []
        var path: [Int] = []
        var last: [UInt8] = []
        for (_, token) in order {
            let bytes = all[token]
            let common = zip(last, bytes).prefix { $0 == $1 }.count
            for node in path[common...] { skip[node] = Int32(byte.count) }
            path.removeLast(path.count - common)
            for place in common..<bytes.count {
                path.append(byte.count)
                byte.append(bytes[place])
                depth.append(UInt8(place))
                skip.append(0)
                first.append(Int32(tokens.count))
            }
            tokens.append(Int32(token))
            last = bytes
        }
        for node in path { skip[node] = Int32(byte.count) }
        first.append(Int32(tokens.count))
        self.byte = byte
        self.depth = depth
        self.skip = skip
        self.first = first
        self.tokens = tokens
        longest = Int(depth.max() ?? 0) + 1
        var roots = [Int32](repeating: -1, count: 256)
        var root = 0
        while root < byte.count {
            roots[Int(byte[root])] = Int32(root)
            root = Int(skip[root])
        }
        self.roots = roots
    }

    /// Whether a token ends at a node of the tree.
    func endsToken(_ node: Int) -> Bool { first[node] < first[node + 1] }

    /// The node of one more byte; `nil` stands for the root.
    func child(_ byte: UInt8, of parent: Int?) -> Int? {
        guard let parent else { return roots[Int(byte)] < 0 ? nil : Int(roots[Int(byte)]) }
        var node = parent + 1
        while node < skip[parent] {
            if self.byte[node] == byte { return node }
            node = Int(skip[node])
        }
        return nil
    }

    /// Whether every byte of plain ASCII text is a token by itself, without which
    /// an answer could come to a place from where no token leads on.
    public var isComplete: Bool {
        let single = Set(all.filter { $0.count == 1 }.map { $0[0] })
        return (0x20...0x7E).allSatisfy(single.contains)
    }

    /// The first eight bytes as one number: most comparisons need no more.
    private static func key(_ bytes: [UInt8]) -> UInt64 {
        var key: UInt64 = 0
        for place in 0..<8 { key = key << 8 | (place < bytes.count ? UInt64(bytes[place]) : 0) }
        return key
    }
}

/// What the bytes of an answer must look like, and the tokens that make them.
public struct Constraint: Sendable {
    /// What is allowed.
    public let grammar: Grammar
    /// The vocabulary.
    public let tokens: TokenBytes

    /// A constraint for a vocabulary.
    public init(_ grammar: Grammar, tokens: TokenBytes) {
        self.grammar = grammar
        self.tokens = tokens
    }
}
