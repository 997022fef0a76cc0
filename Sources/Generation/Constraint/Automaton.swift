/// Follows a grammar byte by byte, and remembers every step it ever took.
///
/// A state is the set of all places in the grammar where an answer may stand,
/// each with what is to come after it (a list of frames, kept only once). States
/// are numbered as they are met, so that a step taken before is one look-up, and
/// the mask of a state is made once. It belongs to the engine's thread.
final class Automaton {
    typealias State = Int32

    /// Where to go on when the rule or the loop's body is over.
    private struct Frame: Hashable {
        var node: Int32
        /// Whether the node is a loop that is being gone through, not one to begin.
        var isTurn = false
        var count: Int32 = 0
        var parent: Int32
    }

    private struct Place: Hashable, Comparable {
        /// A node that takes a byte, or -1 for the end of everything.
        var node: Int32
        var frame: Int32

        static func < (a: Place, b: Place) -> Bool { (a.node, a.frame) < (b.node, b.frame) }
    }

    private static let bottom: Int32 = 0
    private static let unknown: State = -2
    /// Bytes of masks after which it begins to learn them anew.
    private static let maskMemory = 16 << 20
    /// No way leads on.
    static let dead: State = -1

    let grammar: Grammar
    let tokens: TokenBytes
    private var frames = [Frame(node: -1, parent: -1)]
    private var frameNumbers: [Frame: Int32] = [:]
    private var canonicalFrames: [Int32: Int32] = [0: 0]
    private var states: [[Place]] = []
    private var stateNumbers: [[Place]: State] = [:]
    private var steps: [State] = []
    private var masks: [State: TokenMask] = [:]
    private(set) var start: State = 0
    private let costs: GrammarCosts
    private var frameCosts: [Int32: Int32] = [bottom: 0]
    private var stateCosts: [State: Int32] = [:]

    init(_ constraint: Constraint) {
        grammar = constraint.grammar
        tokens = constraint.tokens
        costs = GrammarCosts(grammar, tokens)
        start = number(closure([(grammar.start, Self.bottom)]))
    }

    /// How much it has come to remember.
    var size: Int { states.count }

    /// The same in bytes, about.
    var memory: Int { states.count << 10 + masks.count * maskBytes }

    private var maskBytes: Int { tokens.all.count / 8 }

    /// The state after one more byte.
    func step(_ state: State, _ byte: UInt8) -> State {
        let place = Int(state) << 8 | Int(byte)
        if steps[place] != Self.unknown { return steps[place] }
        var next: [(Int32, Int32)] = []
        for place in states[Int(state)] where place.node >= 0 {
            guard case .byte(let set, let follower) = grammar.nodes[Int(place.node)], set.contains(byte)
            else {
                continue
            }
            next.append((follower, place.frame))
        }
        let found = next.isEmpty ? Self.dead : number(closure(next))
        steps[place] = found
        return found
    }

    /// Whether the answer may end here.
    func isAccepting(_ state: State) -> Bool { states[Int(state)].first?.node == -1 }

    /// Whether the answer must end here.
    func isAtEnd(_ state: State) -> Bool { isAccepting(state) && states[Int(state)].count == 1 }

    /// The tokens that may come next.
    func mask(_ state: State) -> TokenMask {
        if let mask = masks[state] { return mask }
        let canonical = number(states[Int(state)].map(canonical).sorted())
        let mask = masks[canonical] ?? walk(canonical)
        if masks.count * maskBytes > Self.maskMemory { masks = [:] }
        masks[canonical] = mask
        masks[state] = mask
        return mask
    }

    private func walk(_ state: State) -> TokenMask {
        var mask = TokenMask(count: tokens.all.count)
        walk(state) { token, _ in mask.insert(token) }
        return mask
    }

    /// Every token that may come next, with the state after it.
    private func walk(_ state: State, _ visit: (Int, State) -> Void) {
        var path = [State](repeating: state, count: tokens.longest + 1)
        var node = 0
        while node < tokens.byte.count {
            let depth = Int(tokens.depth[node])
            let next = step(path[depth], tokens.byte[node])
            if next == Self.dead {
                node = Int(tokens.skip[node])
                continue
            }
            path[depth + 1] = next
            for place in tokens.first[node]..<tokens.first[node + 1] {
                visit(Int(tokens.tokens[Int(place)]), next)
            }
            node += 1
        }
    }

    // MARK: The way to the end

