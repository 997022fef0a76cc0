import Checkpoint
import Generation
import Serving

/// Turns a JSON Schema into a grammar of the answers that validate against it.
///
/// Contract: whatever the grammar allows validates, for every reader of schemas;
/// the other way round it may be narrower (members come in the schema's order, and
/// only those it names where it names any). What cannot be enforced throws with the
/// path of the keyword: nothing is silently dropped. Recursion is written out down
/// to a depth, so that no answer can reach a place with no way on.
struct SchemaCompiler {
    /// Arrays and objects inside each other, in an answer.
    static let depth = 32
    /// Schemas looked at, references followed again each time.
    private static let work = 20_000

    let root: JSON
    var rules: [BytePattern] = []
    var references: [Reference: BytePattern?] = [:]
    private var open: Set<Reference> = []
    private var values: [Int: BytePattern] = [:]
    private var left = SchemaCompiler.work

    struct Reference: Hashable {
        let path: String
        let depth: Int
    }

    /// The grammar of a schema.
    static func grammar(of schema: JSON) throws(SchemaError) -> Grammar {
        var compiler = SchemaCompiler(root: schema)
        guard let pattern = try compiler.value(schema, at: "#", depth: depth) else {
            throw SchemaError(path: "#", fault: .unsatisfiable)
        }
        compiler.rules.append(pattern)
        guard let grammar = Grammar(rules: compiler.rules, start: compiler.rules.count - 1) else {
            throw SchemaError(path: "#", fault: .tooLarge)
        }
        return grammar
    }

    init(root: JSON) { self.root = root }

    /// A pattern as a rule, so that it may stand in many places.
    mutating func rule(_ pattern: BytePattern) -> BytePattern {
        rules.append(pattern)
        return .rule(rules.count - 1)
    }

    // MARK: Values

    /// What values of a schema look like; nothing where there are none.
    mutating func value(_ schema: JSON, at path: String, depth: Int) throws(SchemaError) -> BytePattern? {
        left -= 1
        guard left > 0 else { throw SchemaError(path: path, fault: .tooLarge) }
        if let bool = schema.bool { return bool ? anything(depth) : nil }
        guard let object = schema.object else { throw SchemaError(path: path, fault: .malformed) }
        try SchemaKeyword.check(object, at: path)
        if let target = object["$ref"] {
            if !object.hasAssertions(besides: ["$ref"]) {
                return try reference(target, at: path, depth: depth)
            }
            let flat = try flattened(schema, at: path)
            return try value(flat, at: path, depth: depth)
        }
        if object["allOf"] != nil {
            return try value(try flattened(schema, at: path), at: path, depth: depth)
        }
        if object["enum"] != nil || object["const"] != nil { return try words(object, at: path) }
        if let plain = try rewritten(object, at: path) { return try value(plain, at: path, depth: depth) }
        for keyword in ["anyOf", "oneOf"] {
            guard let list = object[keyword] else { continue }
            return try choice(of: list, keyword, in: object, at: path, depth: depth)
        }
        return try typed(object, at: path, depth: depth)
    }

    private mutating func choice(
        of list: JSON, _ keyword: String, in object: JSONObject, at path: String, depth: Int
    ) throws(SchemaError) -> BytePattern? {
        let place = "\(path)/\(keyword)"
        guard let given = list.array, !given.isEmpty else {
            throw SchemaError(path: place, fault: .malformed)
        }
        let items = keyword == "oneOf" ? try apart(given, at: place) : given
        var around = object
        let onlookers = around.members.filter { Self.onlookers.contains($0.key) }
        for key in [keyword] + Self.onlookers { around[key] = nil }
        var ways: [BytePattern] = []
        for (index, item) in items.enumerated() {
            let at = "\(place)/\(index)"
            let both = around.hasAssertions(besides: []) ? try merged(.object(around), item, at: at) : item
            let whole = onlookers.isEmpty ? both : Self.looked(at: try flattened(both, at: at), by: onlookers)
            if let way = try value(whole, at: at, depth: depth) { ways.append(way) }
        }
        return ways.isEmpty ? nil : .choice(ways)
    }

