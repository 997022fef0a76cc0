/// A metadata value of a GGUF file.
public enum GGUFValue: Sendable {
    /// A number of an unsigned type.
    case unsigned(UInt64)
    /// A number of a signed type.
    case integer(Int64)
    /// A floating-point number.
    case float(Double)
    /// A truth value.
    case bool(Bool)
    /// A string, checked to be UTF-8.
    case string([UInt8])
    /// An array of strings, left in the file.
    case strings(GGUFStrings)
    /// An array of numbers or truth values, left in the file.
    case numbers(GGUFNumbers)
}

/// The type numbers of metadata values.
enum GGUFValueType: UInt32 {
    case u8, i8, u16, i16, u32, i32, f32, bool, string, array, u64, i64, f64

    /// The plain type of an array's elements, where they are no strings or arrays.
    var element: ElementType? {
        switch self {
        case .u8: .u8
        case .i8: .i8
        case .u16: .u16
        case .i16: .i16
        case .u32: .u32
        case .i32: .i32
        case .f32: .f32
        case .bool: .bool
        case .u64: .u64
        case .i64: .i64
        case .f64: .f64
        case .string, .array: nil
        }
    }
}

/// An array of strings in a GGUF file, read from the mapping as they are asked for.
///
/// Every length was checked when the file was opened. The place of each 32nd string
/// is kept, so the table is small whatever the file says; going through in order
/// costs one step a string, an access out of order at most 32.
public struct GGUFStrings: Sendable, RandomAccessCollection {
    private static let stride = 32

    private let bytes: MappedBytes
    private let places: [Int]
    /// The number of strings.
    public let count: Int

    /// Checks the strings at the beginning of some bytes.
    ///
    /// - Returns: the strings and where they end.
    /// - Throws: the index and length of the first that does not fit in.
    static func read(_ bytes: MappedBytes, count: Int) throws(OutOfBounds) -> (GGUFStrings, end: Int) {
        var places: [Int] = []
        places.reserveCapacity(Swift.min(count / stride + 1, bytes.count / (8 * stride) + 1))
        var offset = 0
        for index in 0..<count {
            if index.isMultiple(of: stride) { places.append(offset) }
            guard bytes.count - offset >= 8 else { throw OutOfBounds(index: index, length: nil) }
            let length = bytes.integer(at: offset, as: UInt64.self)
            guard length <= UInt64(bytes.count - offset - 8) else {
                throw OutOfBounds(index: index, length: length)
            }
            offset += 8 + Int(length)
        }
        return (GGUFStrings(bytes: bytes[0..<offset], places: places, count: count), offset)
    }

    struct OutOfBounds: Error {
        var index: Int
        var length: UInt64?
    }

    private init(bytes: MappedBytes, places: [Int], count: Int) {
        self.bytes = bytes
        self.places = places
        self.count = count
    }

    /// The first index.
    public var startIndex: Int { 0 }
    /// The index after the last.
    public var endIndex: Int { count }

    /// The bytes of a string, copied; traps outside the bounds.
    public subscript(index: Int) -> [UInt8] { view(index).array }

    /// The bytes of a string in the mapping; traps outside the bounds.
    public func view(_ index: Int) -> MappedBytes {
        precondition(index >= 0 && index < count, "string index outside the array")
        var place = places[index / Self.stride]
        for _ in 0..<index % Self.stride { place += 8 + length(at: place) }
        return bytes[place + 8..<place + 8 + length(at: place)]
    }

    /// Goes through the strings in order.
    public func makeIterator() -> Iterator { Iterator(bytes: bytes) }

    /// Goes through the strings of an array in order.
    public struct Iterator: IteratorProtocol {
        let bytes: MappedBytes
        var place = 0

        /// The next string's bytes, copied.
        public mutating func next() -> [UInt8]? { nextView()?.array }

        /// The next string's bytes in the mapping.
        public mutating func nextView() -> MappedBytes? {
            guard place < bytes.count else { return nil }
            let start = place + 8
            place = start + Int(bytes.integer(at: place, as: UInt64.self))
            return bytes[start..<place]
        }
    }

    private func length(at place: Int) -> Int { Int(bytes.integer(at: place, as: UInt64.self)) }
}

/// An array of numbers in a GGUF file, read from the mapping as they are asked for.
public struct GGUFNumbers: Sendable {
    /// The number of numbers.
    public let count: Int
    /// How they are stored.
    public let type: ElementType
    private let bytes: MappedBytes

    init(type: ElementType, bytes: MappedBytes) {
        self.type = type
        self.bytes = bytes
        count = bytes.count / type.blockBytes
    }

    /// A number as a Double; traps outside the bounds.
    public subscript(index: Int) -> Double {
        switch type {
        case .f32: Double(Float(bitPattern: bytes.integer(at: index * 4)))
        case .f64: Double(bitPattern: bytes.integer(at: index * 8))
        case .u64: Double(bytes.integer(at: index * 8, as: UInt64.self))
        default: Double(integer(index) ?? 0)
        }
    }

    /// A whole number; nothing where the type is floating point or it does not fit.
    /// Traps outside the bounds.
    public func integer(_ index: Int) -> Int64? {
        switch type {
        case .u8, .bool: Int64(bytes[index])
        case .i8: Int64(bytes.integer(at: index, as: Int8.self))
        case .u16: Int64(bytes.integer(at: index * 2, as: UInt16.self))
        case .i16: Int64(bytes.integer(at: index * 2, as: Int16.self))
        case .u32: Int64(bytes.integer(at: index * 4, as: UInt32.self))
        case .i32: Int64(bytes.integer(at: index * 4, as: Int32.self))
        case .u64: Int64(exactly: bytes.integer(at: index * 8, as: UInt64.self))
        case .i64: bytes.integer(at: index * 8, as: Int64.self)
        default: nil
        }
    }
}
