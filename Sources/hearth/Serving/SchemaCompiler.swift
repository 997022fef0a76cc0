import Checkpoint
import Generation

enum SchemaCompiler {
    static func grammar(of schema: JSON) throws(SchemaError) -> Grammar {
        throw SchemaError(path: "#", fault: .unsupportedKeyword)
    }
}
