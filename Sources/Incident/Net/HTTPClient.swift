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

/// Calls over TCP, one connection each.
///
/// Contract: only the host of the endpoint is called; no redirect is followed and
/// no proxy is used, so the configuration is the whole list of who is called.
public struct HTTPClient: HTTPCaller {
    /// The longest answer that is read, in bytes.
    public var limit = 64 << 20

    /// A client.
    public init() {}

    /// Makes a call on a connection of its own, within the call's patience.
    public func call(_ call: HTTPCall) throws(CallFailure) -> HTTPResult {
        let deadline = ContinuousClock.now + .milliseconds(Int64(max(0, min(call.patience, 86_400)) * 1000))
        let socket = try ClientSocket(
            host: call.endpoint.host, port: call.endpoint.port, deadline: deadline)
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

extension HTTPResult {
    /// Reads an answer of HTTP/1.1 on a connection that was then closed.
    init?(wire bytes: [UInt8]) {
        guard let end = Self.find([13, 10, 13, 10], in: bytes[...]) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3,
            let status = Int(words[1]), status >= 100
        else { return nil }
        let rest = bytes[(end + 4)...]
        // A notice that goes before the answer, such as 100 Continue.
        if status < 200 {
            self.init(wire: Array(rest))
            return
        }
        func field(_ name: String) -> String? {
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, parts[0].lowercased() == name else { continue }
                return parts[1].filter { $0 != " " && $0 != "\t" }.lowercased()
            }
            return nil
        }
        if field("transfer-encoding") == "chunked" {
            guard let body = Self.chunks(rest) else { return nil }
            self.init(status: status, body: body)
        } else if let length = field("content-length") {
            guard let length = Int(length), length >= 0, length <= rest.count else { return nil }
            self.init(status: status, body: Array(rest.prefix(length)))
        } else {
            self.init(status: status, body: Array(rest))
        }
    }

    private static func chunks(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = bytes
        var body: [UInt8] = []
        while let end = find([13, 10], in: rest) {
            let digits = String(decoding: rest[..<end].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard digits.utf8.count <= 8,
                let size = Int(digits.filter { $0 != " " }, radix: 16), size >= 0
            else { return nil }
            if size == 0 { return body }
            rest = rest[(end + 2)...]
            guard rest.count >= size + 2 else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }

    private static func find(_ mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= mark.count, let first = mark.first else { return nil }
        var at = bytes.startIndex
        while let next = bytes[at...].firstIndex(of: first), next + mark.count <= bytes.endIndex {
            if bytes[next..<next + mark.count].elementsEqual(mark) { return next }
            at = next + 1
        }
        return nil
    }
}
