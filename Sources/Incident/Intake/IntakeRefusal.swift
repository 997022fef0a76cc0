/// Why a webhook's request is not taken.
public enum IntakeRefusal: Error, Sendable, Equatable {
    /// There is no such webhook.
    case unknownPath
    /// Only `POST` brings events.
    case method
    /// This webhook has no secret in the configuration.
    case closed
    /// The signature or token is missing or wrong.
    case signature
    /// The signature's time is not of the last five minutes.
    case stale
    /// The body is too long.
    case tooLarge(limit: Int)
    /// Too many requests; try again after some seconds.
    case tooMany(retry: Int)
    /// The body is not what this webhook takes.
    case badBody(wanted: String)
    /// It could not be kept: the sender has to send it again.
    case notKept

    /// The status code.
    public var status: Int {
        switch self {
        case .unknownPath: 404
        case .method: 405
        case .closed: 403
        case .signature, .stale: 401
        case .tooLarge: 413
        case .tooMany: 429
        case .badBody: 400
        case .notKept: 503
        }
    }

    /// One sentence for whoever set the webhook up; it repeats nothing of the request.
    public var sentence: String {
        switch self {
        case .unknownPath:
            "there is no such webhook; post to /intake/events, /intake/slack, /intake/mattermost or /intake/alertmanager"
        case .method: "events come with POST"
        case .closed: "this webhook has no secret in the agent's configuration; write one under intake"
        case .signature: "the signature or token is missing or wrong"
        case .stale: "the signature's time is more than five minutes away from the agent's clock"
        case .tooLarge(let limit): "the body is longer than \(limit) bytes"
        case .tooMany(let retry): "too many requests; try again in \(retry) s"
        case .badBody(let wanted): "the body is not what this webhook takes: \(wanted)"
        case .notKept: "the event could not be kept; send it again"
        }
    }

    var reply: WebReply {
        var headers: [(name: String, value: String)] = []
        if case .tooMany(let retry) = self { headers.append(("Retry-After", "\(retry)")) }
        return .json(status, ["error": .string(sentence)], headers: headers)
    }
}
