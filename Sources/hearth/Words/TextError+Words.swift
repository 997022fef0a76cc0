import Checkpoint
import Text

extension TextError: Explained {
    var sentence: String {
        switch self {
        case .noTokenizer:
            "The model folder has neither tokenizer.json nor tokenizer.model; copy one of them into it."
        case .json(let part, let error):
            "\(part.rawValue) is not the JSON it should be. \(error.sentence)"
        case .missing(let part, let field):
            "\(part.rawValue) has no \(field), which the tokenizer needs; convert or download the model anew."
        case .invalid(let part, let field):
            "\(field) in \(part.rawValue) has a wrong kind or value; convert or download the model anew."
        case .unknown(let part, let field, let value):
            "\(field) in \(part.rawValue) is \(quoted(value)), which Hearth does not know; "
                + "use a model of the Gemma 3, Llama, SmolLM2, Qwen 2.5 or Qwen 3 family."
        case .badToken(let part, let index):
            "Token \(index) of \(part.rawValue) is empty, too long, not UTF-8, or of a kind that does not exist."
        case .duplicateToken(let part, let index):
            "Token \(index) of \(part.rawValue) stands twice in the vocabulary."
        case .badID(let part, let field, let id):
            "\(field) in \(part.rawValue) gives the id \(id), which is outside of the vocabulary or taken."
        case .badMerge(let part, let index):
            "Merge \(index) of \(part.rawValue) names or makes a piece that is not in the vocabulary."
        case .lengths(let part, let field, let expected, let found):
            "\(field) in \(part.rawValue) has \(found) entries where the vocabulary has \(expected)."
        case .vocabularyLargerThanModel(let tokens, let rows):
            "The tokenizer has \(tokens) tokens and the model's embedding only \(rows) rows; "
                + "the tokenizer belongs to another model."
        case .library(let message):
            "The SentencePiece library refused tokenizer.model: \(quoted(message))."
        case .protobuf(let offset):
            "tokenizer.model is not a SentencePiece model: it goes wrong at byte \(offset)."
        }
    }
}
