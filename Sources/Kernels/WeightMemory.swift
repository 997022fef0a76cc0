/// Memory for the weights of one model, cut from large blocks in the order of loading.
///
/// Why: a small model's matrices are smaller than a huge page, and by themselves would lie
/// in small ones, whose tables cost a sixth of the bandwidth.
public final class WeightMemory {
    private let blockBytes: Int
    private var block = Storage(byteCount: 0)
    private var used = 0

    /// No memory yet; blocks of at least so many bytes will be taken.
    public init(blockBytes: Int = 32 << 20) { self.blockBytes = blockBytes }

    /// Zeroed room for a weight, at a cache line of its own.
    func take(bytes: Int) -> (storage: Storage, offset: Int) {
        let size = (bytes + 63) & ~63
        if used + size > block.byteCount {
            block = Storage(byteCount: max(size, blockBytes))
            used = 0
        }
        defer { used += size }
        return (block, used)
    }
}
