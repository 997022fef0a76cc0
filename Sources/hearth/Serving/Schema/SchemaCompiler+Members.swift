import Checkpoint
import Generation
import Serving

/// Objects: the members a schema names, or names that are free.
extension SchemaCompiler {
    /// Objects of a schema; nothing where there are none.
    mutating func members(_ object: JSONObject, at path: String, depth: Int) throws(SchemaError)
        -> BytePattern?
    {
        let low = try object.count("minProperties", at: path) ?? 0
        let high = try object.count("maxProperties", at: path)
        let named = try self.named(object, at: path)
        if named.isEmpty { return try map(object, from: low, to: high, at: path, depth: depth) }
        guard let kept = try chosen(named, of: object, from: low, to: high, at: path) else { return nil }
        var members: [(pattern: BytePattern, isRequired: Bool)] = []
        for member in kept {
            let inner = depth == 0 ? nil : try value(member.schema, at: member.path, depth: depth - 1)
            guard let inner else {
                // No value will do: the member is left out, or the object cannot be.
                if member.isRequired { return nil }
                continue
            }
            let key = BytePattern.bytes(JSON.string(member.name).serialised())
            members.append((rule(.sequence([key, JSONPattern.colon, inner])), member.isRequired))
        }
        return .sequence([.text("{"), ordered(members), .text("}")])
    }

    /// Members in their order, each there or, where it may be, not.
    private mutating func ordered(_ members: [(pattern: BytePattern, isRequired: Bool)]) -> BytePattern {
        /// What follows the member before an index, comma first.
        var following = BytePattern.bytes([])
        /// What stands from an index on where nothing came before.
        var leading: BytePattern = .bytes([])
        for member in members.reversed() {
            let with = BytePattern.sequence([member.pattern, following])
            leading = member.isRequired ? with : .choice([with, leading])
            let next = BytePattern.sequence([JSONPattern.comma, member.pattern])
            following = rule(.sequence([member.isRequired ? next : .optional(next), following]))
        }
        return leading
    }

    /// Those of the named members that may come, as many as there have to be.
    private func chosen(
        _ named: [Member], of object: JSONObject, from low: Int, to high: Int?, at path: String
    ) throws(SchemaError) -> [Member]? {
        var members: [Member] = []
        for var member in named {
            if let names = object["propertyNames"],
                try !accepts(names, .string(member.name), at: "\(path)/propertyNames")
            {
                if member.isRequired { return nil }
                continue
            }
            for (text, schema) in try patterns(object, at: path) {
                guard member.name.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                    throw SchemaError(path: "\(path)/patternProperties", fault: .unsupportedKeyword)
                }
                if text.matches(member.name) {
                    member.schema = try merged(member.schema, schema, at: member.path)
                }
            }
            members.append(member)
        }
        var missing = low - members.filter(\.isRequired).count
        for index in members.indices where missing > 0 && !members[index].isRequired {
            members[index].isRequired = true
            missing -= 1
        }
        guard missing <= 0 else {
            throw SchemaError(path: "\(path)/minProperties", fault: .unsupportedKeyword)
        }
        while let high, members.count > high {
            guard let last = members.lastIndex(where: { !$0.isRequired }) else { return nil }
            members.remove(at: last)
        }
        return members
    }

    /// The patterns of names that have schemas of their own.
    private func patterns(
        _ object: JSONObject, at path: String
    ) throws(SchemaError) -> [(TextPattern, JSON)] {
        guard let rules = object["patternProperties"] else { return [] }
        guard let members = rules.object?.members else {
            throw SchemaError(path: "\(path)/patternProperties", fault: .malformed)
        }
        var patterns: [(TextPattern, JSON)] = []
        for (text, schema) in members {
            guard let pattern = TextPatternReader.read(text) else {
                throw SchemaError(
                    path: "\(path)/patternProperties/\(SchemaKeyword.escaped(text))",
                    fault: .unsupportedPattern)
            }
            patterns.append((pattern, schema))
        }
        return patterns
    }

    private struct Member {
        let name: String
        var schema: JSON
        let path: String
        var isRequired: Bool
    }

    /// The members a schema names, in its order; the required ones it does not
    /// describe come last.
    private func named(_ object: JSONObject, at path: String) throws(SchemaError) -> [Member] {
        var required: [String] = []
        if let list = object["required"] {
            guard let items = list.array, items.allSatisfy({ $0.string != nil }) else {
                throw SchemaError(path: "\(path)/required", fault: .malformed)
            }
            required = items.compactMap(\.string)
        }
        func isRequired(_ name: String) -> Bool { required.contains { $0.utf8.elementsEqual(name.utf8) } }
        var members: [Member] = []
        if let list = object["properties"] {
            guard let properties = list.object else {
                throw SchemaError(path: "\(path)/properties", fault: .malformed)
            }
            members = properties.members.map {
                Member(
                    name: $0.key, schema: $0.value,
                    path: "\(path)/properties/\(SchemaKeyword.escaped($0.key))",
                    isRequired: isRequired($0.key))
            }
        }
        for name in required where !members.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
            members.append(
                Member(
                    name: name, schema: object["additionalProperties"] ?? .bool(true),
                    path: "\(path)/additionalProperties", isRequired: true))
        }
        return members
    }

    /// Objects whose keys are free.
    private mutating func map(
        _ object: JSONObject, from low: Int, to high: Int?, at path: String, depth: Int
    ) throws(SchemaError) -> BytePattern? {
        // A key may come twice and count once, so more than one cannot be promised.
        guard low <= 1 else { throw SchemaError(path: "\(path)/minProperties", fault: .unsupportedKeyword) }
        if let high, high < low { return nil }
        var key: BytePattern? = freeString
        if let names = object["propertyNames"] {
            let strings = try merged(.object(["type": .string("string")]), names, at: "\(path)/propertyNames")
            key = try value(strings, at: "\(path)/propertyNames", depth: 0)
        }
        var schema = object["additionalProperties"] ?? object["unevaluatedProperties"] ?? .bool(true)
        let patterns = try patterns(object, at: path)
        if let first = patterns.first {
            // Names of the first pattern only; one that others match as well obeys them too.
            guard object["propertyNames"] == nil else {
                throw SchemaError(path: "\(path)/propertyNames", fault: .unsupportedKeyword)
            }
            key = .sequence([JSONPattern.quote, first.0.bytes, JSONPattern.quote])
            schema = first.1
            for other in patterns.dropFirst() {
                schema = try merged(schema, other.1, at: "\(path)/patternProperties")
            }
        }
        let inner =
            depth == 0 ? nil : try value(schema, at: "\(path)/additionalProperties", depth: depth - 1)
        guard let key, let inner else { return low == 0 ? .text("{}") : nil }
        let member = rule(.sequence([key, JSONPattern.colon, inner]))
        return list("{", member, "}", from: low, to: high)
    }
}
