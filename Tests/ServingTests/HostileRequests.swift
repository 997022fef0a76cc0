/// Requests as an attacker, or a broken program, would send them.
///
/// The classes are those in which HTTP servers have been found to differ; the
/// bytes are our own. `right` is what a strict server does.
struct HostileRequest: Sendable {
    enum Right: Sendable, Equatable {
        /// An error, or the connection closed without an answer.
        case refuse
        /// An answer; the body the server has read.
        case answer(String)
    }

    let name: String
    let bytes: [UInt8]
    let right: Right

    init(_ name: String, _ text: String, _ right: Right = .refuse) {
        self.name = name
        bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        self.right = right
    }

    /// A request with these header lines, written as they are.
    private static func head(_ name: String, _ lines: String, _ right: Right = .refuse) -> HostileRequest {
        HostileRequest(name, "POST /x HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\nhello", right)
    }

    /// A request with this line.
    private static func line(_ name: String, _ line: String, _ right: Right = .refuse) -> HostileRequest {
        HostileRequest(name, "\(line)\r\nHost: a\r\n\r\n", right)
    }

    /// A request with this chunked body.
    private static func chunked(_ name: String, _ body: String, _ right: Right = .refuse) -> HostileRequest {
        HostileRequest(
            name, "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)", right)
    }

    static let all: [HostileRequest] = lines + fields + lengths + codings + chunks + fine

