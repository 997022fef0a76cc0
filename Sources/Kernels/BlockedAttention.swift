import CKernels

/// Attention by blocks of rows, in f32.
///
/// The same function as `Attention`, computed as small products: 48 rows of one
/// head against as many keys as they see, in multiples of 32. Nothing is rounded:
/// a score is the logarithm of a probability, and what its gradient sums nearly
/// cancels. No matrix of rows × keys is ever kept: backward computes the block's
/// probabilities again from the log-sum-exp. One part of the work is one head of
/// one group, always cut the same way, so sums do not depend on the threads.
public struct BlockedAttention {
    /// Some rows of the batch and the keys they see.
    public struct Group {
        /// Rows of q and of the result.
        public let rows: Range<Int>
        /// Their keys.
        public let keys: Attention.Keys

        /// A group.
        public init(rows: Range<Int>, keys: Attention.Keys) {
            self.rows = rows
            self.keys = keys
        }
    }

    static let blockRows = 48
    static let keyGrain = 32

    let attention: Attention
    let arena: Arena
    let workers: Workers

    /// Blocked attention of one layer, with its scratch memory in the arena.
    public init(_ attention: Attention, arena: Arena, _ workers: Workers) {
        self.attention = attention
        self.arena = arena
        self.workers = workers
    }

    /// out = softmax(q · kᵀ · scale) · v for each group and head.
    public func forward(
        _ q: Matrix, groups: [Group], k: Matrix, v: Matrix, into out: Matrix, lse: Matrix
    ) {
        let mark = arena.mark
        defer { arena.release(to: mark) }
        let gathered = gather(groups, k: k, v: v, backward: false)
        let scratch = scratches(for: groups, backward: false)
        let heads = attention.heads
        workers.runByThread(parts: groups.count * heads) { part, thread in
            let (group, head) = (groups[part / heads], part % heads)
            let own = gathered[part / heads]
            let (keys, values) = (own.turnedKeys[shared(head)], sharedColumns(own.values, head))
            let work = scratch[thread]
            for from in stride(from: 0, to: group.rows.count, by: Self.blockRows) {
                let block = Block(group, from: from, attention)
                let rows = group.rows.lowerBound + from..<group.rows.lowerBound + from + block.rows
                let p = work.scores[rows: 0..<block.rows][columns: 0..<block.keys.count]
                DenseProduct.multiply(
                    headColumns(q, head)[rows: rows], byPanels: keys.from(block.keys), into: p,
                    sees: block.sight(CK_KEYS_ARE_COLUMNS))
                var description = block.description(ld: work.scores.stride, attention)
                Kernel.table.pointee.block_softmax(
                    &description, p.base, lse.base + rows.lowerBound * lse.stride + head, lse.stride)
                DenseProduct.multiply(
                    p, by: values[rows: block.keys], into: headColumns(out, head)[rows: rows],
                    sees: block.sight(CK_KEYS_ARE_INNER), workers.scratch[thread])
            }
        }
    }

    /// One block of rows and the keys around what they see.
    struct Block {
        let rows: Int
        let position: Int
        let keys: Range<Int>

        init(_ group: Group, from: Int, _ attention: Attention) {
            rows = min(BlockedAttention.blockRows, group.rows.count - from)
            position = group.keys.first + from
            let first = max(0, position + 1 - (attention.window ?? Int.max >> 1))
            let grain = BlockedAttention.keyGrain
            keys = first / grain * grain..<(position + rows + grain - 1) / grain * grain
        }

        func sight(_ keys: ck_keys) -> DenseProduct.Sight {
            DenseProduct.Sight(keys: keys, diagonal: position - self.keys.lowerBound)
        }

        func description(ld: Int, _ attention: Attention) -> ck_block {
            ck_block(
                rows: rows, columns: keys.count, ld: ld, position: position, first_key: keys.lowerBound,
                window: attention.window ?? Int.max >> 1, scale: attention.scale)
        }
    }

    /// Rows of one head, turned in panels as products read them.
    struct Turned {
        let panels: Matrix
        let dimension: Int

        /// The panels of some keys, from a multiple of `keyGrain` on.
        func from(_ keys: Range<Int>) -> UnsafePointer<Float> {
            precondition(keys.lowerBound % keyGrain == 0)
            return UnsafePointer(panels.base + keys.lowerBound * dimension)
        }
    }

    /// The keys and values of a group, in the order of their positions.
    struct Gathered {
        let keys: Matrix
        let values: Matrix
        /// For each key-value head.
        let turnedKeys: [Turned]
        let turnedValues: [Turned]
    }

    /// What one thread needs to work on one block.
    struct Work {
        let scores: Matrix
        let dp: Matrix
    }

    func scratches(for groups: [Group], backward: Bool) -> [Work] {
        let most = groups.map { Self.padded($0.keys.rows.count) }.max() ?? 0
        return (0..<workers.count).map { _ in
            let scores = arena.matrix(Self.blockRows, most)
            return Work(scores: scores, dp: backward ? arena.matrix(Self.blockRows, most) : scores)
        }
    }

    static func padded(_ count: Int) -> Int { (count + keyGrain - 1) / keyGrain * keyGrain }

    /// Keys and values of all groups, with zeros up to a whole number of grains, and
    /// turned once for the heads and blocks that share them.
    func gather(_ groups: [Group], k: Matrix, v: Matrix, backward: Bool) -> [Gathered] {
        let shares = attention.keyValueHeads
        let all = groups.map { group in
            let rows = Self.padded(group.keys.rows.count)
            func turned() -> [Turned] {
                (0..<shares).map { _ in
                    Turned(panels: arena.matrix(rows, attention.dimension), dimension: attention.dimension)
                }
            }
            return Gathered(
                keys: arena.matrix(rows, k.columns), values: arena.matrix(rows, v.columns),
                turnedKeys: turned(), turnedValues: backward ? turned() : [])
        }
        workers.run(parts: groups.count * shares) { part in
            let (index, share) = (part / shares, part % shares)
            let (own, rows) = (all[index], groups[index].keys.rows)
            let columns = share * attention.dimension..<(share + 1) * attention.dimension
            let (keys, values) = (own.keys[columns: columns], own.values[columns: columns])
            keys.copy(rows: rows, from: k[columns: columns])
            values.copy(rows: rows, from: v[columns: columns])
            turn(keys, into: own.turnedKeys[share])
            if backward { turn(values, into: own.turnedValues[share]) }
        }
        return all
    }

    private func turn(_ x: Matrix, into turned: Turned) {
        Kernel.table.pointee.turned_panels(x.base, x.stride, x.rows, x.columns, turned.panels.base)
    }

    func headColumns(_ x: Matrix, _ head: Int) -> Matrix {
        x[columns: head * attention.dimension..<(head + 1) * attention.dimension]
    }

    /// The key-value head that a query head uses.
    func shared(_ head: Int) -> Int { head / (attention.heads / attention.keyValueHeads) }

    /// Its columns.
    func sharedColumns(_ x: Matrix, _ head: Int) -> Matrix { headColumns(x, shared(head)) }
}
