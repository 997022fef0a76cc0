import Foundation

/// A read-only run of bytes that keeps its storage alive.
///
/// The storage is a mapped file or a heap block of its own; slices share it.
/// Access by index is checked in every build, so parsers above need no pointers.
/// Bytes are in no way aligned: a safetensors header may have any length.
///
/// Why: one type for "some bytes of a file" lets readers, tensors and tests use
/// the same code for a mapping and for bytes in memory.
public struct MappedBytes: @unchecked Sendable {
    // Unchecked because of the pointer: the memory is never written after `init`,
    // and the owner, itself immutable, lives as long as any slice.
    private let owner: AnyObject?
    private let buffer: UnsafeRawBufferPointer

    /// Bytes of its own, copied once from an array.
    public init(_ bytes: [UInt8]) {
        let block = HeapBlock(bytes)
        self.init(owner: block, buffer: UnsafeRawBufferPointer(block.memory))
    }

    init(owner: AnyObject?, buffer: UnsafeRawBufferPointer) {
        self.owner = owner
        self.buffer = buffer
    }

    /// The number of bytes.
    public var count: Int { buffer.count }

    /// The byte at an index; traps outside the bounds.
    @inline(__always)
    public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < buffer.count, "byte index outside the mapping")
        return buffer[index]
    }

    /// A part of the bytes, sharing the storage; traps outside the bounds.
    public subscript(range: Range<Int>) -> MappedBytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count, "range outside the mapping")
        return MappedBytes(owner: owner, buffer: UnsafeRawBufferPointer(rebasing: buffer[range]))
    }

    /// A little-endian integer at an offset; traps when it does not fit in.
    @inline(__always)
    public func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: T.Type = T.self) -> T
    {
        precondition(
            offset >= 0 && offset <= buffer.count - MemoryLayout<T>.size, "integer outside the mapping")
        return T(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// The bytes as an array, copied.
    public var array: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Lends the bytes for the duration of a call.
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(owner) { try body(buffer) }
    }

    /// Says that the bytes will not be read again soon.
    ///
    /// What was mapped leaves this process's memory; reading it again brings it back.
    /// Why: a loader that copies would otherwise hold the file twice.
    public func letGo() {
        guard owner is MappedFile, let address = buffer.baseAddress else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = UnsafeMutableRawPointer(mutating: address).alignedUp(toMultipleOf: page)
        let end = UnsafeMutableRawPointer(mutating: address + buffer.count).alignedDown(toMultipleOf: page)
        if start < end { madvise(start, end - start, MADV_DONTNEED) }
    }

    /// The bytes' address, valid only while this value, or another slice of the
    /// same storage, is alive: whoever keeps the pointer keeps the `MappedBytes`.
    ///
    /// Why: kernels hold addresses of weights for as long as the model lives.
    public var unsafePointer: UnsafeRawBufferPointer { buffer }
}

/// A heap block that frees itself.
private final class HeapBlock {
    let memory: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
        memory = .allocate(byteCount: bytes.count, alignment: 64)
        memory.copyBytes(from: bytes)
    }

    deinit { memory.deallocate() }
}
