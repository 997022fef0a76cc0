import Checkpoint
import Foundation
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
            if value == 1 {
                range.places = 0
            } else {
                return multiples(of: value, in: range, object, isWhole)
            }
        }
        return range.pattern
    }

    /// Multiples that are written out, for there is no pattern of digits they all have.
    private static let multiples = 10_000

    /// The multiples of a number in a range: those nearest to zero where they are too many.
    private func multiples(
        of step: Double, in range: DecimalRange, _ object: JSONObject, _ isWhole: Bool
    ) -> BytePattern? {
        func end(_ plain: String, _ exclusive: String, _ inward: Double) -> Double {
            let ends = [object[plain]?.double, object[exclusive]?.double].compactMap {
                $0.map { $0 * inward }
            }
            return (ends.max() ?? -.infinity) * inward
        }
        let low = end("minimum", "exclusiveMinimum", 1), high = end("maximum", "exclusiveMaximum", -1)
        func fits(_ value: Double) -> Bool {
            value >= low && value <= high && !(range.low?.isExclusive == true && value == low)
                && !(range.high?.isExclusive == true && value == high)
                && (!isWhole || value == value.rounded())
        }
        let most = Double(Self.multiples)
        let first = (low / step).rounded(.down), last = (high / step).rounded(.up)
        let centre = first > 0 ? first : last < 0 ? last : 0
        let from = max(first, centre - most), to = min(last, centre + most)
        guard from <= to, abs(from) < 1e15, abs(to) < 1e15 else { return nil }
        var words: [[UInt8]] = []
        for count in stride(from: from, through: to, by: 1) {
            // Written with few digits, and still a multiple for who divides what was read.
            let text = Self.short(count * step)
            guard let value = Double(text), (value / step).rounded() == value / step, fits(value) else {
                continue
            }
            words.append(Array(text.utf8))
        }
        return words.isEmpty ? nil : .words(words)
    }

    /// A number with at most twelve digits after the point, and none that say nothing.
    private static func short(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        var text = String(format: "%.12f", value)
        while text.hasSuffix("0") { text.removeLast() }
        return text
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
        // A format of numbers, or one that says nothing, leaves the pattern alone.
        if key == "pattern", let format = object["format"]?.string, Self.formats[format] != "" {
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
}
