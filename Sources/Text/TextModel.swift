import Checkpoint

/// The text side of a model: how to turn text into its tokens, how its
/// conversations are written, and which tokens end an answer.
public struct TextModel: Sendable {
    /// The model's tokenizer.
    public let tokenizer: any Tokenizer
    /// The tokens that end an answer, in ascending order.
    public let stopTokens: [Int32]

    /// The text side of a GGUF file.
    init(gguf metadata: GGUFMetadata) throws(TextError) {
        let field = GGUFVocabulary.key("model")
        guard let kind = metadata.string(field) else { throw .missing(part: .gguf, field: field) }
        let file = try GGUFVocabulary(metadata)
        switch kind {
        case "gpt2": tokenizer = try BytePairTokenizer(file)
        case "llama": tokenizer = try SentencePieceTokenizer(SentencePieceModel(file))
        default: throw .unknown(part: .gguf, field: field, value: kind)
        }
        stopTokens = []
    }
}
