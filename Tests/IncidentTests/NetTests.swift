import Testing

@testable import Incident

/// What the one HTTP client reads and calls.
@Suite struct NetTests {
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}rest", 200, "{}"),
        ("HTTP/1.0 503 Busy\r\n\r\nlater", 503, "later"),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
            200, "abc0123456789"
        ),
    ])
    func anAnswerIsRead(_ text: String, _ status: Int, _ body: String) {
        let answer = HTTPResult(wire: Array(text.utf8))
        #expect(answer?.status == status)
        #expect(answer?.body == Array(body.utf8))
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFF\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc",
    ])
    func whatIsNoAnswerIsNone(_ text: String) { #expect(HTTPResult(wire: Array(text.utf8)) == nil) }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", true),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", true),
        ("HTTP/1.1 100 Continue\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nabcde0\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\n\r\nas long as it comes", false),
    ])
    func anAnswerSaysItselfWhenItIsWhole(_ text: String, _ isWhole: Bool) {
        var end = AnswerEnd()
        #expect(end.isReached(by: Array(text.utf8)) == isWhole)
    }

    @Test func manyNoticesCostNoMoreThanTheirBytes() {
        let notices = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 200_000)
        let answer = HTTPResult(wire: Array((notices + "HTTP/1.1 200 OK\r\n\r\nhere").utf8))
        #expect(answer?.body == Array("here".utf8))
    }

    @Test func addressesAreReadWithAndWithoutTLS() {
        let secure = Endpoint("https://hooks.example/services/T0/B0")
        #expect(secure?.isSecure == true)
        #expect(secure?.port == 443)
        #expect(secure?.authority == "hooks.example")
        #expect(secure?.appending("/x").text == "https://hooks.example/services/T0/B0/x")
        #expect(Endpoint("https://[::1]:8443/a")?.authority == "[::1]:8443")
        #expect(Endpoint("http://host")?.port == 80)
        for text in [
            "ftp://host", "https://", "https://user@host/", "https://host:0/", "https:/host", "//host",
        ] {
            #expect(Endpoint(text) == nil, "\(text)")
        }
    }
}
