/// Why a request was turned away before anyone looked at its body.
///
/// Facts only: nothing the client sent is kept, so nothing of it can reach an
/// answer or a log.
public enum HeadRefusal: Error, Sendable, Equatable, CaseIterable {
    case bareLineFeed, bareCarriageReturn, controlCharacter
    case requestLine, method, target, version
    case fieldName, fieldCount, repeatedField
    case host, contentLength, transferEncoding, expectation
    case targetTooLong, headTooLarge, bodyTooLarge
    case tooSlow, tooManyConnections

    /// The HTTP status that says so.
    public var status: Int {
        switch self {
        case .expectation: 417
        case .targetTooLong: 414
        case .headTooLarge, .fieldCount: 431
        case .bodyTooLarge: 413
        case .tooSlow: 408
        case .tooManyConnections: 503
        default: 400
        }
    }

    /// The sentence for the client.
    public var sentence: String {
        switch self {
        case .bareLineFeed: "A line of the request ends in a line feed alone; end it with CR LF."
        case .bareCarriageReturn: "The request holds a carriage return that no line feed follows."
        case .controlCharacter: "The request's head holds a control character."
        case .requestLine: "The request line is not `METHOD /path HTTP/1.1` with single spaces."
        case .method: "The request method is not one this server knows."
        case .target: "The request target must be a path that starts with `/`."
        case .version: "Only HTTP/1.1 and HTTP/1.0 are spoken here."
        case .fieldName: "A header line does not start with a name and a colon."
        case .fieldCount: "The request has more header lines than are read here."
        case .repeatedField: "A header that may stand only once is repeated."
        case .host: "The request needs exactly one Host header with a host and an optional port."
        case .contentLength: "Content-Length must stand once and be a plain decimal number."
        case .transferEncoding: "Transfer-Encoding may only be `chunked`, once, without Content-Length."
        case .expectation: "The only expectation met here is `100-continue`."
        case .targetTooLong: "The request target is too long."
        case .headTooLarge: "The request's header lines are too large."
        case .bodyTooLarge: "The request's body is too large."
        case .tooSlow: "The request did not arrive in time."
        case .tooManyConnections: "The server has as many connections as it takes; try again later."
        }
    }
}
