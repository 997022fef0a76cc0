import Checkpoint

/// Walks the fields of a protocol buffer, within its bounds.
struct ProtobufReader {
    /// A field's value; groups, which are no longer written, are refused.
    enum Value {
        case varint(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        case bytes(Range<Int>)
    }

    private let bytes: MappedBytes
    private(set) var offset: Int
    private let end: Int

    /// A reader of `bytes[range]`.
    init(_ bytes: MappedBytes, _ range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next field's number and value, or nothing at the end.
    mutating func next() throws(TextError) -> (field: UInt64, value: Value)? {
        guard offset < end else { return nil }
        let start = offset
        let key = try varint()
        guard key >> 3 > 0, key >> 3 < 1 << 29 else { throw .protobuf(offset: start) }
        switch key & 7 {
        case 0: return (key >> 3, .varint(try varint()))
        case 1: return (key >> 3, .fixed64(try fixed()))
        case 2:
            let length = try varint()
            guard length <= UInt64(end - offset) else { throw .protobuf(offset: start) }
            defer { offset += Int(length) }
            return (key >> 3, .bytes(offset..<offset + Int(length)))
        case 5: return (key >> 3, .fixed32(try fixed()))
        default: throw .protobuf(offset: start)
        }
    }

    private mutating func varint() throws(TextError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard offset < end else { throw .protobuf(offset: offset) }
            let byte = bytes[offset]
            guard shift < 63 || byte <= 1 else { throw .protobuf(offset: offset) }
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw .protobuf(offset: offset)
    }

    private mutating func fixed<T: FixedWidthInteger & BitwiseCopyable>() throws(TextError) -> T {
        let size = MemoryLayout<T>.size
        guard end - offset >= size else { throw .protobuf(offset: offset) }
        defer { offset += size }
        return bytes.integer(at: offset, as: T.self)
    }
}
