import Checkpoint

/// What every object of one reply has in common.
struct ReplyStamp: Sendable {
    /// The reply's own id, prefix included.
    let id: String
    /// Seconds since 1970.
    let created: Int
    /// The model's name, as asked for.
    let model: String
}

extension Usage {
    /// As the two older endpoints show it.
    var json: JSON {
        .object([
            "prompt_tokens": .count(prompt), "completion_tokens": .count(completion),
            "total_tokens": .count(prompt + completion),
            "prompt_tokens_details": .object(["cached_tokens": .count(cached)]),
        ])
    }
}

extension JSON {
    static func count(_ value: Int) -> JSON { .integer(Int64(value)) }

    static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

    static func logProbability(_ value: Float) -> JSON {
        // Below every real one, and still a number: JSON has no infinity.
        .number(value.isFinite ? Double(value) : -9999)
    }
}

/// Server-sent events.
enum ServerSentEvent {
    static let done = Array("data: [DONE]\n\n".utf8)

    static func data(_ json: JSON) -> [UInt8] {
        Array("data: ".utf8) + json.serialised() + Array("\n\n".utf8)
    }

    static func event(_ name: String, _ json: JSON) -> [UInt8] { Array("event: \(name)\n".utf8) + data(json) }
}
