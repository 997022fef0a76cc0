import Foundation

/// Memory for numbers, aligned to a cache line and zeroed.
///
/// One owner for many views: a `Matrix` keeps its storage alive. The bytes are
/// shared and mutable, so two writers of one region must be kept apart by
/// their callers, as the worker pool does by splitting rows. Large storage is
/// mapped in huge pages: the first touch of a gigabyte in small ones costs more
/// than a training step.
public final class Storage: @unchecked Sendable {
    private static let hugePage = 2 << 20
    let base: UnsafeMutableRawPointer
    /// How many bytes there are.
    public let byteCount: Int
    /// What was mapped around them; nothing where they were allocated.
    private let mapping: UnsafeMutableRawBufferPointer?

    /// Allocates and zeroes; traps where the system has no memory, as Swift's
    /// own collections do.
    public init(byteCount: Int) {
        precondition(byteCount >= 0)
        self.byteCount = byteCount
        if byteCount >= Self.hugePage, let (mapping, aligned) = Self.map(byteCount) {
            self.mapping = mapping
            base = aligned
            return
        }
        mapping = nil
        base = .allocate(byteCount: max(byteCount, 64), alignment: 64)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
    }

    /// Zeroed memory of which only what is written is ever taken from the system: for room
    /// that may never be needed.
    init(lazy byteCount: Int) {
        precondition(byteCount >= 0)
        self.byteCount = byteCount
        let size = max(byteCount, 64)
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else {
            preconditionFailure("no memory")
        }
        mapping = UnsafeMutableRawBufferPointer(start: start, count: size)
        base = start
    }

    /// Zeroed memory of whole huge pages, with room to align its beginning.
    private static func map(
        _ byteCount: Int
    ) -> (mapping: UnsafeMutableRawBufferPointer, aligned: UnsafeMutableRawPointer)? {
        let (size, overflows) = byteCount.addingReportingOverflow(hugePage)
        if overflows { return nil }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else {
            return nil
        }
        // Where the kernel has none, small pages do.
        let aligned = start.alignedUp(toMultipleOf: hugePage)
        _ = madvise(aligned, byteCount, MADV_HUGEPAGE)
        return (UnsafeMutableRawBufferPointer(start: start, count: size), aligned)
    }

    deinit {
        if let mapping { munmap(mapping.baseAddress, mapping.count) } else { base.deallocate() }
    }
}
