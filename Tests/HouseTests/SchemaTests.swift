import Checkpoint
import Generation
import Serving
import Testing

@testable import hearth

/// Schemas: what is refused, where, and which values are tried out rightly.
@Suite struct SchemaTests {
    private func error(_ text: String) throws -> SchemaError? {
        let schema = try JSON.parse(Array(text.utf8))
        do throws(SchemaError) {
            _ = try SchemaCompiler.grammar(of: schema)
            return nil
        } catch {
            return error
        }
    }

    /// Every refusal names the keyword.
    @Test(arguments: [
        (
            #"{"type":"object","properties":{"a":{"type":"string","pattern":"(?=x)"}}}"#,
            "#/properties/a/pattern"
        ),
        (#"{"minimun":1}"#, "#/minimun"), (#"{"$ref":"http://elsewhere/s"}"#, "#/$ref"),
        (##"{"$ref":"#/$defs/none"}"##, "#/$ref"), (##"{"$ref":"#"}"##, "#/$ref"),
        (#"{"type":"array","items":{"type":"string"},"uniqueItems":true}"#, "#/uniqueItems"),
        (#"{"type":"string","format":"color"}"#, "#/format"), (#"{"type":"text"}"#, "#/type"),
        (#"{"type":"string","minLength":-1}"#, "#/minLength"), (#"{"enum":[]}"#, "#/enum"),
        (#"{"not":{"pattern":"a"}}"#, "#/not"), (#"{"allOf":[]}"#, "#/allOf"),
        (#"{"oneOf":[{"type":"integer","minimum":1},{"type":"integer","maximum":9}]}"#, "#/oneOf"),
        (
            #"{"type":"object","dependencies":{"a":{"required":["b"]}}}"#, "#/dependencies/a"
        ),
        (#"{"type":"array","maxItems":99999999}"#, "#/maxItems"),
    ])
    func whatCannotBeEnforcedIsNamed(_ schema: String, _ path: String) throws {
        #expect(try error(schema)?.path == path)
    }

    /// Shapes that programs write are taken.
    @Test(arguments: [
        "true", "{}", #"{"type":["string","null"]}"#, #"{"const":{"a":[1,2]}}"#,
        #"{"type":"array","items":{"enum":["a","b","c"]},"uniqueItems":true,"minItems":2}"#,
        #"{"type":"integer","multipleOf":5,"minimum":3,"maximum":50}"#,
        #"{"type":"number","multipleOf":0.01}"#,
        #"{"not":{"type":"string"}}"#, #"{"type":"object","patternProperties":{"^S_":{"type":"string"}}}"#,
        #"{"type":"array","contains":{"type":"integer"}}"#,
        #"{"type":"object","properties":{"a":{},"b":{}},"dependentRequired":{"a":["b"]}}"#,
        #"{"type":"object","properties":{"a":{},"b":{},"c":{}},"minProperties":2,"maxProperties":2}"#,
        #"{"properties":{"k":{"enum":[1,2]}},"if":{"properties":{"k":{"const":1}}},"then":{"required":["x"]}}"#,
        ##"{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"n":{"$ref":"#/$defs/n"}}}}}"##,
        #"{"allOf":[{"anyOf":[{"type":"string"},{"type":"integer"}]},{"anyOf":[{"minimum":3},{"maxLength":2}]}]}"#,
        #"{"type":"string","format":"date-time"}"#, #"{"type":"integer","format":"int64","nullable":true}"#,
    ])
    func shapesOfProgramsAreTaken(_ schema: String) throws {
        #expect(try error(schema) == nil)
    }

    @Test func whatAllowsNothingIsRefused() throws {
        for schema in [
            "false", #"{"enum":[1,2],"type":"string"}"#, #"{"type":"integer","minimum":5,"maximum":4}"#,
            #"{"required":["a"],"properties":{"a":false},"type":"object"}"#, #"{"not":{}}"#,
            #"{"allOf":[{"type":"string"},{"type":"integer"}]}"#,
        ] {
            #expect(try error(schema)?.fault == .unsatisfiable, "\(schema)")
        }
    }

    /// Single values are judged as validators judge them.
    @Test(arguments: [
        (#"{"type":"integer"}"#, "1.0", true), (#"{"multipleOf":0.5}"#, "1.25", false),
        (#"{"exclusiveMaximum":3}"#, "3", false), (#"{"minLength":2}"#, "\"🙂\"", false),
        (#"{"pattern":"^a+b?$"}"#, "\"aaab\"", true), (#"{"pattern":"b"}"#, "\"abc\"", true),
        (#"{"uniqueItems":true}"#, "[1,1.0]", false), (#"{"items":{"type":"null"}}"#, "[null,0]", false),
        (#"{"required":["a"]}"#, "{}", false), (#"{"additionalProperties":false}"#, "{}", true),
        (
            #"{"properties":{"a":{"const":1}},"additionalProperties":{"type":"string"}}"#,
            #"{"a":1,"b":"x"}"#, true
        ),
        (#"{"oneOf":[{"type":"integer"},{"minimum":2}]}"#, "3", false),
        (#"{"if":{"const":1},"then":false,"else":true}"#, "1", false),
        (#"{"not":{"enum":[1,2]}}"#, "3", true),
        (#"{"enum":[{"a":1,"b":2}]}"#, #"{"b":2.0,"a":1}"#, true),
    ])
    func valuesAreJudged(_ schema: String, _ value: String, _ isValid: Bool) throws {
        let schema = try JSON.parse(Array(schema.utf8))
        let compiler = SchemaCompiler(root: schema)
        #expect(try compiler.accepts(schema, try JSON.parse(Array(value.utf8)), at: "#") == isValid)
    }
}
