import Checkpoint

extension GGUFFault {
    /// What follows the colon in the sentence.
    var words: String {
        switch self {
        case .notGGUF: "it does not begin with the letters GGUF"
        case .bigEndian: "it is in big-endian byte order; convert the model for a little-endian machine"
        case .versionUnsupported(let version): "its version is \(version), and versions 2 and 3 are read"
        case .truncated(let part): "it ends in the middle of \(part.words)"
        case .tooManyKeys(let count, let limit): "it announces \(count) keys, and at most \(limit) are read"
        case .tooManyTensors(let count, let limit):
            "it announces \(count) tensors, and at most \(limit) are read"
        case .keyEmpty(let index): "key number \(index) is empty"
        case .keyTooLong(let index, let bytes, let limit):
            "key number \(index) is said to have \(bytes) bytes, and may have \(limit)"
        case .keyNotText(let index): "key number \(index) is not printable UTF-8"
        case .keyTwice(let key): "the key \(quoted(key)) stands a second time"
        case .valueTypeUnknown(let key, let type): "the value of \(quoted(key)) has the unknown type \(type)"
        case .boolInvalid(let key, let byte): "a truth value of \(quoted(key)) is \(byte) instead of 0 or 1"
        case .stringBeyondFile(let key, let bytes):
            "the string of \(quoted(key)) is said to have \(bytes) bytes, which the file does not have"
        case .stringNotText(let key): "the string of \(quoted(key)) is not UTF-8"
        case .arrayTypeUnknown(let key, let type): "the array of \(quoted(key)) has the unknown type \(type)"
        case .arrayNested(let key): "\(quoted(key)) is an array of arrays, which Hearth does not read"
        case .arrayBeyondFile(let key, let count):
            "the array of \(quoted(key)) is said to have \(count) elements, which the file does not have"
        case .arrayStringBeyondFile(let key, let index, let bytes):
            "string \(index) of \(quoted(key)) is said to have \(bytes) bytes, which the file does not have"
        case .alignmentWrongKind: "general.alignment is not an unsigned number"
        case .alignmentInvalid(let value, let limit):
            "general.alignment is \(value), and must be a power of two up to \(limit)"
        case .nameEmpty(let index): "tensor number \(index) has an empty name"
        case .nameTooLong(let index, let bytes, let limit):
            "the name of tensor number \(index) is said to have \(bytes) bytes, and may have \(limit)"
        case .nameNotText(let index): "the name of tensor number \(index) is not printable UTF-8"
        case .tensorTwice(let tensor): "there are two tensors \(quoted(tensor))"
        case .tooManyDimensions(let tensor, let count, let limit):
            "tensor \(quoted(tensor)) has \(count) dimensions, and may have \(limit)"
        case .dimensionZero(let tensor, let index): "dimension \(index) of tensor \(quoted(tensor)) is zero"
        case .shapeTooLarge(let tensor):
            "the shape of tensor \(quoted(tensor)) has too many elements to count"
        case .tensorTypeUnknown(let tensor, let type): "tensor \(quoted(tensor)) has the unknown type \(type)"
        case .tensorTypeUnsupported(let tensor, let type):
            "tensor \(quoted(tensor)) is of type \(type); convert the model to "
                + "F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K or Q6_K"
        case .rowNotWholeBlocks(let tensor, let row, let block):
            "a row of tensor \(quoted(tensor)) has \(row) elements, which do not fill blocks of \(block)"
        case .offsetMisaligned(let tensor, let offset, let alignment):
            "tensor \(quoted(tensor)) begins at byte \(offset) of the data, which is no multiple of \(alignment)"
        case .overlap(let tensor, let previous):
            "tensor \(quoted(tensor)) begins before \(quoted(previous)) ends"
        case .hole(let tensor, let bytes):
            "\(bytes) bytes in front of tensor \(quoted(tensor)) belong to no tensor"
        case .dataBeyondFile(let tensor, let needed, let available):
            "tensor \(quoted(tensor)) ends at byte \(needed) of the data, which has \(available)"
        case .trailingBytes(let bytes): "\(bytes) bytes at its end belong to no tensor"
        }
    }
}

extension GGUFFault.Part {
    fileprivate var words: String {
        switch self {
        case .header: "its header"
        case .key: "a metadata key"
        case .valueType: "the type of a metadata value"
        case .value: "a metadata value"
        case .arrayHeader: "the type and length of an array"
        case .tensorName: "a tensor's name"
        case .tensorInfo: "the description of a tensor"
        }
    }
}
