extension SchemaError: Explained {
    var sentence: String {
        switch fault {
        case .unsupportedKeyword: "the schema's \(path) cannot be enforced; leave it out"
        case .unsupportedPattern:
            "the schema's \(path) uses more than literals, classes, groups, alternatives and counts; write it with these"
        case .malformed: "the schema's \(path) is not what JSON Schema asks for there; correct it"
        case .unsatisfiable: "no answer can validate against the schema's \(path); loosen it"
        case .tooLarge: "the schema's \(path) is too large to be enforced; make it smaller"
        case .unresolvedReference: "the schema's \(path) names no part of the schema; write #/$defs/NAME"
        }
    }
}
