/// A named tensor as a file holds it.
///
/// The shape is outermost first and the numbers are in row-major order, whatever
/// the file's format calls its dimensions. `[]` is a scalar. The bytes are a part
/// of the file's mapping and are not aligned to anything.
public struct Tensor: Sendable {
    /// Its name in the file.
    public let name: String
    /// How its numbers are stored.
    public let type: ElementType
    /// Its extents, outermost first.
    public let shape: [Int]
    /// Its numbers: exactly as many bytes as type and shape ask for.
    public let bytes: MappedBytes

    /// A tensor; traps unless the bytes are exactly what type and shape ask for.
    public init(name: String, type: ElementType, shape: [Int], bytes: MappedBytes) {
        precondition(
            countElements(shape).flatMap { type.byteCount($0) } == bytes.count,
            "bytes do not fit the shape")
        self.name = name
        self.type = type
        self.shape = shape
        self.bytes = bytes
    }

    /// How many numbers it has.
    public var elementCount: Int { bytes.count / type.blockBytes * type.blockElements }
}
