import Checkpoint

extension SafetensorsFault {
    /// What follows the colon in the sentence.
    var words: String {
        switch self {
        case .fileTooShort(let bytes): "it has \(bytes) bytes, and even the length of its header takes 8"
        case .headerTooShort(let length): "its header is said to have \(length) bytes, and takes 2 at least"
        case .headerTooLong(let length, let limit):
            "its header is said to have \(length) bytes, and the format allows \(limit)"
        case .headerBeyondFile(let length, let file):
            "its header is said to have \(length) bytes, and the whole file has \(file)"
        case .headerNotObject(let byte): "its header begins with the byte \(byte) instead of “{”"
        case .headerNotJSON(let error): "its header is not sound JSON. \(error.sentence.dropLast())"
        case .headerPadding(let offset, let byte):
            "behind its header, at byte \(offset), stands the byte \(byte); only spaces may"
        case .metadataNotObject(let kind): "__metadata__ is of kind \(kind.rawValue), and must be an object"
        case .metadataNotString(let key, let kind):
            "\(quoted(key)) in __metadata__ is of kind \(kind.rawValue), and must be a string"
        case .metadataTooLarge(let limit): "__metadata__ is too large: at most \(limit) bytes are read"
        case .tooManyTensors(let limit): "it has more than \(limit) tensors"
        case .nameEmpty: "a tensor has an empty name"
        case .nameTooLong(let bytes, let limit): "a tensor's name has \(bytes) bytes, and may have \(limit)"
        case .nameNotPrintable: "a tensor's name has control characters in it"
        case .entryNotObject(let tensor, let kind):
            "the entry of tensor \(quoted(tensor)) is of kind \(kind.rawValue), and must be an object"
        case .fieldMissing(let tensor, let field): "tensor \(quoted(tensor)) has no \(field.rawValue)"
        case .fieldUnknown(let tensor, let field):
            "tensor \(quoted(tensor)) has a field \(quoted(field)) the format does not know"
        case .fieldWrongKind(let tensor, let field, let found):
            "\(field.rawValue) of tensor \(quoted(tensor)) is of kind \(found.rawValue)"
        case .typeUnknown(let tensor, let type):
            "tensor \(quoted(tensor)) has the unknown type \(quoted(type))"
        case .tooManyDimensions(let tensor, let limit):
            "tensor \(quoted(tensor)) has more than \(limit) dimensions"
        case .dimensionNotWhole(let tensor, let index):
            "dimension \(index) of tensor \(quoted(tensor)) is not a whole number that can be counted"
        case .dimensionNegative(let tensor, let index):
            "dimension \(index) of tensor \(quoted(tensor)) is negative"
        case .shapeTooLarge(let tensor):
            "the shape of tensor \(quoted(tensor)) has too many elements to count"
        case .shapeNotWholeBytes(let tensor):
            "the elements of tensor \(quoted(tensor)) do not fill whole bytes"
        case .offsetsNotTwo(let tensor): "data_offsets of tensor \(quoted(tensor)) are not two numbers"
        case .offsetNotWhole(let tensor):
            "data_offsets of tensor \(quoted(tensor)) are not whole numbers that can be counted"
        case .offsetNegative(let tensor): "data_offsets of tensor \(quoted(tensor)) are negative"
        case .offsetsReversed(let tensor, let begin, let end):
            "tensor \(quoted(tensor)) begins at byte \(begin) and ends before that, at \(end)"
        case .dataBeyondFile(let tensor, let end, let available):
            "tensor \(quoted(tensor)) ends at byte \(end) of the data, which has \(available)"
        case .sizeMismatch(let tensor, let expected, let found):
            "tensor \(quoted(tensor)) needs \(expected) bytes by its type and shape, and has \(found)"
        case .overlap(let tensor, let previous):
            "tensor \(quoted(tensor)) begins before \(quoted(previous)) ends"
        case .hole(let tensor, let bytes):
            "\(bytes) bytes in front of tensor \(quoted(tensor)) belong to no tensor"
        case .trailingBytes(let bytes): "\(bytes) bytes at its end belong to no tensor"
        }
    }
}
