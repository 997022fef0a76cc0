import Checkpoint

/// The text side of a model: how text becomes its tokens, how conversations
/// are written for it, and which tokens end an answer.
public struct TextModel: Sendable {
    /// The model's tokenizer.
    public let tokenizer: any Tokenizer
    /// The format of the model's own chat template; nothing where the model
    /// has none, or one we do not know.
    public let chatFormat: ChatFormat?
    /// The model's chat template where it has one that is in no format of
    /// ours. That is an error only for whoever wants to chat.
    public let unknownTemplate: String?
    /// The tokens that end an answer, in ascending order: what the model's
    /// files name, and the turn ends its vocabulary has.
    public let stopTokens: [Int32]

    /// Reads the text side of a model.
    public static func load(_ files: ModelFiles) throws(TextError) -> TextModel {
        switch files {
        case .gguf(let file, _): try TextModel(gguf: file.metadata)
        case .directory: throw .noTokenizer
        }
    }

    /// The text side of a GGUF file.
    init(gguf metadata: GGUFMetadata) throws(TextError) {
        let field = GGUFVocabulary.key("model")
        guard let kind = metadata.string(field) else { throw .missing(part: .gguf, field: field) }
        let file = try GGUFVocabulary(metadata)
        let tokenizer: any Tokenizer
        switch kind {
        case "gpt2": tokenizer = try BytePairTokenizer(file)
        case "llama": tokenizer = try SentencePieceTokenizer(SentencePieceModel(file))
        default: throw .unknown(part: .gguf, field: field, value: kind)
        }
        var stops: [Int32] = []
        for name in ["eos_token_id", "eot_token_id", "eom_token_id"] {
            if let id = try file.id(name) { stops.append(id) }
        }
        self.init(tokenizer, template: metadata.string("tokenizer.chat_template"), stops: stops)
    }

    private init(_ tokenizer: any Tokenizer, template: String?, stops: [Int32]) {
        self.tokenizer = tokenizer
        chatFormat = template.flatMap { ChatFormat.recognise(template: $0) }
        unknownTemplate = chatFormat == nil ? template : nil
        let ends = ChatFormat.allCases.flatMap(\.stops) + ["<|endoftext|>"]
        let known = ends.compactMap { tokenizer.id(of: $0) }.filter { tokenizer.isControl($0) }
        stopTokens = Set(stops + known).sorted()
    }
}
