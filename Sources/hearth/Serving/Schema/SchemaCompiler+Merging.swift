import Checkpoint
import Foundation
import Serving

extension SchemaCompiler {
    /// A schema's reference, followed: what it names, and where that is.
    func resolve(_ target: JSON, at path: String) throws(SchemaError) -> (schema: JSON, path: String) {
        let place = "\(path)/$ref"
        guard let text = target.string else { throw SchemaError(path: place, fault: .malformed) }
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
        object["$ref"] = nil
        object["allOf"] = nil
        var whole = JSON.object(object)
        for (part, place) in parts {
            whole = try merged(whole, try flattened(part, at: place, depth: depth - 1), at: place)
        }
        return whole
    }

    /// The schema of what is valid against both; throws where that is no single schema of ours.
    func merged(_ a: JSON, _ b: JSON, at path: String) throws(SchemaError) -> JSON {
        let (a, b) = (try flattened(a, at: path), try flattened(b, at: path))
        if let bool = a.bool { return bool ? b : a }
        if let bool = b.bool { return bool ? a : b }
        guard var whole = a.object, let other = b.object else {
            throw SchemaError(path: path, fault: .malformed)
        }
        try SchemaKeyword.check(other, at: path)
        try checkOpenness(whole, other, at: path)
        for (key, value) in other.members {
            guard let mine = whole[key], SchemaKeyword.isAssertion(key) else {
                if whole[key] == nil || SchemaKeyword.isAssertion(key) { whole[key] = value }
                continue
            }
            whole[key] = try merged(key, mine, value, at: path)
        }
        return .object(whole)
    }

    /// Members one side names and the other forbids by leaving them out.
    private func checkOpenness(_ a: JSONObject, _ b: JSONObject, at path: String) throws(SchemaError) {
        func isOpen(_ object: JSONObject) -> Bool {
            object["additionalProperties"].map { $0.bool == true } ?? true
        }
        if isOpen(a), isOpen(b) { return }
        func names(_ object: JSONObject) -> Set<[UInt8]> {
            Set(object["properties"]?.object?.keys.map { Array($0.utf8) } ?? [])
        }
        let (x, y) = (names(a), names(b))
        guard isOpen(a) || y.isSubset(of: x), isOpen(b) || x.isSubset(of: y) else {
            throw SchemaError(path: "\(path)/additionalProperties", fault: .unsupportedKeyword)
        }
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
        case "unevaluatedProperties", "unevaluatedItems": return a.bool == false ? a : b
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
