/// A set of bytes.
public struct ByteSet: Hashable, Sendable {
    private var words: SIMD4<UInt64> = .zero

    /// The empty set.
    public init() {}

    /// The bytes of a range.
    public init(_ range: ClosedRange<UInt8>) {
        for byte in range { insert(byte) }
    }

    /// The bytes of a list.
    public init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { insert(byte) }
    }

    /// Adds a byte.
    public mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

    /// Whether the byte is in it.
    public func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

    /// The byte of a set that has one only.
    var only: UInt8? {
        let count = (0..<4).reduce(0) { $0 + words[$1].nonzeroBitCount }
        guard count == 1, let word = (0..<4).first(where: { words[$0] != 0 }) else { return nil }
        return UInt8(word << 6 + words[word].trailingZeroBitCount)
    }
}
