import Checkpoint

/// Reads the two ways of asking for structured output.
enum FormatFields {
    /// `response_format` of a chat request.
    static func chat(_ fields: inout FieldReader) throws(RequestProblem) -> OutputFormat {
        guard let value = fields.value("response_format") else { return .text }
        var format = try FieldReader(value, at: "response_format")
        let type = try format.word("type", ["text", "json_object", "json_schema"])
        switch type {
        case "text": return try done(format, .text)
        case "json_object": return try done(format, .jsonObject)
        case "json_schema":
            var inner = try FieldReader(try format.required("json_schema"), at: "response_format.json_schema")
            let schema = try named(&inner)
            try inner.finish()
            return try done(format, schema)
        default: throw .missing("response_format.type")
        }
    }

    /// `text` of a responses request.
    static func responses(_ fields: inout FieldReader) throws(RequestProblem) -> OutputFormat {
        guard let value = fields.value("text") else { return .text }
        var text = try FieldReader(value, at: "text")
        try text.accept("verbosity") { $0.string == "medium" }
        guard let value = text.value("format") else { return try done(text, .text) }
        try text.finish()
        var format = try FieldReader(value, at: "text.format")
        switch try format.word("type", ["text", "json_object", "json_schema"]) {
        case "text": return try done(format, .text)
        case "json_object": return try done(format, .jsonObject)
        case "json_schema":
            let schema = try named(&format)
            return try done(format, schema)
        default: throw .missing("text.format.type")
        }
    }

    private static func named(_ fields: inout FieldReader) throws(RequestProblem) -> OutputFormat {
        guard let name = try fields.string("name") else { throw .missing(fields.path("name")) }
        guard ToolFields.isName(name) else { throw .wrong(fields.path("name"), .name) }
        _ = try fields.string("description", bytes: 0...16_384)
        _ = try fields.bool("strict")
        let schema = try fields.required("schema")
        try SchemaLimits.check(schema, at: fields.path("schema"))
        return .jsonSchema(schema)
    }

    private static func done(_ fields: FieldReader, _ format: OutputFormat) throws(RequestProblem)
        -> OutputFormat
    {
        try fields.finish()
        return format
    }
}
