/// The rules of safetensors a file can break.
public enum SafetensorsFault: Error, Sendable, Equatable {
    /// Less than the eight bytes that say how long the header is.
    case fileTooShort(bytes: Int)
    /// A header too short to be `{}`.
    case headerTooShort(length: UInt64)
    /// A header longer than the format allows.
    case headerTooLong(length: UInt64, limit: Int)
    /// A header that would end after the file does.
    case headerBeyondFile(length: UInt64, file: Int)
    /// A header that does not begin with `{`.
    case headerNotObject(firstByte: UInt8)
    /// A header that is not JSON, or has a key twice; offsets count from the header's beginning.
    case headerNotJSON(JSONError)
    /// Something else than spaces behind the header's object.
    case headerPadding(offset: Int, byte: UInt8)
    /// `__metadata__` is not an object.
    case metadataNotObject(JSONKind)
    /// A value in `__metadata__` is not a string.
    case metadataNotString(key: String, JSONKind)
    /// `__metadata__` has too many entries or too much text.
    case metadataTooLarge(limit: Int)
    /// More tensors than any model has.
    case tooManyTensors(limit: Int)
    /// A tensor without a name.
    case nameEmpty
    /// A tensor's name of unreasonable length.
    case nameTooLong(bytes: Int, limit: Int)
    /// A tensor's name with control characters in it.
    case nameNotPrintable
    /// A tensor's entry is not an object.
    case entryNotObject(tensor: String, JSONKind)
    /// A tensor's entry lacks `dtype`, `shape` or `data_offsets`.
    case fieldMissing(tensor: String, field: Field)
    /// A tensor's entry has a field the format does not know.
    case fieldUnknown(tensor: String, field: String)
    /// A field is not of the kind it must be.
    case fieldWrongKind(tensor: String, field: Field, found: JSONKind)
    /// A `dtype` nobody knows.
    case typeUnknown(tensor: String, type: String)
    /// More dimensions than tensors have.
    case tooManyDimensions(tensor: String, limit: Int)
    /// An extent that is not a whole number.
    case dimensionNotWhole(tensor: String, index: Int)
    /// A negative extent.
    case dimensionNegative(tensor: String, index: Int)
    /// A shape with more elements than can be counted.
    case shapeTooLarge(tensor: String)
    /// A number of elements that does not fill whole bytes.
    case shapeNotWholeBytes(tensor: String)
    /// `data_offsets` does not have two entries.
    case offsetsNotTwo(tensor: String)
    /// An offset that is not a whole number.
    case offsetNotWhole(tensor: String)
    /// A negative offset.
    case offsetNegative(tensor: String)
    /// An end before the beginning.
    case offsetsReversed(tensor: String, begin: Int, end: Int)
    /// Data beyond the end of the file.
    case dataBeyondFile(tensor: String, end: Int, available: Int)
    /// Data of another size than type and shape ask for.
    case sizeMismatch(tensor: String, expected: Int, found: Int)
    /// Data that begins before the previous tensor's ends.
    case overlap(tensor: String, previous: String)
    /// Bytes between two tensors that belong to none.
    case hole(before: String, bytes: Int)
    /// Bytes behind the last tensor.
    case trailingBytes(Int)

    /// The fields of a tensor's entry.
    public enum Field: String, Sendable, CaseIterable {
        /// How the numbers are stored.
        case dtype
        /// The extents.
        case shape
        /// Where the data begins and ends.
        case dataOffsets = "data_offsets"
    }
}
