/// A message in the wire format of Protocol Buffers, field by field.
///
/// TensorBoard's event files need four kinds of field and nothing else of the format.
struct ProtobufMessage {
    private(set) var bytes: [UInt8] = []

    /// A whole number, as an enumeration or count.
    mutating func add(_ field: Int, _ value: UInt64) {
        key(field, wire: 0)
        varint(value)
    }

    /// A double.
    mutating func add(_ field: Int, _ value: Double) {
        key(field, wire: 1)
        little(value.bitPattern, count: 8)
    }

    /// A float.
    mutating func add(_ field: Int, _ value: Float) {
        key(field, wire: 5)
        little(UInt64(value.bitPattern), count: 4)
    }

    /// A text.
    mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    /// A message within this one.
    mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.bytes) }

    private mutating func add(_ field: Int, _ content: [UInt8]) {
        key(field, wire: 2)
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func key(_ field: Int, wire: UInt64) { varint(UInt64(field) << 3 | wire) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func little(_ value: UInt64, count: Int) {
        for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place))) }
    }
}
