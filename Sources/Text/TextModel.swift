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
    ///
    /// Throws where there is no tokenizer we read, where a part of it is not
    /// in our closed set, and where it has ids without a row in the model's
    /// embedding.
    public static func load(_ files: ModelFiles) throws(TextError) -> TextModel {
        switch files {
        case .gguf(let file, _):
            try TextModel(gguf: file.metadata, rows: file.tensors["token_embd.weight"]?.shape.first)
        case .directory(let directory): try TextModel(directory: directory)
        }
    }

    /// The text side of a model that has none, for requests of ids alone.
    public static func none(vocabularySize: Int) -> TextModel { TextModel(ids: vocabularySize) }

    private init(ids vocabularySize: Int) {
        tokenizer = NoTokenizer(vocabularySize: vocabularySize)
        (chatFormat, unknownTemplate, stopTokens) = (nil, nil, [])
    }

    init(_ tokenizer: any Tokenizer, template: String?, stops: [Int32], rows: Int?) throws(TextError) {
        if let rows, tokenizer.vocabularySize > rows {
            throw .vocabularyLargerThanModel(tokens: tokenizer.vocabularySize, rows: rows)
        }
        self.tokenizer = tokenizer
        chatFormat = template.flatMap { ChatFormat.recognise(template: $0) }
        unknownTemplate = chatFormat == nil ? template : nil
        let ends = ChatFormat.allCases.flatMap(\.stops) + ["<|endoftext|>"]
        let known = ends.compactMap { tokenizer.id(of: $0) }.filter { tokenizer.isControl($0) }
        stopTokens = Set(stops + known).sorted()
    }
}
