import Checkpoint
import Serving

/// `oneOf`: which schemas no value can be valid against two of.
extension SchemaCompiler {
    /// The schemas of a `oneOf`, each kept to what no other allows.
    func apart(_ items: [JSON], at path: String) throws(SchemaError) -> [JSON] {
        if try areDisjoint(items, at: path) { return items }
        // What is left to each must be something, or a whole way would be lost unseen.
        var families: [Set<SchemaType>] = []
        for (index, item) in items.enumerated() {
            let flat = try flattened(item, at: "\(path)/\(index)")
            if flat.bool == false {
                families.append([])
                continue
            }
            let types = try SchemaType.list(flat.object?["type"], at: "\(path)/\(index)")
            families.append(Set((types ?? SchemaType.allCases).map(\.family)))
        }
        var kept: [JSON] = []
        for (index, item) in items.enumerated() where !families[index].isEmpty {
            let others = families.indices.filter { $0 != index }.reduce(into: Set<SchemaType>()) {
                $0.formUnion(families[$1])
            }
            let mine = SchemaType.allCases.filter { families[index].contains($0) && !others.contains($0) }
            if mine.isEmpty { throw SchemaError(path: path, fault: .unsupportedKeyword) }
            let types = JSON.object(["type": .array(mine.map { .string($0.rawValue) })])
            kept.append(try merged(item, types, at: "\(path)/\(index)"))
        }
        return kept
    }

    /// Whether no value can be valid against two of them, seen from their types, their
    /// words, or a member all of them require with other words.
    func areDisjoint(_ schemas: [JSON], at path: String) throws(SchemaError) -> Bool {
        var seen: [JSONObject] = []
        for (index, schema) in schemas.enumerated() {
            let flat = try flattened(schema, at: "\(path)/\(index)")
            guard let object = flat.object else { return schemas.count == 1 }
            for other in seen {
                guard try areDisjoint(object, other, at: "\(path)/\(index)") else { return false }
            }
            seen.append(object)
        }
        return true
    }

    private func areDisjoint(_ a: JSONObject, _ b: JSONObject, at path: String) throws(SchemaError) -> Bool {
        if let x = words(a), let y = words(b), !x.contains(where: { y.contains($0) }) { return true }
        if let x = try SchemaType.list(a["type"], at: path), let y = try SchemaType.list(b["type"], at: path)
        {
            let (families, others) = (Set(x.map(\.family)), Set(y.map(\.family)))
            if families.isDisjoint(with: others) { return true }
            guard families == [.object], others == [.object] else { return false }
        }
        guard let x = a["properties"]?.object, let y = b["properties"]?.object else { return false }
        func isRequired(_ name: String, _ object: JSONObject) -> Bool {
            object["required"]?.array?.contains(.string(name)) == true
        }
        return x.members.contains { name, schema in
            guard isRequired(name, a), isRequired(name, b), let mine = schema.object.flatMap(words),
                let other = y[name]?.object.flatMap(words)
            else { return false }
            return !mine.contains { other.contains($0) }
        }
    }

    func words(_ object: JSONObject) -> [JSON]? {
        object["const"].map { [$0] } ?? object["enum"]?.array
    }
}