    /// With how few tokens an answer can come to its end from here.
    func cost(_ state: State) -> Int32 {
        if let known = stateCosts[state] { return known }
        let cost = states[Int(state)].reduce(GrammarCosts.never) { least, place in
            min(least, place.node < 0 ? 0 : costs.nodes[Int(place.node)] + self.cost(frame: place.frame))
        }
        stateCosts[state] = cost
        return cost
    }

    /// What is still to come when what is above a frame is over.
    private func cost(frame number: Int32) -> Int32 {
        if let known = frameCosts[number] { return known }
        let frame = frames[Int(number)]
        var cost = costs.nodes[Int(frame.node)]
        if frame.isTurn, case .loop(let body, let atLeast, _, let next) = grammar.nodes[Int(frame.node)] {
            cost = costs.loop(body, turns: max(0, atLeast - frame.count - 1), next: next)
        }
        cost = min(GrammarCosts.never, cost + self.cost(frame: frame.parent))
        frameCosts[number] = cost
        return cost
    }

    /// The tokens after which the end can be reached with `left` more, or, where
    /// there are none, those that come nearest to it.
    func closing(_ state: State, left: Int) -> TokenMask {
        var mask = TokenMask(count: tokens.all.count)
        var nearest: (cost: Int32, tokens: [Int]) = (.max, [])
        walk(state) { token, next in
            let cost = self.cost(next)
            if cost <= left { return mask.insert(token) }
            if cost < nearest.cost { nearest = (cost, []) }
            if cost == nearest.cost { nearest.tokens.append(token) }
        }
        if mask.isEmpty { for token in nearest.tokens { mask.insert(token) } }
        return mask
    }

    /// All places that can be reached without taking a byte.
    private func closure(_ begin: [(Int32, Int32)]) -> [Place] {
        var seen: Set<Place> = []
        var found: [Place] = []
        var open = begin
        while let (node, frame) = open.popLast() {
            guard seen.insert(Place(node: node, frame: frame)).inserted else { continue }
            switch grammar.nodes[Int(node)] {
            case .byte: found.append(Place(node: node, frame: frame))
            case .split(let ways): for way in ways { open.append((way, frame)) }
            case .call(let rule, let next):
                // What only returns need not be returned to.
                let inner = next == 0 ? frame : push(Frame(node: next, parent: frame))
                open.append((grammar.starts[Int(rule)], inner))
            case .loop: turn(node, count: 0, frame, &open)
            case .end:
                let top = frames[Int(frame)]
                if frame == Self.bottom {
                    found.append(Place(node: -1, frame: Self.bottom))
                } else if top.isTurn {
                    turn(top.node, count: top.count + 1, top.parent, &open)
                } else {
                    open.append((top.node, top.parent))
                }
            }
        }
        return found.sorted()
    }

    /// A loop after so many turns.
    private func turn(_ node: Int32, count: Int32, _ frame: Int32, _ open: inout [(Int32, Int32)]) {
        guard case .loop(let body, let atLeast, let atMost, let next) = grammar.nodes[Int(node)] else {
            return
        }
        if count >= atLeast { open.append((next, frame)) }
        if count < atMost ?? .max {
            let kept = atMost == nil ? min(count, atLeast) : count
            open.append((body, push(Frame(node: node, isTurn: true, count: kept, parent: frame))))
        }
    }

    private func push(_ frame: Frame) -> Int32 {
        if let known = frameNumbers[frame] { return known }
        frames.append(frame)
        frameNumbers[frame] = Int32(frames.count - 1)
        return Int32(frames.count - 1)
    }

    private func number(_ places: [Place]) -> State {
        if let known = stateNumbers[places] { return known }
        states.append(places)
        steps += repeatElement(Self.unknown, count: 256)
        stateNumbers[places] = State(states.count - 1)
        return State(states.count - 1)
    }

    /// The same place with counts that no single token can bring to a bound made equal,
    /// so that the middle of a long string needs one mask and not one for each letter.
    private func canonical(_ place: Place) -> Place {
        Place(node: place.node, frame: canonical(place.frame))
    }

    private func canonical(_ number: Int32) -> Int32 {
        if let known = canonicalFrames[number] { return known }
        var frame = frames[Int(number)]
        frame.parent = canonical(frame.parent)
        if frame.isTurn, case .loop(_, let atLeast, let atMost, _) = grammar.nodes[Int(frame.node)] {
            let reach = Int32(tokens.longest)
            let missing = max(0, atLeast - frame.count)
            let isFar = (missing == 0 || missing > reach) && (atMost.map { $0 - frame.count > reach } ?? true)
            if isFar { frame.count = missing == 0 ? atLeast : 0 }
        }
        let known = push(frame)
        canonicalFrames[number] = known
        return known
    }
}
