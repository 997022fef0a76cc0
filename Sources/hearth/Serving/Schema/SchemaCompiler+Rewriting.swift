import Checkpoint
import Serving

/// Keywords that say what must not be, put into those that say what may.
///
/// The result is sometimes narrower than the schema (a member that would demand
/// another simply makes it required), never wider.
extension SchemaCompiler {
    private static let rewritten = [
        "not", "if", "then", "else", "dependentRequired", "dependencies", "dependentSchemas", "minContains",
        "contains",
    ]

    /// The schema without these keywords; nothing where it has none of them.
    func rewritten(_ object: JSONObject, at path: String) throws(SchemaError) -> JSON? {
        guard object.keys.contains(where: { Self.rewritten.contains($0) }) else { return nil }
        var object = object
        for key in ["dependentRequired", "dependencies"] {
            guard let rules = object[key] else { continue }
            object[key] = nil
            object["required"] = try dependent(rules, key, in: object, at: path)
            if let ways = try dependent(schemas: rules, key, in: object, at: path) { return ways }
        }
        if let rules = object["dependentSchemas"] {
            object["dependentSchemas"] = nil
            if let ways = try dependent(schemas: rules, "dependentSchemas", in: object, at: path) {
                return ways
            }
        }
        if let rule = object["contains"] { try contain(rule, in: &object, at: path) }
        object["minContains"] = nil
        if let rule = object["not"] {
            object["not"] = nil
            guard let rest = try excluding(rule, from: object, at: path) else { return .bool(false) }
            object = rest
        }
        if object["if"] != nil { return try branches(object, at: path) }
        object["then"] = nil
        object["else"] = nil
        return .object(object)
    }

    /// `required` with what the members that may come demand.
    private func dependent(
        _ rules: JSON, _ key: String, in object: JSONObject, at path: String
    ) throws(SchemaError) -> JSON {
        guard let rules = rules.object else { throw SchemaError(path: "\(path)/\(key)", fault: .malformed) }
        var required = object["required"]?.array ?? []
        let named = object["properties"]?.object
        var isChanged = true
        while isChanged {
            isChanged = false
            for (name, others) in rules.members {
                guard let others = others.array else { continue }
                // With named members a name that is neither named nor required never comes.
                let comes = required.contains(.string(name)) || named == nil || named?[name] != nil
                for other in others where comes && !required.contains(other) {
                    required.append(other)
                    isChanged = true
                }
            }
        }
        return .array(required)
    }

    /// The first elements are made to be what the array must contain.
    private func contain(
        _ rule: JSON, in object: inout JSONObject, at path: String
    ) throws(SchemaError) {
        object["contains"] = nil
        let count = try object.count("minContains", at: path) ?? 1
        if count == 0 { return }
        guard count <= 16 else { throw SchemaError(path: "\(path)/minContains", fault: .tooLarge) }
        guard object["items"]?.array == nil else {
            throw SchemaError(path: "\(path)/contains", fault: .unsupportedKeyword)
        }
        var lead = object["prefixItems"]?.array ?? []
        for index in 0..<count {
            let known = index < lead.count ? lead[index] : object["items"] ?? .bool(true)
            let both = try merged(known, rule, at: "\(path)/contains")
            if index < lead.count { lead[index] = both } else { lead.append(both) }
        }
        object["prefixItems"] = .array(lead)
        let low = try object.count("minItems", at: path) ?? 0
        object["minItems"] = .integer(Int64(max(low, count)))
    }

    /// Members that bring a schema with them: one way without each, and one with it.
    private func dependent(
        schemas rules: JSON, _ key: String, in object: JSONObject, at path: String
    ) throws(SchemaError) -> JSON? {
        guard let rules = rules.object else { throw SchemaError(path: "\(path)/\(key)", fault: .malformed) }
        let found = rules.members.filter { $0.value.array == nil }
        if found.isEmpty { return nil }
        var ways = [JSON.object(object)]
        for (name, schema) in found {
            let place = "\(path)/\(key)/\(SchemaKeyword.escaped(name))"
            // Where no member is named any may come, and this one cannot be told apart.
            guard found.count <= 4, object["properties"]?.object?[name] != nil else {
                throw SchemaError(path: place, fault: .unsupportedKeyword)
            }
            let list = JSON.array([.string(name)])
            var next: [JSON] = []
            for way in ways {
                let isThere = JSON.object(["required": list])
                next.append(try merged(try merged(way, isThere, at: place), schema, at: place))
                if let plain = way.object, let without = try excluding(isThere, from: plain, at: path) {
                    next.append(.object(without))
                }
            }
            ways = next
        }
        return .object(["anyOf": .array(ways)])
    }

