import Checkpoint
import Text

struct Tokenize: Verb {
    let name = "tokenize"
    let summary = "turn texts or conversations into tokens"
    let model = Parameter.argument("MODEL", .model, "A path, or a name under $HEARTH_HOME/models.")
    let requests = Parameter.option(
        "requests", "F.jsonl", .path, "The requests, one a line; - is standard input.")
    let prompt = Parameter.option("text", "TEXT", .text, "One text instead of a file of requests.")
    let format = Parameter.option(
        "chat-format", "NAME", Reading<ChatFormat>.choice, "How conversations are written.")

    var declaration: Declaration {
        Declaration(
            parameters: [model, requests, prompt, format],
            rules: [.exactlyOne([requests, prompt])],
            details: [
                "A request is {\"text\": …} or {\"messages\": [{\"role\", \"content\"}, …]}; the answer is "
                    + "{\"ids\": […]}, a line for a line. A text is taken as it stands: no token that begins a "
                    + "text is added (\"bos\": true adds it) and turn markers typed in it are plain text "
                    + "(\"special\": true reads them as markers). A conversation is written as the model's chat "
                    + "format has it, with the opening of the answer unless \"generation_prompt\" is false."
            ],
            examples: ["hearth tokenize smollm2-135m-instruct --text 'Guten Tag'"])
    }

    func run(_ arguments: Arguments) throws {
        let path = try ModelPath.resolve(arguments[model])
        let text = try TextModel.open(try ModelFiles.open(path), path: path)
        if let string = arguments[prompt] {
            return try Output.json([("ids", JSON(tokens: text.tokenizer.encode(string)))])
        }
        guard let file = arguments[requests] else { return }
        let named = arguments[format]
        let lines = try RequestLines(file).map { fields throws(RequestError.Problem) in
            try ids(fields, text, named ?? text.chatFormat, path)
        }
        for ids in lines { try Output.json([("ids", JSON(tokens: ids))]) }
    }

    private func ids(
        _ fields: RequestFields, _ text: TextModel, _ format: ChatFormat?, _ path: String
    ) throws(RequestError.Problem) -> [Int32] {
        try fields.refuseOthers(than: ["text", "messages", "bos", "special", "generation_prompt"])
        if fields.has("text"), fields.has("messages") { throw .exclusive(["text", "messages"]) }
        if let string = try fields.string("text") {
            let start = try fields.bool("bos") == true ? [text.tokenizer.bos].compactMap { $0 } : []
            let special = try fields.bool("special") == true
            return start
                + (special ? text.tokenizer.encode(parsing: string) : text.tokenizer.encode(string))
        }
        guard let messages = try fields.messages() else { throw .missing("\"text\" or \"messages\"") }
        guard let format else { throw .noChatFormat(model: path) }
        let opens = try fields.bool("generation_prompt") ?? true
        do {
            return try format.tokens(messages, generationPrompt: opens, tokenizer: text.tokenizer).ids
        } catch {
            throw .badMessage(error.sentence)
        }
    }
}
