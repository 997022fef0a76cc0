import Checkpoint

/// What is wrong with a request, as facts.
///
/// Contract: no case carries anything a user wrote, except the name of a field
/// nobody knows, and that only when it is a plain short word.
public enum RequestProblem: Error, Sendable, Equatable {
    /// What a field should have held.
    public enum Expectation: Sendable, Equatable {
        case string, boolean, object, array, value
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case positiveNumber(through: Double)
        case text(bytes: ClosedRange<Int>)
        case items(ClosedRange<Int>)
        case oneOf([String])
        case strings, texts, prompt, tokens, tokenBias, name
    }

    // The body.
    case noBody, notUTF8, notJSON(JSONError), notAnObject
    // A field.
    case missing(String)
    case wrong(String, Expectation)
    case unknown(String?)
    case unsupported(String)
    case needs(String, other: String)
    case excludes(String, other: String)
    case emptyPrompt(String)
    case brokenOrder(String)
    // What was asked for.
    case backend(BackendError, param: String?)
    case contextTooLong(prompt: Int, wanted: Int, limit: Int, param: String)
    case promptTooLong(atLeast: Int, limit: Int, param: String)
    // The call.
    case unauthorised, wrongAdminKey, noAdminKey, foreignHost, foreignOrigin
    case notFound, methodNotAllowed(String), mediaType
    case shuttingDown
}

extension RequestProblem {
    /// The status the problem is answered with.
    public var status: Int {
        switch self {
        case .unauthorised: 401
        case .wrongAdminKey, .noAdminKey, .foreignHost, .foreignOrigin: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .mediaType: 415
        case .shuttingDown: 503
        case .backend(let error, _): Self.status(error)
        default: 400
        }
    }

    private static func status(_ error: BackendError) -> Int {
        switch error {
        case .busy: 429
        case .loading: 503
        case .unknownModel, .adapter(.notFound): 404
        case .adapter(.alreadyLoaded): 409
        case .failed: 500
        default: 400
        }
    }

    /// The field at fault, as OpenAI names it.
    public var param: String? {
        switch self {
        case .missing(let path), .wrong(let path, _), .unsupported(let path), .needs(let path, _),
            .excludes(let path, _), .emptyPrompt(let path), .brokenOrder(let path):
            path
        case .unknown(let name): name
        case .contextTooLong(_, _, _, let param), .promptTooLong(_, _, let param): param
        case .backend(_, let param): param
        default: nil
        }
    }

    /// OpenAI's short word for it, where there is one.
    public var code: String? {
        switch self {
        case .contextTooLong, .promptTooLong: "context_length_exceeded"
        case .unauthorised: "invalid_api_key"
        case .missing: "missing_required_parameter"
        case .unknown: "unknown_parameter"
        case .unsupported: "unsupported_parameter"
        case .wrong, .emptyPrompt: "invalid_value"
        case .backend(.unknownModel, _): "model_not_found"
        case .backend(.busy, _): "rate_limit_exceeded"
        case .backend(.schema, _): "invalid_schema"
        case .backend(.unsupported, _): "unsupported_parameter"
        default: nil
        }
    }

    /// OpenAI's class of errors.
    public var type: String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    /// Seconds after which a new try makes sense.
    public var retryAfter: Int? {
        switch self {
        case .backend(.busy(let seconds), _): seconds
        case .backend(.loading, _), .shuttingDown: 1
        default: nil
        }
    }

    /// The error object as OpenAI sends it.
    public var json: JSON {
        let text: (String?) -> JSON = { $0.map(JSON.string) ?? .null }
        return .object([
            "error": .object([
                "message": .string(sentence), "type": .string(type), "param": text(param), "code": text(code),
            ])
        ])
    }

    /// The whole reply.
    public var reply: HTTPReply {
        var reply = HTTPReply(status: status, type: "application/json", bytes: json.serialised())
        if let retryAfter { reply.headers.append(("Retry-After", String(retryAfter))) }
        if status == 401 { reply.headers.append(("WWW-Authenticate", "Bearer")) }
        if case .methodNotAllowed(let allowed) = self { reply.headers.append(("Allow", allowed)) }
        return reply
    }
}
