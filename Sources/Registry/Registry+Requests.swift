/// One request a server answered: sizes and a digest, never text.
public struct RequestFacts: Sendable, Equatable {
    /// The id in the reply's `X-Request-Id`.
    public var request: String
    /// When it came, in seconds since 1970.
    public var time: Double
    /// The name of the caller's key; `-` where none was needed.
    public var caller: String
    /// The endpoint.
    public var route: String
    /// The model or adapter that answered, or none.
    public var model: String?
    /// The HTTP status.
    public var status: Int
    /// How it ended.
    public var outcome: String
    /// Bytes of the body.
    public var bytes: Int
    /// Tokens of the prompt.
    public var promptTokens: Int
    /// Tokens of the answer.
    public var newTokens: Int
    /// How long it took.
    public var seconds: Double
    /// SHA-256 of the body.
    public var digest: String?

    /// The facts of a request.
    public init(
        request: String, time: Double, caller: String, route: String, model: String?, status: Int,
        outcome: String, bytes: Int, promptTokens: Int, newTokens: Int, seconds: Double, digest: String?
    ) {
        (self.request, self.time, self.caller, self.route) = (request, time, caller, route)
        (self.model, self.status, self.outcome, self.bytes) = (model, status, outcome, bytes)
        (self.promptTokens, self.newTokens) = (promptTokens, newTokens)
        (self.seconds, self.digest) = (seconds, digest)
    }
}

/// An answered request.
public struct RequestRow: Sendable, Equatable, RegistryRow {
    /// Its number.
    public let id: RowID<RequestRow>
    /// What is known of it.
    public let facts: RequestFacts

    static let table = "requests"
    static let columns =
        "id, request, time, caller, route, model, status, outcome, bytes, prompt_tokens, new_tokens, "
        + "seconds, digest"

    init?(_ row: [SQLValue]) {
        guard let id = row[0].integer, let request = row[1].text, let time = row[2].real,
            let caller = row[3].text, let route = row[4].text, let status = row[6].integer,
            let outcome = row[7].text, let bytes = row[8].integer, let prompt = row[9].integer,
            let new = row[10].integer, let seconds = row[11].real
        else { return nil }
        self.id = RowID(id)
        facts = RequestFacts(
            request: request, time: time, caller: caller, route: route, model: row[5].text,
            status: Int(status), outcome: outcome, bytes: Int(bytes), promptTokens: Int(prompt),
            newTokens: Int(new), seconds: seconds, digest: row[12].text)
    }
}

extension Registry {
    /// Puts requests in, all or none.
    public func record(_ requests: [RequestFacts]) throws(RegistryError) {
        let names =
            "request, time, caller, route, model, status, outcome, bytes, prompt_tokens, new_tokens, "
            + "seconds, digest"
        try transaction { connection throws(RegistryError) in
            for facts in requests {
                try connection.change(
                    "INSERT INTO requests (\(names)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        .text(facts.request), .real(facts.time), .text(facts.caller), .text(facts.route),
                        .optional(facts.model), .integer(Int64(facts.status)), .text(facts.outcome),
                        .integer(Int64(facts.bytes)), .integer(Int64(facts.promptTokens)),
                        .integer(Int64(facts.newTokens)), .real(facts.seconds), .optional(facts.digest),
                    ])
            }
        }
    }

    /// The latest requests, the newest first.
    public func requests(latest count: Int) throws(RegistryError) -> [RequestRow] {
        try rows("ORDER BY id DESC LIMIT ?", [.integer(Int64(count))])
    }
}
