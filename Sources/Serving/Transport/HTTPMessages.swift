/// A whole request: a checked head and the body.
public struct HTTPRequest: Sendable {
    /// The checked head.
    public let head: RequestHead
    /// The body's bytes.
    public let body: [UInt8]

    /// A request from its parts.
    public init(head: RequestHead, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }
}

/// An answer: complete, or written while it is made.
public struct HTTPReply: Sendable {
    /// What follows the headers.
    public enum Body: Sendable {
        case bytes([UInt8])
        /// Runs in the request's task. `send` waits while the client is slow,
        /// and throws `CancellationError` once the client has gone.
        case stream(@Sendable (any ReplySink) async throws -> Void)
    }

    /// The status code.
    public var status: Int
    /// The headers beside those the transport writes itself.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: Body

    /// A reply from its parts.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A complete reply of one type.
    public init(status: Int = 200, type: String, bytes: [UInt8]) {
        self.init(status: status, headers: [("Content-Type", type)], body: .bytes(bytes))
    }
}

/// Where a streamed reply writes its bytes.
public protocol ReplySink: Sendable {
    /// Hands bytes on; returns when there is room for more.
    func send(_ bytes: [UInt8]) async throws
}