    private mutating func reference(
        _ target: JSON, at path: String, depth: Int
    ) throws(SchemaError) -> BytePattern? {
        let (schema, place) = try resolve(target, at: path)
        let reference = Reference(path: place, depth: depth)
        if let known = references[reference] { return known }
        // A schema that is itself, with nothing in between.
        guard open.insert(reference).inserted else {
            throw SchemaError(path: "\(path)/$ref", fault: .malformed)
        }
        let found = try value(schema, at: place, depth: depth)
        open.remove(reference)
        references[reference] = .some(found.map { rule($0) })
        return references[reference] ?? nil
    }

    /// Those of the values of `enum` or `const` that the rest of the schema allows.
    private func words(_ object: JSONObject, at path: String) throws(SchemaError) -> BytePattern? {
        if let list = object["enum"], list.array?.isEmpty ?? true {
            throw SchemaError(path: "\(path)/enum", fault: .malformed)
        }
        var words: [[UInt8]] = []
        for value in object["const"].map({ [$0] }) ?? object["enum"]?.array ?? [] {
            if try accepts(.object(object), value, at: path) { words.append(value.serialised()) }
        }
        return words.isEmpty ? nil : .words(words)
    }

    private mutating func typed(
        _ object: JSONObject, at path: String, depth: Int
    ) throws(SchemaError) -> BytePattern? {
        let named = try SchemaType.list(object["type"], at: path)
        let types =
            named
            ?? SchemaType.allCases.filter { type in
                object.keys.contains { SchemaKeyword.type(of: $0) == type.family }
            }
        if types.isEmpty { return named == nil ? anything(depth) : nil }
        var ways: [BytePattern] = []
        for type in types where type != .integer || !types.contains(.number) {
            let way: BytePattern? =
                switch type {
                case .null: JSONPattern.null
                case .boolean: JSONPattern.bool
                case .integer: try number(object, at: path, isWhole: true)
                case .number: try number(object, at: path, isWhole: false)
                case .string: try string(object, at: path)
                case .array: try array(object, at: path, depth: depth)
                case .object: try members(object, at: path, depth: depth)
                }
            if let way { ways.append(way) }
        }
        if ways.isEmpty, named == nil {
            // No value of the types that are spoken of: any of another will do.
            let others = SchemaType.allCases.filter { !types.contains($0) && $0 != .integer }
            let names = JSON.array(others.map { .string($0.rawValue) })
            return others.isEmpty ? nil : try value(.object(["type": names]), at: path, depth: depth)
        }
        return ways.isEmpty ? nil : ways.count == 1 ? ways[0] : .choice(ways)
    }

    /// Any value, with so many levels left.
    mutating func anything(_ depth: Int) -> BytePattern {
        if let known = values[depth] { return known }
        var ways = [
            JSONPattern.bool, JSONPattern.null, freeString,
            DecimalRange(places: SchemaCompiler.places).pattern ?? .text("0"),
        ]
        if depth > 0 {
            let inner = anything(depth - 1)
            let member = rule(.sequence([freeString, JSONPattern.colon, inner]))
            ways.append(list("[", inner, "]", from: 0, to: nil))
            ways.append(list("{", member, "}", from: 0, to: nil))
        }
        values[depth] = rule(.choice(ways))
        return values[depth] ?? JSONPattern.null
    }

    /// Any string.
    var freeString: BytePattern {
        mutating get {
            if let known = values[-1] { return known }
            values[-1] = rule(
                .sequence([
                    JSONPattern.quote, .repeated(JSONPattern.character, atLeast: 0, atMost: nil),
                    JSONPattern.quote,
                ]))
            return values[-1] ?? JSONPattern.null
        }
    }

    /// Some of the same between brackets.
    func list(_ begin: String, _ item: BytePattern, _ end: String, from low: Int, to high: Int?)
        -> BytePattern
    {
        if high == 0 { return .text(begin + end) }
        let more = BytePattern.repeated(
            .sequence([JSONPattern.comma, item]), atLeast: max(0, low - 1), atMost: high.map { $0 - 1 })
        let some = BytePattern.sequence([item, more])
        return .sequence([.text(begin), low == 0 ? .optional(some) : some, .text(end)])
    }
}
