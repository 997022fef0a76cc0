import Checkpoint
import Corpus

extension CorpusError: Explained {
    var sentence: String {
        switch problem {
        case .json(let error): "\(place?.words ?? path) is not JSON. \(error.sentence)"
        case .chat(let error): "\(place?.words ?? path) does not fit the chat format. \(error.sentence)"
        default: "\(place?.words ?? path): \(problem.words)."
        }
    }
}

extension CorpusWarning {
    /// The warning in one sentence.
    var sentence: String {
        switch self {
        case .duplicates(let count, let first, let sameAs):
            Self.examples(count, "occurs", "occur")
                + " more than once; the first is \(first.words), the same as "
                + "\(sameAs.words)."
        case .overlap(let count, let first, let sameAs):
            Self.examples(count, "of the evaluation data is", "of the evaluation data are")
                + " trained on; the first is \(first.words), the same as \(sameAs.words)."
        case .sharedPrompts(let count, let first, let sameAs):
            Self.examples(count, "of the evaluation data asks", "of the evaluation data ask")
                + " what is trained on with another answer; the first is \(first.words), like \(sameAs.words)."
        case .dropped(let count, let limit):
            Self.examples(count, "is", "are") + " left out, being longer than max_length: \(limit)."
        }
    }

    private static func examples(_ count: Int, _ one: String, _ many: String) -> String {
        count == 1 ? "1 example \(one)" : "\(count) examples \(many)"
    }
}

extension RecordPlace {
    /// Where it is, for a sentence.
    var words: String { isLine ? "\(file), line \(number)" : "\(file), record \(number)" }
}

extension CorpusError.Problem {
    fileprivate var words: String {
        switch self {
        case .json, .chat: "it cannot be read"
        case .notThere: "there is no such dataset; write the path of a .jsonl or .json file, or of a folder"
        case .file(let fault): "the dataset \(fault.words)"
        case .noSplit(let split, let found):
            "the folder has no \(split).jsonl or \(split).json; "
                + (found.isEmpty ? "name a file" : "name a split or one of \(found.joined(separator: ", "))")
        case .splitOfFile(let split):
            "split: \(split) chooses a file in a folder, and this is a file; leave split out"
        case .empty: "there is not one example in it"
        case .unknownFormat(let fields):
            "no format has the fields \(fields.joined(separator: ", ")); write format and the names of the fields "
                + "(docs/recipes.md lists them)"
        case .nestedSquad(let format):
            "this is SQuAD's nested file; write format: squad, not \(format.rawValue)"
        case .missingField(let field):
            "the field \(field) is missing; add it, or name the field that stands for it in the recipe's dataset"
        case .wrongKind(let field, let wanted, let found):
            (field.isEmpty ? "the record" : "the field \(field)")
                + " has to be \(wanted), not \(found.words)"
        case .unknownRole(let field, let role):
            "\(field) is \(role); write one of system, developer, user, assistant, tool"
        case .emptyList(let field): "the list \(field) is empty"
        case .noAnswer(let field):
            "\(field) has no answer; remove the question, or write what the model should say"
        case .notAWeight(let field): "\(field) has to be 0 or 1"
        case .notACall(let field): "\(field) is not a call; write {\"name\": …, \"arguments\": …}"
        case .noChatFormat:
            "a conversation needs a chat format, and the model has none Hearth knows; write chat_format"
        case .tooLong(let tokens, let limit, let others):
            "the example has \(tokens) tokens, more than max_length: \(limit)"
                + (others == 0 ? "" : ", and \(others) more are too long")
                + "; write a larger max_length, or truncation: drop, keep_start or keep_end"
        case .noTrainedToken:
            "nothing in the example would be trained; check roles_to_train, its turns' train and weight, and "
                + "whether it was cut"
        case .doubledBOS: "the example begins with two begin-of-text tokens; remove the one in its text"
        case .nothingLeft(let examples, let wanted):
            examples < 2
                ? "there is only one example, so none can be put aside; leave val_set_size out"
                : "val_set_size puts \(wanted) of \(examples) examples aside; write a number from 1 to \(examples - 1)"
        }
    }
}

extension JSONKind {
    /// The kind as people call it.
    fileprivate var words: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
