import CKernels

/// Attention for inference, over cached rows.
///
/// A prompt's rows are taken in blocks, as products over keys that are turned once;
/// new tokens' rows one by one, in chunks of keys that begin at fixed positions. A
/// row's result depends on its own keys and on what it is for, on nothing else.
public struct CachedAttention {
    private let attention: Attention
    private let arena: Arena
    private let workers: Workers

    /// Attention of a shape; scratch comes from the arena.
    public init(_ attention: Attention, arena: Arena, _ workers: Workers) {
        self.attention = attention
        self.arena = arena
        self.workers = workers
    }

    /// What a group's rows see, checked against the cache.
    private func check(_ q: Matrix, _ keys: Attention.Keys, _ cache: CachedRows, _ out: Matrix) {
        precondition(q.columns == attention.heads * attention.dimension && out.columns == q.columns)
        precondition(q.rows == out.rows && keys.first >= 0 && keys.rows.count == keys.first + q.rows)
        precondition(cache.heads == attention.keyValueHeads && cache.dimension == attention.dimension)
        precondition(keys.rows.allSatisfy { $0 >= 0 && Int($0) < cache.rows })
    }

    /// out = softmax(q · kᵀ · scale) · v for a group of a prompt's rows.
    public func prompt(_ q: Matrix, keys: Attention.Keys, _ cache: CachedRows, into out: Matrix) {
        check(q, keys, cache, out)
        let mark = arena.mark
        defer { arena.release(to: mark) }
        let wide = Kernel.table.pointee.panel_width
        let (dimension, count) = (attention.dimension, keys.rows.count)
        let kvHeads = attention.keyValueHeads
        let panels = (count + wide - 1) / wide
        let window = attention.window ?? Int.max >> 1
        let from = max(0, keys.first + 1 - min(window, keys.first + 1)) / wide
        let turned = arena.matrix(kvHeads, panels * wide * dimension)
        let values = arena.matrix(kvHeads, (dimension + wide - 1) / wide * wide * count)
        let scores = arena.matrix(workers.count, Int(CK_BLOCK_ROWS) * (panels + 1) * wide)
        keys.rows.withUnsafeBufferPointer { list in
            nonisolated(unsafe) let cache = cache.call(keys: list.baseAddress)
            workers.split(panels - from) { range in
                var cache = cache
                let first = (from + range.lowerBound) * wide
                let end = min((from + range.upperBound) * wide, count)
                for head in 0..<kvHeads {
                    Kernel.table.pointee.attend_keys(
                        &cache, head, first, end, turned.base + head * turned.stride)
                    Kernel.table.pointee.attend_values(
                        &cache, head, first, end, count, values.base + head * values.stride)
                }
            }
        }
        let group = attention.heads / kvHeads
        let blockRows = Int(CK_BLOCK_ROWS)
        let blocks = (q.rows + blockRows - 1) / blockRows
        workers.runByThread(parts: blocks * attention.heads) { part, thread in
            let (block, head) = (part / attention.heads, part % attention.heads)
            var call = ck_attend(
                q: q.base, ldq: q.stride, keys: turned.base + head / group * turned.stride,
                values: values.base + head / group * values.stride, out: out.base, ldout: out.stride,
                scores: scores.base + thread * scores.stride, first: keys.first, window: window,
                count: count, dim: dimension, scale: attention.scale)
            Kernel.table.pointee.attend_block(
                &call, head, block * blockRows, min((block + 1) * blockRows, q.rows))
        }
    }

    /// The same for a group of new tokens' rows.
    public func tokens(_ q: Matrix, keys: Attention.Keys, _ cache: CachedRows, into out: Matrix) {
        check(q, keys, cache, out)
        let mark = arena.mark
        defer { arena.release(to: mark) }
        let (dimension, kvHeads) = (attention.dimension, attention.keyValueHeads)
        let group = attention.heads / kvHeads
        let chunk = Int(CK_CHUNK)
        let step = group * (dimension + 2)
        let chunks = (keys.rows.count + chunk - 1) / chunk
        let partial = arena.matrix(q.rows * kvHeads, chunks * step)
        keys.rows.withUnsafeBufferPointer { list in
            nonisolated(unsafe) let cache = cache.call(keys: list.baseAddress)
            workers.run(parts: q.rows * kvHeads) { part in
                var cache = cache
                let (row, head) = (part / kvHeads, part % kvHeads)
                let end = keys.first + row + 1
                let begin = attention.window.map { max(0, end - $0) } ?? 0
                let place = partial.base + part * partial.stride
                for number in begin / chunk...(end - 1) / chunk {
                    Kernel.table.pointee.attend_token(
                        &cache, q.base + row * q.stride + head * group * dimension, group, head,
                        attention.scale, max(begin, number * chunk), min(end, (number + 1) * chunk),
                        place + number * step)
                }
                for index in 0..<group {
                    Kernel.table.pointee.attend_join(
                        place + begin / chunk * step + index * (dimension + 2), step,
                        (end - 1) / chunk - begin / chunk + 1, dimension,
                        out.base + row * out.stride + (head * group + index) * dimension)
                }
            }
        }
    }
}