    /// What a schema allows and another does not, where types and members can say so;
    /// nothing where nothing is left.
    private func excluding(
        _ rule: JSON, from object: JSONObject, at path: String
    ) throws(SchemaError) -> JSONObject? {
        let place = "\(path)/not"
        var object = object
        let flat = try flattened(rule, at: place)
        if let bool = flat.bool { return bool ? nil : object }
        guard let refused = flat.object else { throw SchemaError(path: place, fault: .malformed) }
        let keys = refused.keys.filter { SchemaKeyword.isAssertion($0) }
        if keys.isEmpty { return nil }
        if keys == ["type"], let types = try SchemaType.list(refused["type"], at: place) {
            let all = SchemaType.allCases.filter { $0 != .integer }
            let mine = try SchemaType.list(object["type"], at: path) ?? all
            // Numbers that are not whole have no pattern of their own.
            guard !(types.contains(.integer) && !types.contains(.number) && mine.contains(.number)) else {
                throw SchemaError(path: place, fault: .unsupportedKeyword)
            }
            let left = mine.filter { type in
                !types.contains(type) && !(type == .integer && types.contains(.number))
            }
            if left.isEmpty { return nil }
            object["type"] = .array(left.map { .string($0.rawValue) })
            return object
        }
        guard keys == ["required"], let names = refused["required"]?.array, names.count == 1,
            let name = names[0].string
        else { throw SchemaError(path: place, fault: .unsupportedKeyword) }
        if object["required"]?.array?.contains(.string(name)) == true { return nil }
        var properties = object["properties"]?.object ?? JSONObject()
        // Without named members any name may come.
        guard properties.count > 0 else { throw SchemaError(path: place, fault: .unsupportedKeyword) }
        properties[name] = .bool(false)
        object["properties"] = .object(properties)
        return object
    }

    /// `if` on the value of a member that has a list of values: one way for each side.
    private func branches(_ object: JSONObject, at path: String) throws(SchemaError) -> JSON {
        let place = "\(path)/if"
        var base = object
        for key in ["if", "then", "else"] { base[key] = nil }
        let condition = object["if"] ?? .bool(true)
        let then = object["then"] ?? .bool(true)
        let otherwise = object["else"] ?? .bool(true)
        if then.bool == true, otherwise.bool == true { return .object(base) }
        if let bool = condition.bool {
            return try merged(.object(base), bool ? then : otherwise, at: path)
        }
        let keys = condition.object?.keys.filter { SchemaKeyword.isAssertion($0) }
        if keys == ["type"] || keys == ["required"] {
            var ways = [try merged(try merged(.object(base), condition, at: path), then, at: "\(path)/then")]
            if let rest = try excluding(condition, from: base, at: path) {
                ways.append(try merged(.object(rest), otherwise, at: "\(path)/else"))
            }
            return .object(["anyOf": .array(ways)])
        }
        guard let rule = condition.object,
            rule.keys.allSatisfy({
                ["properties", "required", "type"].contains($0) || !SchemaKeyword.isAssertion($0)
            }), let tested = rule["properties"]?.object, tested.count == 1, let test = tested.members.first,
            let wanted = test.value.object.flatMap(words),
            let known = base["properties"]?.object?[test.key],
            let values = try flattened(known, at: path).object.flatMap(words)
        else { throw SchemaError(path: place, fault: .unsupportedKeyword) }
        func side(_ words: [JSON], _ rule: JSON, _ key: String) throws(SchemaError) -> JSON? {
            if words.isEmpty { return nil }
            let choice = JSON.object([
                "properties": .object([test.key: .object(["enum": .array(words)])]),
                "required": .array([.string(test.key)]),
            ])
            return try merged(try merged(.object(base), choice, at: path), rule, at: "\(path)/\(key)")
        }
        let yes = values.filter { value in wanted.contains { $0.isSame(as: value) } }
        let no = values.filter { value in !wanted.contains { $0.isSame(as: value) } }
        let ways = [try side(yes, then, "then"), try side(no, otherwise, "else")].compactMap { $0 }
        return .object(["anyOf": .array(ways)])
    }
}
