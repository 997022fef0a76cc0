import Checkpoint

/// A row of data, asked for fields by path.
struct Document: Sendable {
    /// The row as it was read, new names added.
    let json: JSON
    /// Where it came from, for errors.
    let path: String
    let row: Int

    /// The value at a path; a name asked of a list is asked of each element.
    func value(_ steps: [String]) throws(DataError) -> JSON {
        var value = json
        for step in steps {
            guard let next = Self.step(step, of: value), !next.isNull else {
                throw DataError(.missingField(steps.joined(separator: ".")), in: path, row: row)
            }
            value = next
        }
        return value
    }

    /// Whether the row has a field, be it null.
    func has(_ steps: [String]) -> Bool {
        var value = json
        for step in steps {
            guard let next = Self.step(step, of: value) else { return false }
            if next.isNull { return true }
            value = next
        }
        return true
    }

    private static func step(_ step: String, of value: JSON) -> JSON? {
        switch value {
        case .object(let object):
            return object[step]
        case .array(let elements):
            if let place = Int(step) { return elements.indices.contains(place) ? elements[place] : nil }
            var values: [JSON] = []
            for element in elements {
                guard let value = element[step] else { return nil }
                values.append(value)
            }
            return .array(values)
        default:
            return nil
        }
    }

    /// The text a template makes of this row.
    func text(_ template: Template) throws(DataError) -> String {
        var text = ""
        for part in template.parts {
            switch part {
            case .text(let literal): text += literal
            case .field(let path): text += try self.text(of: value(path), path)
            }
        }
        return text
    }

    /// What a template stands for: a field's own value where it is one field.
    func value(_ template: Template) throws(DataError) -> JSON {
        if let path = template.field { return try value(path) }
        return .string(try text(template))
    }

    /// One text or several: a list's elements, or the one value.
    func texts(_ template: Template) throws(DataError) -> [String] {
        guard let path = template.field, let elements = try value(path).array else {
            return [try text(template)]
        }
        var texts: [String] = []
        for element in elements { texts.append(try text(of: element, path)) }
        return texts
    }

    private func text(of value: JSON, _ path: [String]) throws(DataError) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .number(let number): return "\(number)"
        case .bool(let flag): return flag ? "true" : "false"
        case .null, .array, .object:
            throw DataError(
                .wrongField(path.joined(separator: "."), wanted: "text or a number", found: value.kind),
                in: self.path, row: row)
        }
    }

    /// The same row with new names for some of its fields.
    func renamed(_ fields: [(name: String, path: [String])]) throws(DataError) -> Document {
        guard !fields.isEmpty, var object = json.object else { return self }
        for field in fields { object[field.name] = try value(field.path) }
        return Document(json: .object(object), path: path, row: row)
    }
}
