import Checkpoint
import Generation
import Serving

extension SchemaCompiler {
    /// Arrays of a schema; nothing where there are none.
    mutating func array(_ object: JSONObject, at path: String, depth: Int) throws(SchemaError) -> BytePattern?
    {
        var low = try object.count("minItems", at: path) ?? 0
        var high = try object.count("maxItems", at: path)
        if let unique = object["uniqueItems"], unique.bool != false {
            guard unique.bool == true else {
                throw SchemaError(path: "\(path)/uniqueItems", fault: .malformed)
            }
            guard let high, high <= 1 else {
                throw SchemaError(path: "\(path)/uniqueItems", fault: .unsupportedKeyword)
            }
        }
        if let high, high < low { return nil }
        if depth == 0 { (low, high) = (low, 0) }
        if high == 0 { return low == 0 ? .text("[]") : nil }
        // `items` was once a list; then `additionalItems` says what follows it.
        let isOld = object["items"]?.array != nil
        let leadKey = isOld ? "items" : "prefixItems"
        let restKey = isOld ? "additionalItems" : "items"
        if let lead = object[leadKey], lead.array == nil {
            throw SchemaError(path: "\(path)/\(leadKey)", fault: .malformed)
        }
        let lead = object[leadKey]?.array ?? []
        let item = try value(object[restKey] ?? .bool(true), at: "\(path)/\(restKey)", depth: depth - 1)
            .map { rule($0) }
        if lead.isEmpty {
            guard let item else { return low == 0 ? .text("[]") : nil }
            return list("[", item, "]", from: low, to: high)
        }
        var parts: [BytePattern?] = []
        for (index, schema) in lead.prefix(high ?? .max).enumerated() {
            parts.append(
                try value(schema, at: "\(path)/\(leadKey)/\(index)", depth: depth - 1).map { rule($0) })
        }
        return tuple(parts, item, from: low, to: high)
    }

    /// A list whose first elements have patterns of their own.
    private func tuple(_ parts: [BytePattern?], _ item: BytePattern?, from low: Int, to high: Int?)
        -> BytePattern?
    {
        var tail: BytePattern?
        let rest = high.map { max(0, $0 - parts.count) }
        if let item, rest != 0 {
            tail = .repeated(
                .sequence([JSONPattern.comma, item]), atLeast: max(0, low - parts.count), atMost: rest)
        } else if low <= parts.count {
            tail = .bytes([])
        }
        for (index, part) in parts.enumerated().reversed() {
            let lead = index == 0 ? [] : [JSONPattern.comma]
            let whole = part.flatMap { part in tail.map { BytePattern.sequence(lead + [part, $0]) } }
            if index >= low { tail = whole.map { .optional($0) } ?? .bytes([]) } else { tail = whole }
        }
        return tail.map { .sequence([.text("["), $0, .text("]")]) }
    }

    /// Objects of a schema; nothing where there are none.
    mutating func members(_ object: JSONObject, at path: String, depth: Int) throws(SchemaError)
        -> BytePattern?
    {
        let low = try object.count("minProperties", at: path) ?? 0
        let high = try object.count("maxProperties", at: path)
        let named = try self.named(object, at: path)
        if object["patternProperties"] != nil {
            throw SchemaError(path: "\(path)/patternProperties", fault: .unsupportedKeyword)
        }
        if named.isEmpty { return try map(object, from: low, to: high, at: path, depth: depth) }
        if object["propertyNames"] != nil {
            throw SchemaError(path: "\(path)/propertyNames", fault: .unsupportedKeyword)
        }
        let required = named.filter(\.isRequired).count
        guard low <= required else {
            throw SchemaError(path: "\(path)/minProperties", fault: .unsupportedKeyword)
        }
        if let high, high < required { return nil }
        if let high, high < named.count {
            throw SchemaError(path: "\(path)/maxProperties", fault: .unsupportedKeyword)
        }
        var members: [(pattern: BytePattern, isRequired: Bool)] = []
        for member in named {
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

    private struct Member {
        let name: String
        let schema: JSON
        let path: String
        let isRequired: Bool
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
        let schema = object["additionalProperties"] ?? .bool(true)
        let inner =
            depth == 0 ? nil : try value(schema, at: "\(path)/additionalProperties", depth: depth - 1)
        guard let key, let inner else { return low == 0 ? .text("{}") : nil }
        let member = rule(.sequence([key, JSONPattern.colon, inner]))
        return list("{", member, "}", from: low, to: high)
    }
}
