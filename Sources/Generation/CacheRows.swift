import Model

/// Which rows of a key-value cache are free.
///
/// Rows are given out in small blocks, so that texts of any length fit without
/// gaps; neighbouring blocks of one text join into one span.
struct CacheRows {
    static let block = 16
    private var free: [Int]
    let blocks: Int

    init(capacity: Int) {
        blocks = capacity / Self.block
        // Taken from the end: the lowest block first.
        free = (0..<blocks).reversed()
    }

    var freeRows: Int { free.count * Self.block }

    static func blocks(for rows: Int) -> Int { (rows + block - 1) / block }

    /// Blocks for so many rows, or nothing where there are not enough.
    mutating func take(rows: Int) -> [Int]? {
        let count = Self.blocks(for: rows)
        guard count <= free.count else { return nil }
        defer { free.removeLast(count) }
        return free.suffix(count).reversed()
    }

    /// Blocks that nobody uses any more.
    mutating func give(back blocks: [Int]) {
        free.append(contentsOf: blocks)
        free.sort(by: >)
    }

    /// Rows `range` of a text that lies in these blocks, as spans.
    static func spans(_ range: Range<Int>, in blocks: [Int]) -> [Span] {
        var spans: [Span] = []
        var row = range.lowerBound
        while row < range.upperBound {
            let within = row % block
            let start = blocks[row / block] * block + within
            let count = min(block - within, range.upperBound - row)
            if let last = spans.last, last.start + last.count == start {
                spans[spans.count - 1].count += count
            } else {
                spans.append(Span(start: start, count: count))
            }
            row += count
        }
        return spans
    }
}
