import Checkpoint

/// Why a model's text side could not be read.
///
/// It carries facts; the sentence for people is made where errors are shown.
public enum TextError: Error, Sendable, Equatable {
    /// The model has no tokenizer that we read.
    case noTokenizer
    /// The text of a part is not the JSON it should be.
    case json(part: Part, JSONError)
    /// A field that must be there is not.
    case missing(part: Part, field: String)
    /// A field has a value of the wrong kind or out of range.
    case invalid(part: Part, field: String)
    /// The file names something that is not in our closed set.
    case unknown(part: Part, field: String, value: String)
    /// A token is empty, not UTF-8, too long, or has a kind that does not exist.
    case badToken(part: Part, index: Int)
    /// A token stands twice in the vocabulary.
    case duplicateToken(part: Part, index: Int)
    /// An id lies outside the vocabulary, or two tokens have it.
    case badID(part: Part, field: String, id: Int)
    /// A merge names a piece, or makes one, that is not in the vocabulary.
    case badMerge(part: Part, index: Int)
    /// Two lists that belong together have different lengths.
    case lengths(part: Part, field: String, expected: Int, found: Int)
    /// The vocabulary is larger than the model's embedding, so that some ids
    /// would have no row.
    case vocabularyLargerThanModel(tokens: Int, rows: Int)
    /// The SentencePiece library refused the model.
    case library(String)
    /// The SentencePiece file is not the protocol buffer it should be.
    case protobuf(offset: Int)

    /// The file, or part of a file, at fault.
    public enum Part: String, Sendable {
        /// `tokenizer.json`.
        case tokenizerJSON = "tokenizer.json"
        /// `tokenizer_config.json`.
        case tokenizerConfig = "tokenizer_config.json"
        /// `tokenizer.model`.
        case sentencePiece = "tokenizer.model"
        /// The metadata of a GGUF file.
        case gguf = "GGUF metadata"
        /// `config.json`.
        case config = "config.json"
    }
}
