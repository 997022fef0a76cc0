/// The metadata of a GGUF file: keys in order, values left in the file.
///
/// The typed accessors answer `nil` both for a key that is not there and for a
/// value of another kind; use the subscript to tell the two apart.
public struct GGUFMetadata: Sendable {
    static let mostKeys = 16_384
    static let longestKey = 1024

    private enum Slot {
        case value(GGUFValue)
        case text(MappedBytes)
    }

    /// The keys in the file's order.
    public private(set) var keys: [String] = []
    private var slots: [Slot] = []
    private var encodings: [MappedBytes] = []
    private var places: [ExactString: Int] = [:]

    /// The value of a key, compared by bytes.
    public subscript(_ key: String) -> GGUFValue? {
        switch places[ExactString(key)].map({ slots[$0] }) {
        case .value(let value): value
        case .text(let bytes): .string(bytes.array)
        case nil: nil
        }
    }

    /// The string of a key.
    public func string(_ key: String) -> String? {
        guard case .string(let bytes) = self[key] else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The whole number of a key, signed or not, where it fits.
    public func int(_ key: String) -> Int? {
        switch self[key] {
        case .unsigned(let value): Int(exactly: value)
        case .integer(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number of a key, whole or not.
    public func double(_ key: String) -> Double? {
        switch self[key] {
        case .float(let value): value
        case .unsigned(let value): Double(value)
        case .integer(let value): Double(value)
        default: nil
        }
    }

    /// The truth value of a key.
    public func bool(_ key: String) -> Bool? {
        guard case .bool(let value) = self[key] else { return nil }
        return value
    }

    /// The strings of a key.
    public func strings(_ key: String) -> GGUFStrings? {
        guard case .strings(let value) = self[key] else { return nil }
        return value
    }

    /// The array of numbers of a key, still in the file.
    public func numbers(_ key: String) -> GGUFNumbers? {
        guard case .numbers(let value) = self[key] else { return nil }
        return value
    }

    /// The whole numbers of a key, copied, where all of them are and fit.
    public func ints(_ key: String) -> [Int]? {
        guard let numbers = numbers(key) else { return nil }
        var result: [Int] = []
        result.reserveCapacity(numbers.count)
        for index in 0..<numbers.count {
            guard let value = numbers.integer(index) else { return nil }
            result.append(Int(value))
        }
        return result
    }

    /// The numbers of a key, copied.
    public func doubles(_ key: String) -> [Double]? {
        guard let numbers = numbers(key) else { return nil }
        return (0..<numbers.count).map { numbers[$0] }
    }

    /// The value of a key as it stands in the file, type in front, to be written
    /// into another file.
    public func encoded(_ key: String) -> MappedBytes? { places[ExactString(key)].map { encodings[$0] } }

    // MARK: - Reading

    mutating func read(_ cursor: inout GGUFCursor, count: Int) throws(GGUFFault) {
        for index in 0..<count {
            let key = try Self.key(&cursor, index: index)
            guard places.updateValue(index, forKey: ExactString(key)) == nil else { throw .keyTwice(key) }
            keys.append(key)
            let start = cursor.offset
            slots.append(try Self.slot(&cursor, key: key))
            encodings.append(cursor.bytes[start..<cursor.offset])
        }
    }

    private static func key(_ cursor: inout GGUFCursor, index: Int) throws(GGUFFault) -> String {
        let length = try cursor.take(.key, as: UInt64.self)
        guard length > 0 else { throw .keyEmpty(index: index) }
        guard length <= longestKey else { throw .keyTooLong(index: index, bytes: length, limit: longestKey) }
        guard let bytes = cursor.take(bytes: length) else { throw .truncated(.key) }
        guard let key = bytes.printableText else { throw .keyNotText(index: index) }
        return key
    }

    private static func slot(_ cursor: inout GGUFCursor, key: String) throws(GGUFFault) -> Slot {
        let number = try cursor.take(.valueType, as: UInt32.self)
        guard let type = GGUFValueType(rawValue: number) else {
            throw .valueTypeUnknown(key: key, type: number)
        }
        switch type {
        case .string:
            let length = try cursor.take(.value, as: UInt64.self)
            guard let bytes = cursor.take(bytes: length) else {
                throw .stringBeyondFile(key: key, bytes: length)
            }
            guard bytes.isUTF8 else { throw .stringNotText(key: key) }
            return .text(bytes)
        case .array: return .value(try array(&cursor, key: key))
        default: return .value(try scalar(&cursor, key: key, type: type))
        }
    }

    private static func scalar(
        _ cursor: inout GGUFCursor, key: String, type: GGUFValueType
    ) throws(GGUFFault) -> GGUFValue {
        switch type {
        case .u8: return .unsigned(UInt64(try cursor.take(.value, as: UInt8.self)))
        case .u16: return .unsigned(UInt64(try cursor.take(.value, as: UInt16.self)))
        case .u32: return .unsigned(UInt64(try cursor.take(.value, as: UInt32.self)))
        case .u64: return .unsigned(try cursor.take(.value))
        case .i8: return .integer(Int64(try cursor.take(.value, as: Int8.self)))
        case .i16: return .integer(Int64(try cursor.take(.value, as: Int16.self)))
        case .i32: return .integer(Int64(try cursor.take(.value, as: Int32.self)))
        case .i64: return .integer(try cursor.take(.value))
        case .f32: return .float(Double(Float(bitPattern: try cursor.take(.value))))
        case .f64: return .float(Double(bitPattern: try cursor.take(.value)))
        case .bool:
            let byte = try cursor.take(.value, as: UInt8.self)
            guard byte <= 1 else { throw .boolInvalid(key: key, byte: byte) }
            return .bool(byte == 1)
        case .string, .array: preconditionFailure("not a scalar")
        }
    }

    private static func array(_ cursor: inout GGUFCursor, key: String) throws(GGUFFault) -> GGUFValue {
        let number = try cursor.take(.arrayHeader, as: UInt32.self)
        let count = try cursor.take(.arrayHeader, as: UInt64.self)
        guard let type = GGUFValueType(rawValue: number) else {
            throw .arrayTypeUnknown(key: key, type: number)
        }
        guard type != .array else { throw .arrayNested(key: key) }
        // A string takes eight bytes or more: an impossible count ends here.
        let size = UInt64(type.element?.blockBytes ?? 8)
        guard count <= UInt64(cursor.remaining) / size else { throw .arrayBeyondFile(key: key, count: count) }
        guard let element = type.element else { return try strings(&cursor, key: key, count: Int(count)) }
        guard let bytes = cursor.take(bytes: count * size) else {
            throw .arrayBeyondFile(key: key, count: count)
        }
        if element == .bool {
            for index in 0..<bytes.count where bytes[index] > 1 {
                throw .boolInvalid(key: key, byte: bytes[index])
            }
        }
        return .numbers(GGUFNumbers(type: element, bytes: bytes))
    }

    private static func strings(
        _ cursor: inout GGUFCursor, key: String, count: Int
    ) throws(GGUFFault) -> GGUFValue {
        do throws(GGUFStrings.OutOfBounds) {
            let (strings, end) = try GGUFStrings.read(cursor.rest, count: count)
            cursor.skip(end)
            return .strings(strings)
        } catch {
            guard let length = error.length else { throw .arrayBeyondFile(key: key, count: UInt64(count)) }
            throw .arrayStringBeyondFile(key: key, index: error.index, bytes: length)
        }
    }
}

extension MappedBytes {
    /// The text, or nothing where it is not UTF-8 or has control characters.
    var printableText: String? {
        guard let text, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return nil }
        return text
    }
}
