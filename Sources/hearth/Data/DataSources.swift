import Checkpoint
import Corpus
import Text

/// The parameters that say how datasets are read, which several verbs have.
struct DataSources {
    static let files = Parameter.arguments(
        "DATASET", .path, atLeast: 1,
        "A .jsonl or .json file, or a folder of them, each of which is a split.")
    static let format = Parameter.option(
        "format", "NAME", Reading<RecordFormat>.choice, "The format of the records; recognised, if left out.")
    static let field = Parameter.options(
        "field", "FIELD=NAME", .setting, "What a field is called in these files: question=frage.")

    /// The files that the arguments mean, training data first.
    static func paths(_ arguments: Arguments) throws(CorpusError) -> [String] {
        var paths: [String] = []
        for path in arguments[files] { paths += try DataFile.paths(path) }
        return paths
    }

    /// The names that the call gives to fields.
    static func fields(_ arguments: Arguments, verb: String) throws(ArgumentError) -> FieldNames {
        var names = FieldNames()
        for (field, column) in try pairs(arguments, verb: verb) { names[field] = column }
        return names
    }

    static func pairs(
        _ arguments: Arguments, verb: String
    ) throws(ArgumentError) -> [(FieldNames.Field, String)] {
        var pairs: [(FieldNames.Field, String)] = []
        for setting in arguments[field] {
            guard let known = FieldNames.Field(rawValue: setting.key) else {
                let words = FieldNames.Field.allCases.map(\.rawValue).joined(separator: ", ")
                throw ArgumentError(
                    verb: verb,
                    problem: .invalid(
                        "--field", value: setting.key, expected: "one of \(words), then = and a name"))
            }
            pairs.append((known, setting.value))
        }
        return pairs
    }

    /// What makes tokens of examples as `hearth train` would.
    static func encoder(_ model: String, maxLength: Int) throws -> ExampleEncoder {
        let path = try ModelPath.resolve(model)
        let text = try TextModel.open(try ModelFiles.open(path), path: path)
        var encoder = ExampleEncoder(tokenizer: text.tokenizer, chatFormat: text.chatFormat)
        encoder.maxLength = maxLength
        return encoder
    }
}
