/// One block of memory from which a step's matrices are cut, in order.
///
/// `matrix` hands out the next piece; `reset` makes everything free again, so
/// what was cut before must not be used after. The arena grows by whole blocks
/// when it runs out and keeps them: after the first step of a kind no memory is
/// allocated. Why: allocation in the middle of a step is slow, and memory that
/// is returned and asked for again has to be zeroed by the kernel each time.
public final class Arena {
    private var blocks: [Storage] = []
    private var block = 0
    private var used = 0
    private let blockBytes: Int
    /// The most bytes that were in use at once.
    public private(set) var peakBytes = 0

    /// An empty arena that grows by blocks of at least this size.
    public init(blockBytes: Int = 16 << 20) { self.blockBytes = blockBytes }

    /// The next matrix; its numbers are whatever was there before.
    public func matrix(_ rows: Int, _ columns: Int) -> Matrix {
        precondition(rows >= 0 && columns >= 0)
        let (storage, offset) = take(bytes: rows * columns * 4)
        return Matrix(storage: storage, offset: offset / 4, rows: rows, columns: columns)
    }

    /// The next matrix of sixteen-bit blocks.
    func blockMatrix(_ rows: Int, _ columns: Int) -> BlockMatrix {
        let (storage, offset) = take(bytes: BlockMatrix.byteCount(rows, columns))
        return BlockMatrix(storage: storage, offset: offset, rows: rows, columns: columns)
    }

    private func take(bytes wanted: Int) -> (Storage, offset: Int) {
        let bytes = (max(wanted, 1) + 63) & ~63
        while block < blocks.count, used + bytes > blocks[block].byteCount {
            block += 1
            used = 0
        }
        if block == blocks.count {
            blocks.append(Storage(byteCount: max(bytes, blockBytes)))
            used = 0
        }
        defer { used += bytes }
        peakBytes = max(peakBytes, blocks[..<block].reduce(used + bytes) { $0 + $1.byteCount })
        return (blocks[block], used)
    }

    /// A place in the arena to which it can be taken back.
    public struct Mark {
        fileprivate let block: Int
        fileprivate let used: Int
    }

    /// The present place.
    public var mark: Mark { Mark(block: block, used: used) }

    /// Frees everything that was cut after a place.
    public func release(to mark: Mark) {
        block = mark.block
        used = mark.used
    }

    /// Frees everything.
    public func reset() {
        block = 0
        used = 0
    }
}
