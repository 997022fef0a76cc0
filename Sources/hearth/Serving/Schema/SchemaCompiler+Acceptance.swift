import Checkpoint
import Serving

/// Whether single values are valid: what `enum` and `const` allow is tried out.
extension SchemaCompiler {
    /// Whether a value is valid against a schema; throws where that cannot be told exactly.
    ///
    /// Our patterns match a little less than they might. That is safe where a match is
    /// wanted and wrong where one is forbidden, so under `isForbidden` they throw.
    func accepts(
        _ schema: JSON, _ value: JSON, at path: String, isForbidden: Bool = false, depth: Int = 32
    ) throws(SchemaError) -> Bool {
        guard depth > 0 else { throw SchemaError(path: path, fault: .tooLarge) }
        if let bool = schema.bool { return bool }
        guard let object = schema.object else { throw SchemaError(path: path, fault: .malformed) }
        try SchemaKeyword.check(object, at: path)
        let trial = Trial(
            object: object, value: value, path: path, isForbidden: isForbidden, depth: depth - 1)
        for (key, rule) in object.members where SchemaKeyword.isAssertion(key) {
            let isValid: Bool =
                switch SchemaKeyword.type(of: key) {
                case .number: value.double == nil ? true : try accepts(number: key, rule, trial)
                case .string: value.string == nil ? true : try accepts(string: key, rule, trial)
                case .array: value.array == nil ? true : try accepts(array: key, rule, trial)
                case .object: value.object == nil ? true : try accepts(object: key, rule, trial)
                default: try accepts(any: key, rule, trial)
                }
            if !isValid { return false }
        }
        return true
    }

    /// One schema and one value on trial.
    private struct Trial {
        let object: JSONObject
        let value: JSON
        let path: String
        let isForbidden: Bool
        let depth: Int
    }

    private func accepts(
        _ schema: JSON, _ value: JSON, _ place: String, _ trial: Trial, isForbidden: Bool? = nil
    ) throws(SchemaError) -> Bool {
        try accepts(
            schema, value, at: "\(trial.path)/\(place)", isForbidden: isForbidden ?? trial.isForbidden,
            depth: trial.depth)
    }

    private func unknown(_ key: String, _ trial: Trial) -> SchemaError {
        SchemaError(path: "\(trial.path)/\(SchemaKeyword.escaped(key))", fault: .unsupportedKeyword)
    }

    private func accepts(any key: String, _ rule: JSON, _ trial: Trial) throws(SchemaError) -> Bool {
        switch key {
        case "type":
            return try SchemaType.list(rule, at: trial.path)?.contains { $0.has(trial.value) } ?? true
        case "enum": return rule.array?.contains { $0.isSame(as: trial.value) } ?? false
        case "const": return rule.isSame(as: trial.value)
        case "$ref":
            let (schema, place) = try resolve(rule, at: trial.path)
            return try accepts(
                schema, trial.value, at: place, isForbidden: trial.isForbidden, depth: trial.depth)
        case "not": return try !accepts(rule, trial.value, key, trial, isForbidden: true)
        case "allOf", "anyOf", "oneOf":
            var count = 0
            let items = rule.array ?? []
            for (index, item) in items.enumerated() {
                let isForbidden = key == "oneOf" ? true : trial.isForbidden
                if try accepts(item, trial.value, "\(key)/\(index)", trial, isForbidden: isForbidden) {
                    count += 1
                }
            }
            return key == "allOf" ? count == items.count : key == "anyOf" ? count > 0 : count == 1
        case "if":
            let holds = try accepts(rule, trial.value, key, trial, isForbidden: true)
            let next = holds ? "then" : "else"
            return try trial.object[next].map { schema throws(SchemaError) in
                try accepts(schema, trial.value, next, trial)
            } ?? true
        case "then", "else": return true
        default: throw unknown(key, trial)
        }
    }

    private func accepts(number key: String, _ rule: JSON, _ trial: Trial) throws(SchemaError) -> Bool {
        guard let value = trial.value.double, let bound = rule.double else {
            throw SchemaError(path: "\(trial.path)/\(key)", fault: .malformed)
        }
        switch key {
        case "minimum": return value >= bound
        case "maximum": return value <= bound
        case "exclusiveMinimum": return value > bound
        case "exclusiveMaximum": return value < bound
        case "multipleOf": return bound > 0 && (value / bound).rounded() == value / bound
        default: throw unknown(key, trial)
        }
    }

