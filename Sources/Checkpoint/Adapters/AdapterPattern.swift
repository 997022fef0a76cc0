/// A value of an adapter for the modules whose name ends in a certain way.
///
/// PEFT's patterns are regular expressions. Read are those that are a name or the
/// end of one, with its dots escaped or not; written are such with escaped dots.
public struct AdapterPattern: Sendable, Equatable {
    /// The end of the module's name, cut at a dot: `q_proj`, `layers.0.mlp.up_proj`.
    public var suffix: String
    /// The rank or alpha.
    public var value: Double

    /// A value for the modules whose name ends so.
    public init(suffix: String, value: Double) {
        self.suffix = suffix
        self.value = value
    }

    /// Whether a module's full name ends in the suffix, cut at a dot.
    public func matches(_ module: String) -> Bool {
        module == suffix || module.hasSuffix("." + suffix)
    }

    /// Checks what was read from a file; the order of the file is kept, since the
    /// first pattern that fits wins.
    static func read(
        _ key: String, _ value: JSON?, isValid: (JSON) -> Double?
    ) throws(AdapterFault) -> [AdapterPattern] {
        switch value {
        case nil, .null: return []
        case .object(let object):
            var patterns: [AdapterPattern] = []
            for (pattern, value) in object.members {
                guard let suffix = plain(pattern) else {
                    throw .patternUnsupported(key: key, pattern: pattern)
                }
                guard let value = isValid(value) else { throw .valueInvalid(key: key) }
                patterns.append(AdapterPattern(suffix: suffix, value: value))
            }
            return patterns
        default: throw .valueInvalid(key: key)
        }
    }

    /// The object PEFT reads.
    static func json(_ patterns: [AdapterPattern]) -> JSON {
        .object(
            JSONObject(
                patterns.map { pattern in
                    let escaped = pattern.suffix.split(separator: ".", omittingEmptySubsequences: false)
                        .joined(separator: "\\.")
                    let value = pattern.value
                    return (escaped, Int64(exactly: value).map { .integer($0) } ?? .number(value))
                }))
    }

    /// The name that a regular expression stands for, if it is nothing but one.
    private static func plain(_ pattern: String) -> String? {
        var name: [UInt8] = []
        var rest = Array(pattern.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                guard rest.popFirst() == UInt8(ascii: ".") else { return nil }
                name.append(UInt8(ascii: "."))
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                name.append(byte)
            default: return nil
            }
        }
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }
}

extension AdapterConfig {
    /// The rank of a module, by the first pattern that fits its full name.
    public func rank(of module: String) -> Int {
        rankPattern.first { $0.matches(module) }.map { Int($0.value) } ?? rank
    }

    /// The numerator of a module's scale.
    public func alpha(of module: String) -> Double {
        alphaPattern.first { $0.matches(module) }?.value ?? alpha
    }

    /// The factor in front of what the adapter adds to a module.
    public func scale(of module: String) -> Double {
        let rank = Double(rank(of: module))
        return alpha(of: module) / (usesRSLoRA ? rank.squareRoot() : rank)
    }
}
