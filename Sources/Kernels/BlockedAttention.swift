import CKernels

/// Attention by blocks of rows, its products in bf16.
///
/// The same function as `Attention`, computed as small products: 48 rows of one
/// head against as many keys as they see, in multiples of 32. Queries and keys are
/// split in two bf16 numbers each for the scores: a score is the logarithm of a
/// probability, so rounding one of 50 to eight bits changes that by a tenth. No matrix of rows × keys is ever kept: backward computes the block's
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
        let gathered = groups.map { Gathered(k: gather(k, $0.keys), v: gather(v, $0.keys).high) }
        let scratch = scratches(for: groups)
        let heads = attention.heads
        workers.runByThread(parts: groups.count * heads) { part, thread in
            let (group, head) = (groups[part / heads], part % heads)
            let work = scratch[thread]
            let keys = headColumns(gathered[part / heads].k, head)
            let values = headColumns(gathered[part / heads].v, head)
            let product = workers.scratch[thread]
            for from in stride(from: 0, to: group.rows.count, by: Self.blockRows) {
                let block = Block(group, from: from, attention)
                let rows = group.rows.lowerBound + from..<group.rows.lowerBound + from + block.rows
                let own = work.q[rows: 0..<block.rows]
                own.take(headColumns(q, head)[rows: rows])
                let scores = work.scores[rows: 0..<block.rows][columns: 0..<block.keys.count]
                own.multiply(keys[rows: block.keys], into: scores, product)
                var description = block.description(ld: work.scores.stride, attention)
                Kernel.table.pointee.block_softmax(
                    &description, scores.base, work.p.base,
                    lse.base + rows.lowerBound * lse.stride + head, lse.stride)
                BFloatProduct.multiply(
                    work.p[rows: 0..<block.rows][columns: 0..<block.keys.count], by: values[rows: block.keys],
                    into: headColumns(out, head)[rows: rows], product)
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

        func description(ld: Int, _ attention: Attention) -> ck_block {
            ck_block(
                rows: rows, columns: keys.count, ld: ld, position: position, first_key: keys.lowerBound,
                window: attention.window ?? Int.max >> 1, scale: attention.scale)
        }
    }

    /// Numbers as sums of two bf16 numbers.
    struct Split {
        let high: BFloatMatrix
        let low: BFloatMatrix

        subscript(rows range: Range<Int>) -> Split { Split(high: high[rows: range], low: low[rows: range]) }

        func take(_ x: Matrix) { high.take(x, rest: low) }

        /// scores = self · keysᵀ, but for the product of the two smaller parts.
        func multiply(_ keys: Split, into scores: Matrix, _ scratch: Scratch) {
            BFloatProduct.multiply(
                high, by: keys.high, turning: true, plus: (low, keys.high), into: scores, scratch)
            BFloatProduct.multiply(high, by: keys.low, turning: true, into: scores, adds: true, scratch)
        }
    }

    /// The keys and values of a group.
    struct Gathered {
        let k: Split
        let v: BFloatMatrix
    }

    /// What one thread needs to work on one block.
    struct Work {
        let q: Split
        let dout: BFloatMatrix
        let p: BFloatMatrix
        let ds: BFloatMatrix
        let scores: Matrix
        let dp: Matrix
    }

    func scratches(for groups: [Group]) -> [Work] {
        let most = groups.map { Self.padded($0.keys.rows.count) }.max() ?? 0
        let (rows, width) = (Self.blockRows, attention.dimension)
        return (0..<workers.count).map { _ in
            Work(
                q: Split(high: arena.bfloatMatrix(rows, width), low: arena.bfloatMatrix(rows, width)),
                dout: arena.bfloatMatrix(rows, width),
                p: arena.bfloatMatrix(rows, most), ds: arena.bfloatMatrix(rows, most),
                scores: arena.matrix(rows, most), dp: arena.matrix(rows, most))
        }
    }

    static func padded(_ count: Int) -> Int { (count + keyGrain - 1) / keyGrain * keyGrain }

    /// The keys of a group in the order of their positions, as bf16, with zeros
    /// up to a whole number of grains.
    func gather(_ x: Matrix, _ keys: Attention.Keys) -> Split {
        let rows = Self.padded(keys.rows.count)
        let all = Split(high: arena.bfloatMatrix(rows, x.columns), low: arena.bfloatMatrix(rows, x.columns))
        workers.split(rows, grain: 8) { range in
            for row in range {
                let line = all[rows: row..<row + 1]
                if row < keys.rows.count {
                    let from = Int(keys.rows[row])
                    line.take(x[rows: from..<from + 1])
                } else {
                    line.high.clear()
                    line.low.clear()
                }
            }
        }
        return all
    }

    func headColumns(_ x: Matrix, _ head: Int) -> Matrix {
        x[columns: head * attention.dimension..<(head + 1) * attention.dimension]
    }

    func headColumns(_ x: Split, _ head: Int) -> Split {
        Split(high: headColumns(x.high, head), low: headColumns(x.low, head))
    }

    /// The columns of the key-value head that a query head uses.
    func headColumns(_ x: BFloatMatrix, _ head: Int) -> BFloatMatrix {
        let shared = head / (attention.heads / attention.keyValueHeads)
        return x[columns: shared * attention.dimension..<(shared + 1) * attention.dimension]
    }
}

extension BFloatMatrix {
    func clear() {
        for row in 0..<rows { (base + row * stride).update(repeating: 0, count: columns) }
    }
}
