import Checkpoint

/// A request to the agent, whatever server took it in.
public struct WebRequest: Sendable {
    /// `GET` or `POST`.
    public var method: String
    /// The path, without the query.
    public var path: String
    /// The query, without the question mark.
    public var query: String
    /// The fields; names in lower case.
    public var headers: [String: String]
    /// The body.
    public var body: [UInt8]

    /// Whether the body is a form's.
    var isForm: Bool {
        headers["content-type"]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
    }

    /// A request from its parts.
    public init(
        _ method: String, _ target: String, headers: [String: String] = [:], body: [UInt8] = []
    ) {
        self.method = method
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts.first.map(String.init) ?? "/"
        query = parts.count > 1 ? String(parts[1]) : ""
        self.headers = headers
        self.body = body
    }
}

/// The agent's answer to a request.
public struct WebReply: Sendable {
    /// The status code.
    public var status: Int
    /// The fields.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// A reply of one type.
    public init(_ status: Int, type: String, _ text: String, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = [("Content-Type", type), ("X-Content-Type-Options", "nosniff")] + headers
        body = Array(text.utf8)
    }

    /// A JSON reply.
    public static func json(
        _ status: Int, _ members: JSONObject, headers: [(name: String, value: String)] = []
    ) -> WebReply {
        WebReply(
            status, type: "application/json",
            String(decoding: JSON.object(members).serialised(), as: UTF8.self) + "\n", headers: headers)
    }

    /// An error as one sentence.
    public static func error(_ status: Int, _ sentence: String) -> WebReply {
        json(status, ["error": .string(sentence)])
    }
}