    private func accepts(string key: String, _ rule: JSON, _ trial: Trial) throws(SchemaError) -> Bool {
        let text = trial.value.string ?? ""
        switch key {
        case "minLength": return try text.unicodeScalars.count >= trial.object.count(key, at: trial.path) ?? 0
        case "maxLength":
            return try text.unicodeScalars.count <= trial.object.count(key, at: trial.path) ?? .max
        case "pattern", "format":
            guard !trial.isForbidden else { throw unknown(key, trial) }
            let source = key == "format" ? Self.formats[rule.string ?? ""] : rule.string
            guard let source else { throw unknown(key, trial) }
            if source.isEmpty { return true }
            guard let pattern = TextPatternReader.read(source) else {
                throw SchemaError(path: "\(trial.path)/\(key)", fault: .unsupportedPattern)
            }
            return pattern.matches(text)
        default: throw unknown(key, trial)
        }
    }

    private func accepts(array key: String, _ rule: JSON, _ trial: Trial) throws(SchemaError) -> Bool {
        let items = trial.value.array ?? []
        switch key {
        case "minItems": return try items.count >= trial.object.count(key, at: trial.path) ?? 0
        case "maxItems": return try items.count <= trial.object.count(key, at: trial.path) ?? .max
        case "uniqueItems":
            return rule.bool != true
                || items.indices.allSatisfy { i in !items[..<i].contains { $0.isSame(as: items[i]) } }
        case "prefixItems":
            for (index, schema) in (rule.array ?? []).enumerated() where index < items.count {
                if try !accepts(schema, items[index], "\(key)/\(index)", trial) { return false }
            }
            return true
        case "items" where rule.array == nil:
            for item in items.dropFirst(trial.object["prefixItems"]?.array?.count ?? 0) {
                if try !accepts(rule, item, key, trial) { return false }
            }
            return true
        default: throw unknown(key, trial)
        }
    }

    private func accepts(object key: String, _ rule: JSON, _ trial: Trial) throws(SchemaError) -> Bool {
        guard let members = trial.value.object else { return true }
        switch key {
        case "minProperties": return try members.count >= trial.object.count(key, at: trial.path) ?? 0
        case "maxProperties": return try members.count <= trial.object.count(key, at: trial.path) ?? .max
        case "required":
            return rule.array?.allSatisfy { $0.string.map { members[$0] != nil } ?? false } ?? false
        case "properties":
            for (name, schema) in rule.object?.members ?? [] {
                guard let value = members[name] else { continue }
                if try !accepts(schema, value, "\(key)/\(SchemaKeyword.escaped(name))", trial) {
                    return false
                }
            }
            return true
        case "additionalProperties" where trial.object["patternProperties"] == nil:
            let known = trial.object["properties"]?.object
            for (name, value) in members.members where known?[name] == nil {
                if try !accepts(rule, value, key, trial) { return false }
            }
            return true
        case "propertyNames":
            for name in members.keys {
                if try !accepts(rule, .string(name), key, trial) { return false }
            }
            return true
        default: throw unknown(key, trial)
        }
    }
}

extension JSON {
    /// Equal as JSON Schema means it: 1 and 1.0 are, and members have no order.
    func isSame(as other: JSON) -> Bool {
        switch (self, other) {
        case (.integer(let a), .integer(let b)): return a == b
        case (.integer, .number), (.number, .integer), (.number, .number): return double == other.double
        case (.array(let a), .array(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
        case (.object(let a), .object(let b)):
            return a.count == b.count
                && a.members.allSatisfy { member in b[member.key]?.isSame(as: member.value) ?? false }
        case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
        default: return self == other
        }
    }
}

extension TextPattern {
    /// Whether the whole of a text is a match.
    func matches(_ text: String) -> Bool {
        let points = text.unicodeScalars.map(\.value)
        return ends(points, from: [0]).contains(points.count)
    }

    private func ends(_ points: [UInt32], from starts: Set<Int>) -> Set<Int> {
        switch self {
        case .one(let set):
            return Set(
                starts.filter { at in at < points.count && set.ranges.contains { $0.contains(points[at]) } }
                    .map { $0 + 1 })
        case .sequence(let parts): return parts.reduce(starts) { $1.ends(points, from: $0) }
        case .choice(let parts): return parts.reduce(into: []) { $0.formUnion($1.ends(points, from: starts)) }
        case .repeated(let part, let atLeast, let atMost):
            var found = atLeast == 0 ? starts : []
            var current = starts
            var turn = 0
            while !current.isEmpty, turn < atMost ?? .max {
                current = part.ends(points, from: current)
                turn += 1
                if turn < atLeast { continue }
                let news = current.subtracting(found)
                if news.isEmpty { break }
                found.formUnion(news)
            }
            return found
        }
    }
}
