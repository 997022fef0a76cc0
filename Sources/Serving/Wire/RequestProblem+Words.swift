import Checkpoint

extension RequestProblem {
    /// One sentence: what is wrong, where, and what to write instead.
    public var sentence: String {
        switch self {
        case .noBody: "The request has no body; send a JSON object."
        case .notUTF8: "The body is not UTF-8."
        case .notJSON(let error):
            "The body is not JSON that is read here: \(Self.words(error.problem)) at byte \(error.offset)."
        case .notAnObject: "The body must be a JSON object."
        case .missing(let path): "`\(path)` is missing."
        case .wrong(let path, let expected): "`\(path)` must be \(Self.words(expected))."
        case .unknown(let name?): "`\(name)` is not a parameter of this request; remove it."
        case .unknown(nil): "The body holds a parameter this request does not have; remove it."
        case .unsupported(let path): "`\(path)` is not supported here; remove it."
        case .needs(let path, let other): "`\(path)` can only be used together with `\(other)`."
        case .excludes(let path, let other): "`\(path)` cannot be used together with `\(other)`."
        case .emptyPrompt(let path): "`\(path)` gives an empty prompt; write at least one token."
        case .brokenOrder(let path): "`\(path)` does not follow from the messages before it."
        case .backend(let error, let param): Self.words(error, param)
        case .contextTooLong(let prompt, let wanted, let limit, _):
            "This model's context is \(limit) tokens; the prompt has \(prompt) and \(wanted) are asked for. "
                + "Shorten the prompt or ask for fewer."
        case .promptTooLong(let prompt, let limit, _):
            "This model's context is \(limit) tokens; the prompt has more than \(prompt). Shorten the prompt."
        case .unauthorised: "The API key is missing or not valid; send `Authorization: Bearer KEY`."
        case .wrongAdminKey: "The key is not the admin key."
        case .noAdminKey: "This server was started without an admin key, so nothing can be administered."
        case .foreignHost: "The Host header names a host this server does not answer for."
        case .foreignOrigin: "The Origin header names a site this server does not answer to."
        case .notFound: "There is nothing at this path."
        case .methodNotAllowed(let allowed): "This path takes \(allowed) only."
        case .mediaType: "The body must be sent as `Content-Type: application/json`, not encoded."
        case .shuttingDown: "The server is stopping."
        }
    }

    private static func words(_ expected: Expectation) -> String {
        switch expected {
        case .string: "a string"
        case .boolean: "true or false"
        case .object: "an object"
        case .array: "an array"
        case .value: "a value this request knows"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .positiveNumber(let limit): "a number above 0 and at most \(limit)"
        case .text(let range): "a string of \(range.lowerBound) to \(range.upperBound) bytes"
        case .items(let range): "an array of \(range.lowerBound) to \(range.upperBound) items"
        case .oneOf(let words): "one of " + words.map { "`\($0)`" }.joined(separator: ", ")
        case .strings: "a string or an array of strings"
        case .texts: "a string or an array of parts of type `text`"
        case .prompt: "a string, an array of strings, an array of token ids, or an array of such arrays"
        case .tokens: "an array of token ids of this model"
        case .tokenBias: "an object from token ids of this model to numbers from -100 to 100"
        case .name: "1 to 64 letters, digits, `_` or `-`"
        }
    }

    private static func words(_ error: BackendError, _ param: String?) -> String {
        let place = param.map { "`\($0)`" } ?? "The request"
        return switch error {
        case .busy(let seconds): "The server's queue is full; try again in \(seconds) s."
        case .loading: "The model is still loading."
        case .unknownModel: "`model` names no model served here; GET /v1/models lists them."
        case .tokenOutOfRange: "\(place) holds a token id this model does not have."
        case .conversation(let fault): "`messages` " + words(fault)
        case .schema(let path, let fault): "The schema \(words(fault)) at \(pointer(path))."
        case .unsupported(let feature): "This model cannot do `\(feature.rawValue)`."
        case .adapter(let fault): "The adapter " + words(fault)
        case .failed: "The model failed to answer; the reason is in the server's log."
        }
    }

    /// A schema's path is made of its author's words: only plain ones are repeated.
    private static func pointer(_ path: String) -> String {
        let plain =
            path.utf8.count <= 200 && path.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 96 }
        return path.isEmpty ? "its root" : plain ? "`\(path)`" : "a nested place"
    }

    private static func words(_ fault: ConversationFault) -> String {
        switch fault {
        case .noTemplate: "cannot be used: the model has no chat format; use /v1/completions."
        case .systemNotFirst: "may hold a system message only at the start."
        case .rolesMustAlternate: "must alternate between user and assistant for this model."
        case .toolsNotSupported: "cannot use tools: the model's chat format has none."
        case .unsupportedRole: "holds a role the model's chat format does not have."
        }
    }

    private static func words(_ fault: SchemaFault) -> String {
        switch fault {
        case .unsupportedKeyword: "uses a keyword that cannot be enforced"
        case .unsupportedPattern: "uses a pattern that cannot be enforced"
        case .malformed: "is not well formed"
        case .unsatisfiable: "allows nothing"
        case .tooLarge: "is too large"
        case .unresolvedReference: "has a reference that leads nowhere"
        }
    }

    private static func words(_ fault: AdapterFault) -> String {
        switch fault {
        case .notFound: "is not in the adapters folder."
        case .doesNotFit: "was made for another model."
        case .damaged: "cannot be read."
        case .alreadyLoaded: "is already loaded."
        case .tooMany: "cannot be loaded: the server has as many as it takes."
        }
    }
}
