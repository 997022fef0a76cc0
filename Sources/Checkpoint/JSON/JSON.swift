/// A JSON value.
///
/// Whole numbers within Int64 stay exact; every other number is a Double. Strings
/// hold exactly the characters of the text. Objects keep the order of the text and
/// compare keys by bytes, because Swift's `==` would take `é` in one and in two
/// code points for the same key.
public enum JSON: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number written without fraction and exponent that fits Int64.
    case integer(Int64)
    /// Any other number; always finite when it was read.
    case number(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object.
    case object(JSONObject)

    /// The string, where this is one.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The whole number, where this is one; `3.0` is not.
    public var int: Int? { if case .integer(let value) = self { Int(exactly: value) } else { nil } }

    /// The number, where this is one, whole or not.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value, where this is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The elements, where this is an array.
    public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }

    /// The object, where this is one.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// Whether this is `null`.
    public var isNull: Bool { kind == .null }

    /// The value of a key, where this is an object that has it.
    public subscript(key: String) -> JSON? { object?[key] }

    /// Which kind of value this is.
    public var kind: JSONKind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .integer, .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}

extension JSON: Equatable {
    /// Equal values of the same kind; strings by bytes, object members in any order.
    public static func == (a: JSON, b: JSON) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let x), .bool(let y)): x == y
        case (.integer(let x), .integer(let y)): x == y
        case (.number(let x), .number(let y)): x == y
        case (.string(let x), .string(let y)): x.hasSameBytes(as: y)
        case (.array(let x), .array(let y)): x == y
        case (.object(let x), .object(let y)): x == y
        default: false
        }
    }
}
