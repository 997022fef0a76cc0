import Checkpoint
import Serving

/// The types of JSON Schema.
enum SchemaType: String, CaseIterable {
    case null, boolean, integer, number, string, array, object

    /// The type whose keywords count for it.
    var family: SchemaType { self == .integer ? .number : self }

    /// Whether a value is of the type.
    func has(_ value: JSON) -> Bool {
        switch (self, value) {
        case (.null, .null), (.boolean, .bool), (.string, .string), (.array, .array), (.object, .object): true
        case (.number, .integer), (.number, .number), (.integer, .integer): true
        case (.integer, .number(let number)): number == number.rounded()
        default: false
        }
    }

    /// The types a schema names; nothing where it names none.
    static func list(_ value: JSON?, at path: String) throws(SchemaError) -> [SchemaType]? {
        guard let value else { return nil }
        let names = value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
        let types = names.compactMap(SchemaType.init)
        guard !names.isEmpty, types.count == names.count, value.array.map({ $0.count == names.count }) ?? true
        else { throw SchemaError(path: "\(path)/type", fault: .malformed) }
        return types
    }
}

/// The words that schemas are made of, and which of them we can enforce.
enum SchemaKeyword {
    /// Keywords that say nothing about which values are valid.
    private static let notes: Set<String> = [
        "$schema", "$comment", "$defs", "definitions", "$vocabulary", "$anchor", "title", "description",
        "default", "examples", "example", "deprecated", "readOnly", "writeOnly", "nullable", "externalDocs",
        "contentEncoding", "contentMediaType", "contentSchema", "xml", "discriminator",
    ]
    private static let shared: Set<String> = [
        "$ref", "type", "enum", "const", "anyOf", "oneOf", "allOf", "not", "if", "then", "else",
    ]
    private static let byType: [SchemaType: Set<String>] = [
        .number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
        .string: ["minLength", "maxLength", "pattern", "format"],
        .array: [
            "items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains",
            "minContains", "unevaluatedItems",
        ],
        .object: [
            "properties", "required", "additionalProperties", "propertyNames", "patternProperties",
            "minProperties", "maxProperties", "dependentRequired", "dependencies", "dependentSchemas",
            "unevaluatedProperties",
        ],
    ]

    /// The type a keyword is about, where it is about one.
    static func type(of keyword: String) -> SchemaType? { byType.first { $0.value.contains(keyword) }?.key }

    /// Whether the keyword can make a value invalid.
    static func isAssertion(_ keyword: String) -> Bool {
        !notes.contains(keyword) && keyword != "$id" && !keyword.hasPrefix("x-")
    }

    /// Throws for the first keyword that is none of ours.
    static func check(_ object: JSONObject, at path: String) throws(SchemaError) {
        for key in object.keys
        where !notes.contains(key) && !key.hasPrefix("x-") && !shared.contains(key) && type(of: key) == nil {
            // The root's own name changes nothing; another's would change what # means.
            if key == "$id", path == "#" { continue }
            throw SchemaError(path: "\(path)/\(escaped(key))", fault: .unsupportedKeyword)
        }
    }

    /// A key as a part of a JSON pointer.
    static func escaped(_ key: String) -> String {
        let text = key.unicodeScalars.prefix(64).reduce(into: "") { text, scalar in
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension JSONObject {
    /// Whether a keyword besides these decides what is valid.
    func hasAssertions(besides others: Set<String>) -> Bool {
        keys.contains { SchemaKeyword.isAssertion($0) && !others.contains($0) }
    }

    /// A count that a keyword gives, never below zero.
    func count(_ key: String, at path: String) throws(SchemaError) -> Int? {
        guard let value = self[key] else { return nil }
        let whole = value.int ?? value.double.flatMap { Int(exactly: $0) }
        guard let whole, whole >= 0 else { throw SchemaError(path: "\(path)/\(key)", fault: .malformed) }
        guard whole <= 1 << 20 else { throw SchemaError(path: "\(path)/\(key)", fault: .tooLarge) }
        return whole
    }
}
