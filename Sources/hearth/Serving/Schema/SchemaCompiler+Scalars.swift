import Checkpoint
import Generation
import Serving

extension SchemaCompiler {
    /// Digits after the point where nothing else is said.
    static let places = 10

    /// Numbers of a schema; nothing where there are none.
    func number(_ object: JSONObject, at path: String, isWhole: Bool) throws(SchemaError) -> BytePattern? {
        func bound(_ key: String, isExclusive: Bool) throws(SchemaError) -> DecimalRange.Bound? {
            guard let value = object[key] else { return nil }
            guard value.double != nil else { throw SchemaError(path: "\(path)/\(key)", fault: .malformed) }
            guard let decimal = Decimal10(String(decoding: value.serialised(), as: UTF8.self)) else {
                throw SchemaError(path: "\(path)/\(key)", fault: .tooLarge)
            }
            return DecimalRange.Bound(decimal, isExclusive: isExclusive)
        }
        func both(_ plain: String, _ exclusive: String, isLow: Bool) throws(SchemaError) -> DecimalRange
            .Bound?
        {
            guard let a = try bound(plain, isExclusive: false) else {
                return try bound(exclusive, isExclusive: true)
            }
            guard let b = try bound(exclusive, isExclusive: true) else { return a }
            let (x, y) = (object[plain]?.double ?? 0, object[exclusive]?.double ?? 0)
            return isLow ? (x > y ? a : b) : (x < y ? a : b)
        }
        var range = DecimalRange(places: isWhole ? 0 : Self.places)
        range.low = try both("minimum", "exclusiveMinimum", isLow: true)
        range.high = try both("maximum", "exclusiveMaximum", isLow: false)
        if let step = object["multipleOf"] {
            guard let value = step.double, value > 0 else {
                throw SchemaError(path: "\(path)/multipleOf", fault: .malformed)
            }
            // Powers of ten are so many places; anything else has no pattern of digits.
            guard let places = (0...9).first(where: { Self.isPower(value, $0) }) else {
                throw SchemaError(path: "\(path)/multipleOf", fault: .unsupportedKeyword)
            }
            range.places = min(range.places, places)
        }
        return range.pattern
    }

    /// Whether this is ten to the minus so much.
    private static func isPower(_ value: Double, _ places: Int) -> Bool {
        Double("1e-\(places)") == value
    }

    /// Strings of a schema; nothing where there are none.
    mutating func string(_ object: JSONObject, at path: String) throws(SchemaError) -> BytePattern? {
        let low = try object.count("minLength", at: path) ?? 0
        let high = try object.count("maxLength", at: path)
        if let high, high < low { return nil }
        guard object["pattern"] != nil || object["format"] != nil else {
            if low == 0, high == nil { return freeString }
            let characters = BytePattern.repeated(rule(JSONPattern.character), atLeast: low, atMost: high)
            return .sequence([JSONPattern.quote, characters, JSONPattern.quote])
        }
        let key = object["pattern"] == nil ? "format" : "pattern"
        if key == "pattern", object["format"] != nil {
            throw SchemaError(path: "\(path)/format", fault: .unsupportedKeyword)
        }
        guard let text = object[key]?.string else {
            throw SchemaError(path: "\(path)/\(key)", fault: .malformed)
        }
        guard let source = key == "pattern" ? text : Self.formats[text] else {
            throw SchemaError(path: "\(path)/format", fault: .unsupportedKeyword)
        }
        guard let pattern = TextPatternReader.read(source) else {
            throw SchemaError(path: "\(path)/pattern", fault: .unsupportedPattern)
        }
        guard let pattern = pattern.limited(from: low, to: high) else {
            let limit = high == nil ? "minLength" : "maxLength"
            throw SchemaError(path: "\(path)/\(limit)", fault: .unsupportedKeyword)
        }
        return .sequence([JSONPattern.quote, pattern.bytes, JSONPattern.quote])
    }

    private static let day =
        "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    private static let time = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
    private static let zone = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
    private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"

    /// Formats as patterns; a little narrower than the standards, so that all agree.
    private static let formats = [
        "date": "^\(day)$", "time": "^\(time)\(zone)$", "date-time": "^\(day)T\(time)\(zone)$",
        "uuid": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "ipv4": "^\(octet)[.]\(octet)[.]\(octet)[.]\(octet)$",
        "email": "^[A-Za-z0-9]([A-Za-z0-9_+-]|[.][A-Za-z0-9]){0,40}@([A-Za-z0-9]+[.])+[A-Za-z]{2,8}$",
    ]
}
