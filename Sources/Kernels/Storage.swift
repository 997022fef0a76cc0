/// Memory for numbers, aligned to a cache line and zeroed.
///
/// One owner for many views: a `Matrix` keeps its storage alive. The bytes are
/// shared and mutable, so two writers of one region must be kept apart by
/// their callers, as the worker pool does by splitting rows.
public final class Storage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    /// How many bytes there are.
    public let byteCount: Int

    /// Allocates and zeroes; traps where the system has no memory, as Swift's
    /// own collections do.
    public init(byteCount: Int) {
        precondition(byteCount >= 0)
        self.byteCount = byteCount
        base = .allocate(byteCount: max(byteCount, 64), alignment: 64)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
    }

    deinit { base.deallocate() }
}
