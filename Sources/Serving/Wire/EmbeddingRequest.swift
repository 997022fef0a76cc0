import Checkpoint

/// `POST /v1/embeddings`, read and checked.
struct EmbeddingRequest: Sendable {
    static let inputLimit = 512

    let model: ServedModel
    let inputs: [CompletionRequest.Input]
    /// Little-endian floats in base64 in place of an array of numbers.
    let isBase64: Bool

    init(_ body: JSONObject, _ context: RequestContext) throws(RequestProblem) {
        var fields = FieldReader(body)
        model = try context.model(&fields)
        inputs = try CompletionRequest.inputs(
            try fields.required("input"), at: "input", vocabulary: model.vocabularySize,
            limit: Self.inputLimit)
        isBase64 = try fields.word("encoding_format", ["float", "base64"]) == "base64"
        _ = try fields.string("user", bytes: 0...512)
        try fields.refuse(["dimensions"])
        try fields.finish()
    }
}

/// `POST /tokenize`, read and checked.
struct TokenizeRequest: Sendable {
    let model: ServedModel
    let prompt: Prompt

    init(_ body: JSONObject, _ context: RequestContext) throws(RequestProblem) {
        var fields = FieldReader(body)
        model = try context.modelOrBase(&fields)
        if let messages = try fields.items("messages", 1...ConversationFields.limit) {
            if fields.value("prompt") != nil { throw .excludes("prompt", other: "messages") }
            prompt = .chat(try ConversationFields.read(messages), tools: [])
        } else {
            guard let text = try fields.string("prompt") else { throw .missing("prompt") }
            prompt = .text(text, special: try fields.bool("add_special_tokens") ?? true)
        }
        try fields.finish()
    }
}

/// `POST /detokenize`, read and checked.
struct DetokenizeRequest: Sendable {
    let model: ServedModel
    let tokens: [Int32]

    init(_ body: JSONObject, _ context: RequestContext) throws(RequestProblem) {
        var fields = FieldReader(body)
        model = try context.modelOrBase(&fields)
        guard let items = try fields.items("tokens", 0...1 << 20) else { throw .missing("tokens") }
        tokens = try TokenList.read(items, at: "tokens", vocabulary: model.vocabularySize)
        try fields.finish()
    }
}

/// `POST /v1/load_lora_adapter` and `/v1/unload_lora_adapter`, read and checked.
struct AdapterRequest: Sendable {
    let name: String

    init(_ body: JSONObject) throws(RequestProblem) {
        var fields = FieldReader(body)
        guard let name = try fields.string("lora_name") else { throw .missing("lora_name") }
        guard AdapterName.isPlain(name) else { throw .wrong("lora_name", .name) }
        try fields.refuse(["lora_path", "load_inplace"])
        try fields.finish()
        self.name = name
    }
}

/// Names of adapters that clients may write.
///
/// Contract: a plain name is one component of a path, can neither leave the
/// adapters folder nor hide in it, and reads the same to everyone.
public enum AdapterName {
    /// Whether this is 1 to 64 letters, digits, `_`, `-` or `.`, not led by a dot.
    public static func isPlain(_ name: String) -> Bool {
        ToolFields.isName(name.replacingDots) && name.utf8.first != UInt8(ascii: ".")
    }
}

extension String {
    fileprivate var replacingDots: String { String(decoding: utf8.map { $0 == 46 ? 95 : $0 }, as: UTF8.self) }
}
