/// Where one answer stands in its grammar.
struct Matcher {
    private let automaton: Automaton
    private var state: Automaton.State

    init(_ automaton: Automaton) {
        self.automaton = automaton
        state = automaton.start
    }

    /// Whether nothing can follow.
    var isAtEnd: Bool { automaton.isAtEnd(state) }

    /// Whether the end can be reached with `left` tokens after this one.
    func fits(_ token: Int32, left: Int) -> Bool {
        var state = state
        for byte in automaton.tokens.all[Int(token)] { state = automaton.step(state, byte) }
        return automaton.cost(state) <= left
    }

    /// Makes every token impossible that would lead too far from the end.
    func close(_ logits: inout [Float], left: Int, stops: Set<Int32>) {
        let ends = automaton.isAccepting(state) ? stops.map { ($0, logits[Int($0)]) } : []
        automaton.closing(state, left: left).apply(to: &logits)
        for (stop, value) in ends { logits[Int(stop)] = value }
    }

    /// Goes on over the bytes of a token that the mask allowed.
    mutating func take(_ token: Int32) {
        for byte in automaton.tokens.all[Int(token)] {
            state = automaton.step(state, byte)
            precondition(state != Automaton.dead)
        }
    }

    /// Where the tokens are that may come next: their numbers divided by 64.
    func blocks(stops: Set<Int32>, of count: Int) -> [Int] {
        let ends = automaton.isAccepting(state) ? stops.map { Int($0) >> 6 } : []
        return Set(automaton.mask(state).blocks + ends).filter { $0 << 6 < count }.sorted()
    }

    /// Makes every token impossible that may not come next; says whether one may.
    func restrict(_ logits: inout [Float], stops: Set<Int32>) -> Bool {
        let mask = automaton.mask(state)
        let ends = automaton.isAccepting(state) ? stops.map { ($0, logits[Int($0)]) } : []
        mask.apply(to: &logits)
        for (stop, value) in ends { logits[Int(stop)] = value }
        return !mask.isEmpty || !ends.isEmpty
    }
}

/// A set of tokens.
struct TokenMask {
    private var words: [UInt64]
    private(set) var isEmpty = true

    init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    mutating func insert(_ token: Int) {
        words[token >> 6] |= 1 << UInt64(token & 63)
        isEmpty = false
    }

    func contains(_ token: Int) -> Bool {
        token >> 6 < words.count && words[token >> 6] >> UInt64(token & 63) & 1 == 1
    }

    /// The numbers of its tokens, divided by 64.
    var blocks: [Int] { words.indices.filter { words[$0] != 0 } }

    /// Takes away the logits of all tokens that are not in it.
    func apply(to logits: inout [Float]) {
        for (place, word) in words.enumerated() where word != .max {
            let start = place << 6
            for bit in 0..<min(64, logits.count - start) where word >> UInt64(bit) & 1 == 0 {
                logits[start + bit] = -.infinity
            }
        }
        // Rows that a model has beyond its vocabulary.
        for token in min(words.count << 6, logits.count)..<logits.count { logits[token] = -.infinity }
    }
}

/// The automata of the grammars that were used last.
struct ConstraintCache {
    private static let limit = 16
    /// Where an automaton has learnt so much, the next request begins a new one.
    private static let stateLimit = 1 << 15
    /// Bytes that all of them may take; the oldest go first.
    private static let memoryLimit = 64 << 20

    private var known: [Automaton] = []

    /// A matcher at the beginning of a constraint's grammar.
    mutating func matcher(for constraint: Constraint) -> Matcher {
        let found = known.firstIndex {
            $0.grammar === constraint.grammar && $0.tokens === constraint.tokens && $0.size < Self.stateLimit
        }
        let automaton = found.map { known.remove(at: $0) } ?? Automaton(constraint)
        known.append(automaton)
        while known.count > Self.limit
            || known.count > 1 && known.reduce(0, { $0 + $1.memory }) > Self.memoryLimit
        {
            known.removeFirst()
        }
        return Matcher(automaton)
    }
}
