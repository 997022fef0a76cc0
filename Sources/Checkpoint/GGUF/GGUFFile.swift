/// A GGUF file: metadata and tensors, all of it left in the mapping.
///
/// Versions 2 and 3 are read, in little-endian byte order. Tensors must lie in the
/// order of their descriptions, each at the next aligned place, as llama.cpp asks
/// too: every byte of the data belongs to one tensor or is padding.
public struct GGUFFile: Sendable {
    /// The alignment where the file does not say one.
    static let defaultAlignment = 32
    static let largestAlignment = 1 << 20

    /// The format's version.
    public let version: Int
    /// The metadata.
    public let metadata: GGUFMetadata
    /// The tensors, in the file's order, with extents outermost first.
    public let tensors: TensorTable
    /// The boundary on which tensors begin.
    public let alignment: Int

    /// Opens a file.
    public static func open(_ path: String) throws(CheckpointError) -> GGUFFile {
        let file = try MappedFile(path: path)
        do throws(GGUFFault) {
            return try parse(file.bytes)
        } catch {
            throw CheckpointError(path, .gguf(error))
        }
    }

    /// Reads a file's bytes: a pure function, which the fuzzer calls.
    public static func parse(_ bytes: MappedBytes) throws(GGUFFault) -> GGUFFile {
        var cursor = GGUFCursor(bytes)
        guard hasMagic(bytes) else { throw .notGGUF }
        cursor.skip(4)
        let version = try cursor.take(.header, as: UInt32.self)
        guard version == 2 || version == 3 else {
            let swapped = version.byteSwapped
            throw swapped >= 1 && swapped <= 3 ? .bigEndian : .versionUnsupported(version)
        }
        let tensorCount = try cursor.take(.header, as: UInt64.self)
        let keyCount = try cursor.take(.header, as: UInt64.self)
        guard tensorCount <= TensorTable.limit else {
            throw .tooManyTensors(tensorCount, limit: TensorTable.limit)
        }
        guard keyCount <= GGUFMetadata.mostKeys else {
            throw .tooManyKeys(keyCount, limit: GGUFMetadata.mostKeys)
        }
        var metadata = GGUFMetadata()
        try metadata.read(&cursor, count: Int(keyCount))
        let alignment = try alignment(metadata)
        let tensors = try GGUFTensors.read(&cursor, count: Int(tensorCount), alignment: alignment)
        return GGUFFile(
            version: Int(version), metadata: metadata, tensors: tensors, alignment: alignment)
    }

    /// Whether some bytes begin like a GGUF file.
    static func hasMagic(_ bytes: MappedBytes) -> Bool {
        bytes.count >= 4 && bytes.integer(at: 0, as: UInt32.self) == 0x4655_4747
    }

    private static func alignment(_ metadata: GGUFMetadata) throws(GGUFFault) -> Int {
        switch metadata["general.alignment"] {
        case nil: return defaultAlignment
        case .unsigned(let value):
            guard value > 0, value <= largestAlignment, value & (value - 1) == 0 else {
                throw .alignmentInvalid(value, limit: largestAlignment)
            }
            return Int(value)
        default: throw .alignmentWrongKind
        }
    }
}
