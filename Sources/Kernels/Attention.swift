import CKernels

/// Causal attention with grouped heads over a list of keys.
public struct Attention: Sendable {
    /// How many query heads there are.
    public let heads: Int
    /// How many key-value heads they share.
    public let keyValueHeads: Int
    /// How many numbers a head has.
    public let dimension: Int
    /// What the scores are multiplied with.
    public let scale: Float
    /// How many keys a row sees, itself among them; nothing means all.
    public let window: Int?

    /// The shape of one layer's attention.
    public init(heads: Int, keyValueHeads: Int, dimension: Int, scale: Float, window: Int?) {
        precondition(keyValueHeads > 0 && heads % keyValueHeads == 0)
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.dimension = dimension
        self.scale = scale
        self.window = window
    }

    /// What a group of rows attends to: the rows of the key and value matrices
    /// at positions 0, 1, 2, …, of which the last `rows` are the group's own.
    public struct Keys: Sendable {
        /// Matrix rows in the order of their positions.
        public let rows: [Int32]
        /// The position of the group's first row.
        public let first: Int

        /// The keys of a group whose first row has position `first`.
        public init(rows: [Int32], first: Int) {
            self.rows = rows
            self.first = first
        }
    }

    /// out = softmax(q · kᵀ · scale) · v for each head.
    ///
    /// `lse`, where given, keeps each row's and head's log-sum-exp for backward,
    /// from which the probabilities are computed again: none is stored.
    public func forward(
        _ q: Matrix, keys: Keys, k: Matrix, v: Matrix, into out: Matrix, lse: Matrix? = nil,
        _ workers: Workers
    ) {
        check(q, keys, k, v, out)
        let parts = split(rows: q.rows, workers)
        let scratch = Matrix(parts.count, keys.rows.count)
        keys.rows.withUnsafeBufferPointer { list in
            nonisolated(unsafe) let call = description(
                q: q, keys: list.baseAddress, first: keys.first, k: k, v: v, out: out, lse: lse)
            workers.run(parts: parts.count) { part in
                var call = call
                call.scratch = scratch.base + part * scratch.stride
                let share = parts[part]
                Kernel.table.pointee.attention(
                    &call, share.rows.lowerBound, share.rows.upperBound, share.heads.lowerBound,
                    share.heads.upperBound)
            }
        }
    }

    struct Share {
        let rows: Range<Int>
        let heads: Range<Int>
    }

    /// Cuts the rows in shares; one row alone is cut by heads.
    func split(rows: Int, _ workers: Workers) -> [Share] {
        let parts = workers.count
        if rows >= 2 * parts {
            return (0..<2 * parts).map {
                Share(rows: rows * $0 / (2 * parts)..<rows * ($0 + 1) / (2 * parts), heads: 0..<keyValueHeads)
            }
        }
        return (0..<rows).flatMap { row in
            (0..<keyValueHeads).map { Share(rows: row..<row + 1, heads: $0..<$0 + 1) }
        }
    }

    func check(_ q: Matrix, _ keys: Keys, _ k: Matrix, _ v: Matrix, _ out: Matrix) {
        precondition(q.columns == heads * dimension && out.columns == q.columns && out.rows == q.rows)
        precondition(k.columns == keyValueHeads * dimension && v.columns == k.columns)
        precondition(keys.first >= 0 && keys.rows.count == keys.first + q.rows)
        precondition(k.stride == v.stride && k.rows == v.rows)
        precondition(keys.rows.allSatisfy { $0 >= 0 && Int($0) < k.rows })
    }

    func description(
        q: Matrix, keys: UnsafePointer<Int32>?, first: Int, k: Matrix, v: Matrix, out: Matrix, lse: Matrix?
    ) -> ck_attention {
        ck_attention(
            q: q.base, ldq: q.stride, k: k.base, v: v.base, ldk: k.stride, keys: keys, out: out.base,
            ldout: out.stride, lse: lse?.base, ldlse: lse?.stride ?? 0, scratch: nil, rows: q.rows,
            first: first, window: window ?? Int.max >> 1, heads: heads, kv_heads: keyValueHeads,
            dim: dimension, scale: scale)
    }
}
