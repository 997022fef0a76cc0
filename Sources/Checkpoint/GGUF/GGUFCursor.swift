/// A place in a GGUF file that moves forward and never past the end.
struct GGUFCursor {
    let bytes: MappedBytes
    private(set) var offset = 0

    init(_ bytes: MappedBytes) { self.bytes = bytes }

    var remaining: Int { bytes.count - offset }

    mutating func take<T: FixedWidthInteger & BitwiseCopyable>(
        _ part: GGUFFault.Part, as type: T.Type = T.self
    ) throws(GGUFFault) -> T {
        guard remaining >= MemoryLayout<T>.size else { throw .truncated(part) }
        defer { offset += MemoryLayout<T>.size }
        return bytes.integer(at: offset, as: T.self)
    }

    /// The next bytes, or nothing where there are not so many.
    mutating func take(bytes count: UInt64) -> MappedBytes? {
        guard count <= UInt64(remaining) else { return nil }
        defer { offset += Int(count) }
        return bytes[offset..<offset + Int(count)]
    }

    /// All the bytes that follow; the caller says by `skip` how many it used.
    var rest: MappedBytes { bytes[offset..<bytes.count] }

    mutating func skip(_ count: Int) {
        precondition(count >= 0 && count <= remaining, "skipping past the end")
        offset += count
    }
}
