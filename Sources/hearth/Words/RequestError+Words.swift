extension RequestError: Explained {
    var sentence: String {
        guard let file, let line else { return words }
        return "line \(line) of \(file): \(words)"
    }

    private var words: String {
        switch problem {
        case .unreadable(let file):
            return "\(file) cannot be read; give the path of a JSONL file, or - for standard input"
        case .badJSON(let error): return error.sentence
        case .notAnObject: return "a request must be a JSON object, {…}"
        case .unknownKey(let key, let nearest, let known):
            let hint = nearest.map { "did you mean \($0)?" } ?? "known are " + known.joined(separator: ", ")
            return "\"\(key)\" is not a key of this request; \(hint)"
        case .missing(let keys): return "the request needs \(keys)"
        case .exclusive(let keys): return "give only one of " + keys.joined(separator: ", ")
        case .badValue(let key, let wanted): return "\"\(key)\" must be \(wanted)"
        case .badMessage(let words): return words
        case .tooLong(let tokens, let context):
            return "the text has \(tokens) tokens and the model reads at most \(context); shorten it"
        case .noChatFormat(let model):
            return "\(model) has no chat template that Hearth knows; name one with --chat-format "
                + "(gemma, chatml, smollm2, qwen2.5, qwen3, llama3)"
        case .badFormat:
            return "\"response_format\" must be {\"type\": \"text\"}, {\"type\": \"json_object\"} or "
                + "{\"type\": \"json_schema\", \"json_schema\": {\"schema\": {…}}}"
        case .schema(let error): return error.sentence
        case .nothingToStart:
            return
                "the context is empty and this model has no token that begins a text; give at least one token"
        }
    }
}
