/// Pieces that are found verbatim in text before anything else looks at it,
/// longest first.
struct AddedTokens: Sendable {
    /// A trie: the node reached from a node by a byte.
    private var children: [UInt64: Int32] = [:]
    private var ids: [Int32] = [-1]
    private var controls: [Bool] = [false]
    private var first = [Bool](repeating: false, count: 256)

    /// A part of a text: a token, or the range between two.
    enum Part {
        case token(Int32, Range<Int>)
        case text(Range<Int>)
    }

    var isEmpty: Bool { children.isEmpty }

    /// Adds a piece, which must not be empty. One already there is replaced.
    mutating func insert(_ piece: some Collection<UInt8>, id: Int32, isControl: Bool) {
        var node: Int32 = 0
        for byte in piece {
            let edge = Self.edge(node, byte)
            if let next = children[edge] {
                node = next
            } else {
                if node == 0 { first[Int(byte)] = true }
                node = Int32(ids.count)
                children[edge] = node
                ids.append(-1)
                controls.append(false)
            }
        }
        ids[Int(node)] = id
        controls[Int(node)] = isControl
    }

    /// The id of a piece.
    func id(_ piece: some Sequence<UInt8>) -> Int32? {
        var node: Int32 = 0
        for byte in piece {
            guard let next = children[Self.edge(node, byte)] else { return nil }
            node = next
        }
        return ids[Int(node)] < 0 ? nil : ids[Int(node)]
    }

    /// Cuts `bytes[range]` at the pieces, at control pieces only if asked to.
    func split(_ bytes: [UInt8], _ range: Range<Int>, controls: Bool, _ body: (Part) -> Void) {
        guard !isEmpty else {
            if !range.isEmpty { body(.text(range)) }
            return
        }
        var start = range.lowerBound
        var index = start
        while index < range.upperBound {
            guard first[Int(bytes[index])], let (id, end) = match(bytes, index..<range.upperBound, controls)
            else {
                index += 1
                continue
            }
            if start < index { body(.text(start..<index)) }
            body(.token(id, index..<end))
            (start, index) = (end, end)
        }
        if start < range.upperBound { body(.text(start..<range.upperBound)) }
    }

    /// The longest piece that begins where the range begins.
    private func match(_ bytes: [UInt8], _ range: Range<Int>, _ wantsControls: Bool) -> (Int32, Int)? {
        var node: Int32 = 0
        var best: (Int32, Int)?
        for index in range {
            guard let next = children[Self.edge(node, bytes[index])] else { break }
            node = next
            let id = ids[Int(node)]
            if id >= 0, wantsControls || !controls[Int(node)] { best = (id, index + 1) }
        }
        return best
    }

    private static func edge(_ node: Int32, _ byte: UInt8) -> UInt64 { UInt64(node) << 8 | UInt64(byte) }
}
