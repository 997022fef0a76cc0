import Checkpoint
import Foundation

/// What is known of one request when it is over: sizes and times, never text.
public struct RequestRecord: Sendable, Equatable {
    /// How a request ended.
    public enum Outcome: String, Sendable, Equatable {
        case completed, refused, cancelled, failed
    }

    /// The id in the reply's `X-Request-Id`.
    public var id: String
    /// When it came, in seconds since 1970.
    public var time: Double
    /// The route, not the path: a path is a client's text.
    public var route: String
    /// The key's name; `-` where none was needed.
    public var caller = "-"
    /// The HTTP status.
    public var status = 0
    /// How it ended.
    public var outcome = Outcome.completed
    /// The model or adapter that answered.
    public var model: String?
    /// Bytes of the body.
    public var bytes = 0
    /// SHA-256 of the body, where the audit is switched on.
    public var digest: String?
    /// Prompt tokens.
    public var promptTokens = 0
    /// Prompt tokens that came from the prefix cache.
    public var cachedTokens = 0
    /// New tokens.
    public var newTokens = 0
    /// Whether the answer was streamed.
    public var isStreamed = false
    /// Seconds to the first token.
    public var firstToken: Double?
    /// Seconds to the end.
    public var duration = 0.0

    /// One line of JSON, without a line feed.
    public var line: [UInt8] {
        var json: JSONObject = [
            "time": .number(time), "id": .string(id), "route": .string(route), "caller": .string(caller),
            "status": .count(status), "outcome": .string(outcome.rawValue), "bytes": .count(bytes),
            "seconds": .number(duration),
        ]
        if let model { json["model"] = .string(model) }
        if promptTokens > 0 {
            json["prompt_tokens"] = .count(promptTokens)
            json["cached_tokens"] = .count(cachedTokens)
            json["new_tokens"] = .count(newTokens)
            json["streamed"] = .bool(isStreamed)
        }
        if let firstToken { json["first_token_seconds"] = .number(firstToken) }
        return JSON.object(json).serialised()
    }
}
