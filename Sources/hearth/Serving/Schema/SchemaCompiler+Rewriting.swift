import Checkpoint
import Serving

/// Keywords that say what must not be, put into those that say what may.
///
/// The result is sometimes narrower than the schema (a member that would demand
/// another simply makes it required), never wider.
extension SchemaCompiler {
    private static let rewritten = [
        "not", "if", "then", "else", "dependentRequired", "dependencies", "minContains", "contains",
    ]

    /// The schema without these keywords; nothing where it has none of them.
    func rewritten(_ object: JSONObject, at path: String) throws(SchemaError) -> JSON? {
        guard object.keys.contains(where: { Self.rewritten.contains($0) }) else { return nil }
        var object = object
        for key in ["dependentRequired", "dependencies"] {
            guard let rules = object[key] else { continue }
            object[key] = nil
            object["required"] = try dependent(rules, key, in: object, at: path)
        }
        if let rule = object["contains"] { try contain(rule, in: &object, at: path) }
        object["minContains"] = nil
        if let rule = object["not"] {
            object["not"] = nil
            try exclude(rule, from: &object, at: path)
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
                guard let others = others.array else {
                    throw SchemaError(
                        path: "\(path)/\(key)/\(SchemaKeyword.escaped(name))", fault: .unsupportedKeyword)
                }
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

    /// Takes away what a schema allows, where types and members can say so.
    private func exclude(
        _ rule: JSON, from object: inout JSONObject, at path: String
    ) throws(SchemaError) {
        let place = "\(path)/not"
        if rule.bool == false { return }
        let flat = try flattened(rule, at: place)
        guard let refused = flat.object else { throw SchemaError(path: place, fault: .unsatisfiable) }
        let keys = refused.keys.filter { SchemaKeyword.isAssertion($0) }
        if keys.isEmpty { throw SchemaError(path: place, fault: .unsatisfiable) }
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
            if left.isEmpty { throw SchemaError(path: place, fault: .unsatisfiable) }
            object["type"] = .array(left.map { .string($0.rawValue) })
            return
        }
        guard keys == ["required"], let names = refused["required"]?.array, names.count == 1,
            let name = names[0].string
        else { throw SchemaError(path: place, fault: .unsupportedKeyword) }
        if object["required"]?.array?.contains(.string(name)) == true {
            throw SchemaError(path: place, fault: .unsatisfiable)
        }
        var properties = object["properties"]?.object ?? JSONObject()
        // Without named members any name may come.
        guard properties.count > 0 else { throw SchemaError(path: place, fault: .unsupportedKeyword) }
        properties[name] = .bool(false)
        object["properties"] = .object(properties)
    }

    /// `if` on the value of a member that has a list of values: one way for each side.
    private func branches(_ object: JSONObject, at path: String) throws(SchemaError) -> JSON {
        let place = "\(path)/if"
        var base = object
        for key in ["if", "then", "else"] { base[key] = nil }
        let condition = object["if"] ?? .bool(true)
        let then = object["then"] ?? .bool(true)
        let otherwise = object["else"] ?? .bool(true)
        if let bool = condition.bool {
            return try merged(.object(base), bool ? then : otherwise, at: path)
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
