import Checkpoint

/// Which tools the model may or must call.
enum ToolChoice: Sendable, Equatable {
    case none, auto, required
    case function(String)
}

/// Reads `tools`, `tool_choice` and `parallel_tool_calls`.
struct ToolFields: Sendable {
    var tools: [ToolDefinition] = []
    var choice = ToolChoice.none
    var isParallel = true

    /// How a tool is written: chat wraps it in `function`, responses does not.
    enum Shape { case wrapped, flat }

    init(_ fields: inout FieldReader, shape: Shape) throws(RequestProblem) {
        for (index, item) in (try fields.items("tools", 0...128) ?? []).enumerated() {
            let path = "\(fields.path("tools"))[\(index)]"
            let tool = try Self.tool(item, at: path, shape: shape)
            if tools.contains(where: { $0.name.utf8.elementsEqual(tool.name.utf8) }) {
                throw .wrong("\(path).name", .value)
            }
            tools.append(tool)
        }
        choice = try Self.choice(&fields, tools: tools, shape: shape) ?? (tools.isEmpty ? .none : .auto)
        isParallel = try fields.bool("parallel_tool_calls") ?? true
    }

    /// The tools the model is told of.
    var offered: [ToolDefinition] { choice == .none ? [] : tools }

    /// The shape an answer must have: one call as an object where a call is demanded,
    /// a call or what was `asked` for where both are offered.
    ///
    /// Why a schema: the mask that makes JSON valid also makes the call certain.
    func format(asked: OutputFormat) -> OutputFormat {
        switch (choice, asked) {
        case (.none, _), (.auto, .text): asked
        case (.auto, .jsonObject): Self.any(tools, or: .object(["type": .string("object")]))
        case (.auto, .jsonSchema(let schema)): Self.any(tools, or: schema)
        case (.required, _): Self.any(tools)
        case (.function(let name), _): Self.any(tools.filter { $0.name.utf8.elementsEqual(name.utf8) })
        }
    }

    private static func any(_ tools: [ToolDefinition], or schema: JSON? = nil) -> OutputFormat {
        if tools.count == 1, schema == nil { return .jsonSchema(call(tools[0], at: "#")) }
        let calls = tools.enumerated().map { call($1, at: "#/anyOf/\($0)") }
        let other = schema.map { [moved($0, to: "#/anyOf/\(calls.count)")] } ?? []
        return .jsonSchema(.object(["anyOf": .array(calls + other)]))
    }

    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }

    private static func call(_ tool: ToolDefinition, at root: String) -> JSON {
        let arguments =
            tool.parameters.object?.count == 0 ? .object(["type": .string("object")]) : tool.parameters
        return .object([
            "type": .string("object"),
            "properties": .object([
                "name": .object(["const": .string(tool.name)]),
                "arguments": moved(arguments, to: "\(root)/properties/arguments"),
            ]),
            "required": .array([.string("name"), .string("arguments")]),
            "additionalProperties": .bool(false),
        ])
    }

    /// A schema whose references still lead home after it was put inside another.
    private static func moved(_ schema: JSON, to root: String) -> JSON {
        switch schema {
        case .array(let items): return .array(items.map { moved($0, to: root) })
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { member in
                        if member.key == "$ref", let target = member.value.string,
                            target == "#" || target.hasPrefix("#/")
                        {
                            return (member.key, .string(root + target.dropFirst()))
                        }
                        return (member.key, moved(member.value, to: root))
                    }))
        default: return schema
        }
    }

    private static func tool(_ item: JSON, at path: String, shape: Shape) throws(RequestProblem)
        -> ToolDefinition
    {
        var outer = try FieldReader(item, at: path)
        guard let type = outer.value("type") else { throw .missing("\(path).type") }
        guard type.string == "function" else { throw .unsupported("\(path).type") }
        var fields = outer
        if shape == .wrapped {
            fields = try FieldReader(try outer.required("function"), at: "\(path).function")
            try outer.finish()
        }
        guard let name = try fields.string("name") else { throw .missing(fields.path("name")) }
        guard isName(name) else { throw .wrong(fields.path("name"), .name) }
        let description = try fields.string("description", bytes: 0...16_384)
        let parameters = fields.value("parameters") ?? .object([:])
        try SchemaLimits.check(parameters, at: fields.path("parameters"))
        let isStrict = try fields.bool("strict") ?? false
        try fields.finish()
        return ToolDefinition(
            name: name, description: description, parameters: parameters, isStrict: isStrict)
    }

    private static func choice(
        _ fields: inout FieldReader, tools: [ToolDefinition], shape: Shape
    ) throws(RequestProblem) -> ToolChoice? {
        guard let value = fields.value("tool_choice") else { return nil }
        let path = fields.path("tool_choice")
        if let word = value.string {
            switch word {
            case "none": return ToolChoice.none
            case "auto" where !tools.isEmpty: return .auto
            case "required" where !tools.isEmpty: return .required
            case "auto", "required": throw .needs(path, other: "tools")
            default: throw .wrong(path, .oneOf(["none", "auto", "required"]))
            }
        }
        var outer = try FieldReader(value, at: path)
        guard try outer.word("type", ["function"]) != nil else { throw .missing("\(path).type") }
        var inner = outer
        if shape == .wrapped {
            inner = try FieldReader(try outer.required("function"), at: "\(path).function")
            try outer.finish()
        }
        guard let name = try inner.string("name") else { throw .missing(inner.path("name")) }
        try inner.finish()
        guard tools.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            throw .wrong(inner.path("name"), .oneOf(tools.map(\.name)))
        }
        return .function(name)
    }
}

/// How large a schema may be before anyone looks at what it means.
enum SchemaLimits {
    static let depth = 32
    static let values = 4096

    static func check(_ schema: JSON, at path: String) throws(RequestProblem) {
        guard schema.object != nil else { throw .wrong(path, .object) }
        var left = values
        guard fits(schema, depth: depth, left: &left) else {
            throw .backend(.schema(path: "", fault: .tooLarge), param: path)
        }
    }

    private static func fits(_ value: JSON, depth: Int, left: inout Int) -> Bool {
        left -= 1
        guard depth > 0, left >= 0 else { return false }
        switch value {
        case .array(let items):
            for item in items where !fits(item, depth: depth - 1, left: &left) { return false }
        case .object(let object):
            for member in object.members where !fits(member.value, depth: depth - 1, left: &left) {
                return false
            }
        default: break
        }
        return true
    }
}
