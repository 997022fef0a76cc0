import Checkpoint
import Foundation
import Serving

extension SchemaCompiler {
    /// A schema's reference, followed: what it names, and where that is.
    func resolve(_ target: JSON, at path: String) throws(SchemaError) -> (schema: JSON, path: String) {
        let place = "\(path)/$ref"
        guard let text = target.string else { throw SchemaError(path: place, fault: .malformed) }
        if let found = anchored(text) { return (found, text) }
        guard text == "#" || text.hasPrefix("#/") else {
            throw SchemaError(path: place, fault: .unresolvedReference)
        }
        var schema = root
        for part in text.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false)
        where text != "#" {
            guard let key = part.removingPercentEncoding else {
                throw SchemaError(path: place, fault: .unresolvedReference)
            }
            let name = key.replacing("~1", with: "/").replacing("~0", with: "~")
            let next = schema.array.flatMap { list in
                Int(name).flatMap { list.indices.contains($0) ? list[$0] : nil }
            }
            guard let inner = schema.object?[name] ?? next else {
                throw SchemaError(path: place, fault: .unresolvedReference)
            }
            schema = inner
        }
        return (schema, text)
    }

    /// The schema whose `$anchor` a reference names.
    private func anchored(_ text: String) -> JSON? {
        guard text.hasPrefix("#"), text.count > 1, !text.hasPrefix("#/") else { return nil }
        let name = String(text.dropFirst())
        var open = [root]
        while let next = open.popLast() {
            if next["$anchor"]?.string == name { return next }
            open += next.array ?? next.object?.members.map(\.value) ?? []
        }
        return nil
    }

    /// A schema without `allOf` and without a `$ref` beside other keywords.
    func flattened(_ schema: JSON, at path: String, depth: Int = 16) throws(SchemaError) -> JSON {
        guard depth > 0 else { throw SchemaError(path: path, fault: .tooLarge) }
        guard var object = schema.object, object["$ref"] != nil || object["allOf"] != nil else {
            return schema
        }
        try SchemaKeyword.check(object, at: path)
        var parts: [(JSON, String)] = []
        if let target = object["$ref"] { parts.append(try resolve(target, at: path)) }
        if let list = object["allOf"] {
            guard let items = list.array, !items.isEmpty else {
                throw SchemaError(path: "\(path)/allOf", fault: .malformed)
            }
            parts += items.enumerated().map { ($1, "\(path)/allOf/\($0)") }
        }
        let around = object.members.filter { Self.onlookers.contains($0.key) }
        for key in ["$ref", "allOf"] + Self.onlookers { object[key] = nil }
        var whole = JSON.object(object)
        for (part, place) in parts {
            whole = try merged(whole, try flattened(part, at: place, depth: depth - 1), at: place)
        }
        whole = Self.looked(at: whole, by: around)
        return whole
    }

    /// A schema with what was put aside; where a part has the same, both hold.
    static func looked(at whole: JSON, by around: [(key: String, value: JSON)]) -> JSON {
        guard var object = whole.bool == true ? JSONObject() : whole.object else { return whole }
        for (key, value) in around where object[key] == nil || object[key]?.bool == true {
            object[key] = value
        }
        return .object(object)
    }

    /// The schema of what is valid against both; throws where that is no single schema of ours.
    func merged(_ a: JSON, _ b: JSON, at path: String) throws(SchemaError) -> JSON {
        let (a, b) = (Self.part(try flattened(a, at: path)), Self.part(try flattened(b, at: path)))
        if let bool = a.bool { return bool ? b : a }
        if let bool = b.bool { return bool ? a : b }
        guard let mine = a.object, let yours = b.object else {
            throw SchemaError(path: path, fault: .malformed)
        }
        try SchemaKeyword.check(yours, at: path)
        var whole = aligned(try restricted(mine, by: yours, at: path), with: yours)
        let other = aligned(try restricted(yours, by: mine, at: path), with: whole)
        for (key, value) in other.members {
            guard let mine = whole[key], SchemaKeyword.isAssertion(key) else {
                if whole[key] == nil || SchemaKeyword.isAssertion(key) { whole[key] = value }
                continue
            }
            whole[key] = try merged(key, mine, value, at: path)
        }
        return .object(whole)
    }

    /// The members one side names, as far as the other side lets any others be.
    private func restricted(
        _ object: JSONObject, by other: JSONObject, at path: String
    ) throws(SchemaError) -> JSONObject {
        let key = "additionalProperties"
        guard let rest = other[key], rest.bool != true, let mine = object["properties"]?.object else {
            return object
        }
        let known = other["properties"]?.object
        var properties = mine
        for (name, schema) in mine.members where known?[name] == nil {
            guard other["patternProperties"] == nil else {
                throw SchemaError(path: "\(path)/\(key)", fault: .unsupportedKeyword)
            }
            properties[name] = try merged(schema, rest, at: "\(path)/\(key)")
        }
        var object = object
        object["properties"] = .object(properties)
        return object
    }

    /// What looks at the whole schema around it, and so is put aside while parts are merged.
    static let onlookers = ["unevaluatedProperties", "unevaluatedItems"]

    /// A part of a schema: what it says of members or elements it does not name looks at it alone.
    static func part(_ schema: JSON) -> JSON {
        guard var object = schema.object else { return schema }
        for (key, strict) in [
            ("unevaluatedProperties", "additionalProperties"), ("unevaluatedItems", "items"),
        ] {
            guard let rest = object[key] else { continue }
            object[key] = nil
            if object[strict] == nil { object[strict] = rest }
        }
        return .object(object)
    }

    /// A schema of elements with as many first ones of their own as another has.
    private func aligned(_ object: JSONObject, with other: JSONObject) -> JSONObject {
        guard let theirs = other["prefixItems"]?.array, object["items"]?.array == nil,
            object["prefixItems"] != nil || object["items"] != nil
        else { return object }
        var object = object
        var lead = object["prefixItems"]?.array ?? []
        let rest = object["items"] ?? .bool(true)
        while lead.count < theirs.count { lead.append(rest) }
        object["prefixItems"] = .array(lead)
        return object
    }

    private func merged(_ key: String, _ a: JSON, _ b: JSON, at path: String) throws(SchemaError) -> JSON {
        if a == b { return a }
        let place = "\(path)/\(key)"
        func larger(_ isLarger: Bool) throws(SchemaError) -> JSON {
            guard let x = a.double, let y = b.double else {
                throw SchemaError(path: place, fault: .malformed)
            }
            return (x > y) == isLarger ? a : b
        }
        switch key {
        case "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties": return try larger(true)
        case "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties": return try larger(false)
        case "items", "propertyNames", "additionalProperties": return try merged(a, b, at: place)
        case "required":
            guard let x = a.array, let y = b.array else { throw SchemaError(path: place, fault: .malformed) }
            return .array(x + y.filter { !x.contains($0) })
        case "enum":
            guard let x = a.array, let y = b.array else { throw SchemaError(path: place, fault: .malformed) }
            let both = x.filter { y.contains($0) }
            if both.isEmpty { throw SchemaError(path: place, fault: .unsatisfiable) }
            return .array(both)
        case "type": return try types(a, b, at: path)
        case "anyOf", "oneOf": return try choices(a, b, at: place)
        case "prefixItems": return try prefixes(a, b, at: place)
        case "multipleOf":
            guard let x = a.double, let y = b.double, x > 0, y > 0 else {
                throw SchemaError(path: place, fault: .malformed)
            }
            if (x / y).rounded() == x / y { return a }
            if (y / x).rounded() == y / x { return b }
            throw SchemaError(path: place, fault: .unsupportedKeyword)
        case "properties":
            guard var x = a.object, let y = b.object else {
                throw SchemaError(path: place, fault: .malformed)
            }
            for (name, schema) in y.members {
                let inner = "\(place)/\(SchemaKeyword.escaped(name))"
                if let mine = x[name] {
                    x[name] = try merged(mine, schema, at: inner)
                } else {
                    x[name] = schema
                }
            }
            return .object(x)
        default: throw SchemaError(path: place, fault: .unsupportedKeyword)
        }
    }

    private func types(_ a: JSON, _ b: JSON, at path: String) throws(SchemaError) -> JSON {
        let x = try SchemaType.list(a, at: path) ?? [], y = try SchemaType.list(b, at: path) ?? []
        var both = x.filter { y.contains($0) }
        if x.contains(.number) && y.contains(.integer) || y.contains(.number) && x.contains(.integer) {
            if !both.contains(.integer), !both.contains(.number) { both.append(.integer) }
        }
        if both.isEmpty { throw SchemaError(path: "\(path)/type", fault: .unsatisfiable) }
        return .array(both.map { .string($0.rawValue) })
    }

    /// One of these and one of those: one of all pairs.
    private func choices(_ a: JSON, _ b: JSON, at place: String) throws(SchemaError) -> JSON {
        guard let x = a.array, let y = b.array, !x.isEmpty, !y.isEmpty else {
            throw SchemaError(path: place, fault: .malformed)
        }
        guard x.count * y.count <= 64 else { throw SchemaError(path: place, fault: .tooLarge) }
        var pairs: [JSON] = []
        for left in x {
            for right in y {
                do throws(SchemaError) {
                    pairs.append(try merged(left, right, at: place))
                } catch {
                    if error.fault != .unsatisfiable { throw error }
                }
            }
        }
        if pairs.isEmpty { throw SchemaError(path: place, fault: .unsatisfiable) }
        return .array(pairs)
    }

    private func prefixes(_ a: JSON, _ b: JSON, at place: String) throws(SchemaError) -> JSON {
        guard let x = a.array, let y = b.array, x.count == y.count else {
            throw SchemaError(path: place, fault: .unsupportedKeyword)
        }
        var both: [JSON] = []
        for (index, pair) in zip(x, y).enumerated() {
            both.append(try merged(pair.0, pair.1, at: "\(place)/\(index)"))
        }
        return .array(both)
    }
}
