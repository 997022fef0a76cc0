/// One call to another program, and what came back.
public struct HTTPCall: Sendable {
    /// `GET` or `POST`.
    public var method: String
    /// Where to.
    public var endpoint: Endpoint
    /// Fields beside the ones every request has.
    public var headers: [(name: String, value: String)]
    /// The body of a `POST`.
    public var body: [UInt8]
    /// Seconds until it is given up, whatever has come by then.
    public var patience: Double

    /// A call from its parts.
    public init(
        _ method: String, _ endpoint: Endpoint, headers: [(name: String, value: String)] = [],
        body: [UInt8] = [], patience: Double = 10
    ) {
        self.method = method
        self.endpoint = endpoint
        self.headers = headers
        self.body = body
        self.patience = patience
    }
}

/// An answer to a call.
public struct HTTPResult: Sendable, Equatable {
    /// The status code.
    public let status: Int
    /// The body.
    public let body: [UInt8]

    /// An answer from its parts.
    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Why a call gave no answer.
public enum CallFailure: Error, Sendable, Equatable {
    /// Nobody accepts connections there.
    case unreachable
    /// The answer did not come, or not whole, in time.
    case late
    /// It closed the connection before the answer was whole.
    case hungUp
    /// Its certificate is not one that is trusted, or names another host.
    case untrusted
    /// What came is no answer of HTTP.
    case nonsense
    /// The answer is longer than what is read.
    case tooLong
    /// It answered with an error.
    case refused(status: Int)
}

/// What makes calls: the network, or a test in its place.
public protocol HTTPCaller: Sendable {
    /// Makes a call and waits for the whole answer.
    func call(_ call: HTTPCall) throws(CallFailure) -> HTTPResult
}

/// Calls over TCP or TLS, one connection each.
///
/// Contract: only the host of the endpoint is called; no redirect is followed and
/// no proxy is used, so the configuration is the whole list of who is called.
public struct HTTPClient: HTTPCaller {
    /// The longest answer that is read, in bytes.
    public var limit: Int
    /// A file of certificates to trust beside the system's.
    public var authorities: String?

    /// A client.
    public init(limit: Int = 64 << 20, authorities: String? = nil) {
        self.limit = limit
        self.authorities = authorities
    }

    /// Makes a call on a connection of its own, within the call's patience.
    public func call(_ call: HTTPCall) throws(CallFailure) -> HTTPResult {
        let deadline = ContinuousClock.now + .milliseconds(Int64(max(0, min(call.patience, 86_400)) * 1000))
        let socket = try ClientSocket(call.endpoint, authorities: authorities, deadline: deadline)
        var head =
            "\(call.method) \(call.endpoint.path) HTTP/1.1\r\nHost: \(call.endpoint.authority)\r\n"
            + "Connection: close\r\nAccept-Encoding: identity\r\n"
        if call.method != "GET" { head += "Content-Length: \(call.body.count)\r\n" }
        for header in call.headers { head += "\(header.name): \(header.value)\r\n" }
        try socket.send(Array((head + "\r\n").utf8) + call.body, deadline: deadline)
        let bytes = try socket.receive(atMost: limit, deadline: deadline)
        guard let answer = HTTPResult(wire: bytes) else { throw .nonsense }
        return answer
    }
}