    static let lines: [HostileRequest] = [
        line("no version", "GET /x"), line("version 0.9", "GET /x HTTP/0.9"),
        line("version 1.10", "GET /x HTTP/1.10"), line("version 2.0", "GET /x HTTP/2.0"),
        line("version in lower case", "GET /x http/1.1"), line("version with a tail", "GET /x HTTP/1.1x"),
        line("version without dot", "GET /x HTTP/11"), line("two spaces", "GET  /x HTTP/1.1"),
        line("tab for space", "GET\t/x\tHTTP/1.1"), line("space at the end", "GET /x HTTP/1.1 "),
        line("space in front", " GET /x HTTP/1.1"), line("space in the target", "GET /x y HTTP/1.1"),
        line("method that is no token", "GE(T /x HTTP/1.1"), line("method in lower case", "get /x HTTP/1.1"),
        line("unknown method", "SMUGGLE /x HTTP/1.1"), line("method with a NUL", "GE\u{0}T /x HTTP/1.1"),
        line("target with a NUL", "GET /x\u{0}y HTTP/1.1"), line("target that is no path", "GET x HTTP/1.1"),
        line("target of another host", "GET http://evil/x HTTP/1.1"), line("asterisk", "GET * HTTP/1.1"),
        line("target with a fragment", "GET /x#y HTTP/1.1"), line("broken percent", "GET /%2 HTTP/1.1"),
        line("percent that is no number", "GET /%zz HTTP/1.1"),
        line("target beyond ASCII", "GET /\u{e9} HTTP/1.1"),
        line("bare CR in the line", "GET /x\rHTTP/1.1"), line("connect", "CONNECT evil:80 HTTP/1.1"),
        HostileRequest("empty line first", "\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n"),
        HostileRequest("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        HostileRequest("TLS hello", "\u{16}\u{3}\u{1}\u{0}\u{5}hello\r\n\r\n"),
        HostileRequest("bare line feeds", "GET /x HTTP/1.1\nHost: a\n\n"),
        HostileRequest("bare carriage returns", "GET /x HTTP/1.1\rHost: a\r\r"),
    ]

    static let fields: [HostileRequest] = [
        HostileRequest("no Host", "GET /x HTTP/1.1\r\nX: y\r\n\r\n"),
        HostileRequest("no header at all", "GET /x HTTP/1.1\r\n\r\n"),
        HostileRequest("empty Host", "GET /x HTTP/1.1\r\nHost: \r\n\r\n"),
        head("two Hosts", "Host: b"), head("two Hosts in different case", "hOST: a"),
        HostileRequest("Host with a path", "GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        HostileRequest("Host with a user", "GET /x HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        HostileRequest("Host with a list", "GET /x HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        HostileRequest("Host with a port too high", "GET /x HTTP/1.1\r\nHost: a:70000\r\n\r\n"),
        head("NUL in a value", "X: a\u{0}b"), head("NUL in a name", "X\u{0}Y: a"),
        head("control character in a value", "X: a\u{1}b"), head("DEL in a value", "X: a\u{7f}b"),
        head("bare CR in a value", "X: a\rb"), head("bare LF in a value", "X: a\nY: b"),
        head("CR CR LF", "X: a\r\r\nY: b"), head("space before the colon", "X : a"),
        head("tab before the colon", "X\t: a"), head("no name", ": a"), head("no colon", "X"),
        head("folded line", "X: a\r\n b"), head("line that begins with a tab", "X: a\r\n\tY: b"),
        head("name beyond ASCII", "X\u{e9}: a"), head("name in quotes", "\"X\": a"),
        head("name with a slash", "X/Y: a"), head("unknown expectation", "Expect: miracle"),
        head("two Authorizations", "Authorization: a\r\nAuthorization: b"),
        head("ninety lines", (0..<90).map { "X\($0): a" }.joined(separator: "\r\n")),
    ]

    static let lengths: [HostileRequest] = [
        head("two lengths", "Content-Length: 5\r\nContent-Length: 6"),
        head("the same length twice", "Content-Length: 5\r\nContent-Length: 5"),
        head("list of lengths", "Content-Length: 5, 5"), head("plus", "Content-Length: +5"),
        head("minus", "Content-Length: -5"), head("hexadecimal length", "Content-Length: 0x5"),
        head("underscore", "Content-Length: 5_"), head("two numbers", "Content-Length: 5 5"),
        head("no number", "Content-Length: "), head("fraction", "Content-Length: 5.0"),
        head("length beyond 64 bits", "Content-Length: 18446744073709551621"),
        head("length of 2 to the 63", "Content-Length: 9223372036854775808"),
        head("NUL after the length", "Content-Length: 5\u{0}0"),
        head("quoted length", "Content-Length: \"5\""),
        head("vertical tab before the length", "Content-Length: \u{b}5"),
        head("length spelt with a space", "Content-Length : 5"),
    ]

    static let codings: [HostileRequest] = [
        head("length and coding", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
        head("coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
        head("chunked twice", "Transfer-Encoding: chunked, chunked"),
        head("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
        head("identity", "Transfer-Encoding: identity"), head("gzip", "Transfer-Encoding: gzip"),
        head("gzip and chunked", "Transfer-Encoding: gzip, chunked"),
        head("something like chunked", "Transfer-Encoding: xchunked"),
        head("chunked and a vertical tab", "Transfer-Encoding: \u{b}chunked"),
        head("chunked after a comma", "Transfer-Encoding: , chunked"),
        head("quoted chunked", "Transfer-Encoding: \"chunked\""),
        head("chunked with a parameter", "Transfer-Encoding: chunked;a=b"),
        head("empty coding", "Transfer-Encoding: "),
        HostileRequest(
            "chunked in 1.0",
            "POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    ]

    static let chunks: [HostileRequest] = [
        chunked("size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        chunked("size with plus", "+5\r\nhello\r\n0\r\n\r\n"),
        chunked("size with minus", "-5\r\nhello\r\n0\r\n\r\n"),
        chunked("size with underscore", "0_5\r\nhello\r\n0\r\n\r\n"),
        chunked("size beyond 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        chunked("no size", "\r\nhello\r\n0\r\n\r\n"),
        chunked("size that is no number", "hello\r\nhello\r\n0\r\n\r\n"),
        chunked("space before the size", " 5\r\nhello\r\n0\r\n\r\n"),
        chunked("more data than the size", "3\r\nhello\r\n0\r\n\r\n"),
        chunked("no line end after the data", "5\r\nhello0\r\n\r\n"),
        chunked("line feed after the size", "5\nhello\r\n0\r\n\r\n"),
        chunked("line feed after the data", "5\r\nhello\n0\r\n\r\n"),
        chunked("bare CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
        chunked("NUL in an extension", "5;a\u{0}b\r\nhello\r\n0\r\n\r\n"),
        chunked("NUL after the size", "5\u{0}\r\nhello\r\n0\r\n\r\n"),
        chunked("cut off", "5\r\nhel"),
    ]

    static let fine: [HostileRequest] = [
        head("a plain request", "Content-Length: 5", .answer("hello")),
        head("blanks around a value", "X: \t y \t\r\nContent-Length: 5", .answer("hello")),
        head("bytes beyond ASCII in a value", "X: \u{e9}\r\nContent-Length: 5", .answer("hello")),
        HostileRequest(
            "1.0", "POST /x HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", .answer("hello")),
        chunked("chunks", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", .answer("hello")),
        chunked("chunks with an extension", "5;a=b\r\nhello\r\n0\r\n\r\n", .answer("hello")),
        chunked("chunks with a trailer", "5\r\nhello\r\n0\r\nX: y\r\n\r\n", .answer("hello")),
        chunked("a size in capitals", "A\r\nhellohello\r\n0\r\n\r\n", .answer("hellohello")),
        HostileRequest(
            "chunked in capitals",
            "POST /x HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            .answer("hello")),
        HostileRequest(
            "a second request behind the first",
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /admin HTTP/1.1\r\nHost: a\r\n\r\n",
            .answer("hello")),
    ]
}
