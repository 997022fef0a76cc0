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
            if high ?? 2 > 1 { return try set(object, from: low, to: high, at: path) }
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
        let rest = object[restKey] ?? object["unevaluatedItems"] ?? .bool(true)
        let item = try value(rest, at: "\(path)/\(restKey)", depth: depth - 1)
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

    /// An array of different values: some of a list of them, in its order.
    private mutating func set(
        _ object: JSONObject, from low: Int, to high: Int?, at path: String
    ) throws(SchemaError) -> BytePattern? {
        let place = "\(path)/uniqueItems"
        guard object["prefixItems"] == nil, let items = object["items"], items.array == nil,
            let rule = try flattened(items, at: "\(path)/items").object
        else { throw SchemaError(path: place, fault: .unsupportedKeyword) }
        let isBoolean = rule["type"]?.string == "boolean"
        guard let words = words(rule) ?? (isBoolean ? [.bool(true), .bool(false)] : nil), words.count <= 32
        else { throw SchemaError(path: place, fault: .unsupportedKeyword) }
        var different: [JSON] = []
        for word in words where !different.contains(where: { $0.isSame(as: word) }) {
            if try accepts(.object(rule), word, at: "\(path)/items") { different.append(word) }
        }
        let high = min(high ?? different.count, different.count)
        if low > high { return nil }
        // From the end: each value as the so-manieth, and what may follow it.
        var ways: [[BytePattern]] = Array(repeating: [], count: high + 1)
        var first: [BytePattern] = low == 0 ? [.bytes([])] : []
        for word in different.reversed() {
            let text = BytePattern.bytes(word.serialised())
            for taken in 1...max(1, high) where taken <= high {
                let following = (taken >= low ? [.bytes([])] : []) + (taken < high ? ways[taken + 1] : [])
                if following.isEmpty { continue }
                let whole = self.rule(.sequence([text, .choice(following)]))
                if taken == 1 {
                    first.append(whole)
                } else {
                    ways[taken].append(.sequence([JSONPattern.comma, whole]))
                }
            }
        }
        return first.isEmpty ? nil : .sequence([.text("["), .choice(first), .text("]")])
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
}
