/// The rules of GGUF a file can break.
public enum GGUFFault: Error, Sendable, Equatable {
    /// The file does not begin with `GGUF`.
    case notGGUF
    /// The file is written in big-endian byte order.
    case bigEndian
    /// A version other than 2 and 3.
    case versionUnsupported(UInt32)
    /// The file ends in the middle of something.
    case truncated(Part)
    /// More keys than any model has.
    case tooManyKeys(UInt64, limit: Int)
    /// More tensors than any model has.
    case tooManyTensors(UInt64, limit: Int)
    /// A key that is empty.
    case keyEmpty(index: Int)
    /// A key longer than is reasonable.
    case keyTooLong(index: Int, bytes: UInt64, limit: Int)
    /// A key that is not printable UTF-8.
    case keyNotText(index: Int)
    /// The same key twice.
    case keyTwice(String)
    /// A value of a kind nobody knows.
    case valueTypeUnknown(key: String, type: UInt32)
    /// A truth value that is neither 0 nor 1.
    case boolInvalid(key: String, byte: UInt8)
    /// A string that would end after the file does.
    case stringBeyondFile(key: String, bytes: UInt64)
    /// A string that is not UTF-8.
    case stringNotText(key: String)
    /// An array of a kind nobody knows.
    case arrayTypeUnknown(key: String, type: UInt32)
    /// An array of arrays.
    case arrayNested(key: String)
    /// An array that would end after the file does.
    case arrayBeyondFile(key: String, count: UInt64)
    /// A string in an array that would end after the file does.
    case arrayStringBeyondFile(key: String, index: Int, bytes: UInt64)
    /// `general.alignment` is not a 32-bit unsigned number.
    case alignmentWrongKind
    /// `general.alignment` is not a power of two in a reasonable range.
    case alignmentInvalid(UInt64, limit: Int)
    /// A tensor without a name.
    case nameEmpty(index: Int)
    /// A tensor's name of unreasonable length.
    case nameTooLong(index: Int, bytes: UInt64, limit: Int)
    /// A tensor's name that is not printable UTF-8.
    case nameNotText(index: Int)
    /// Two tensors of one name.
    case tensorTwice(String)
    /// More dimensions than GGUF has.
    case tooManyDimensions(tensor: String, count: UInt32, limit: Int)
    /// An extent of zero.
    case dimensionZero(tensor: String, index: Int)
    /// A shape with more elements than can be counted.
    case shapeTooLarge(tensor: String)
    /// A tensor type nobody knows.
    case tensorTypeUnknown(tensor: String, type: UInt32)
    /// A known tensor type Hearth does not read.
    case tensorTypeUnsupported(tensor: String, type: String)
    /// Rows that do not fill whole blocks.
    case rowNotWholeBlocks(tensor: String, row: Int, block: Int)
    /// A tensor that begins where none may.
    case offsetMisaligned(tensor: String, offset: UInt64, alignment: Int)
    /// A tensor that begins before the previous one ends.
    case overlap(tensor: String, previous: String)
    /// Bytes between two tensors that belong to none.
    case hole(before: String, bytes: UInt64)
    /// A tensor that would end after the file does.
    case dataBeyondFile(tensor: String, needed: UInt64, available: Int)
    /// Bytes behind the last tensor.
    case trailingBytes(Int)

    /// The parts of a file.
    public enum Part: String, Sendable {
        /// Magic, version and counts.
        case header
        /// A metadata key.
        case key
        /// The type of a metadata value.
        case valueType
        /// A metadata value.
        case value
        /// The type and length of an array.
        case arrayHeader
        /// A tensor's name.
        case tensorName
        /// A tensor's dimensions, type and offset.
        case tensorInfo
    }
}
