import Foundation
import Testing

@testable import Serving

@Suite struct HostileRequestTests {
    /// What libmicrohttpd 0.9.75 forgives inside a chunked body, where the door
    /// cannot look. Harmless to others, as nothing after the request is read.
    static let forgiven: Set<String> = [
        "line feed after the size", "line feed after the data", "NUL in an extension",
        "bare CR in an extension",
    ]

    @Test func everyHostileRequestIsRefusedAndEveryFineOneAnswered() async throws {
        var limits = TransportLimits()
        limits.headTime = .milliseconds(700)
        limits.bodyTime = .milliseconds(700)
        let handled = Locked<[String]>([])
        let server = try HTTPServer(address: .loopback(0), limits: limits) { request in
            handled.withLock { $0.append(request.head.method) }
            return HTTPReply(type: "text/plain", bytes: request.body)
        }
        let port = server.port
        var lenient: Set<String> = []
        for request in HostileRequest.all {
            let (bytes, closed) = try await offPool {
                let client = try RawConnection(port: port)
                client.send(request.bytes)
                return client.readAll(within: 3)
            }
            #expect(closed, "\(request.name): the connection ends")
            let reply = RawConnection.parse(bytes)
            switch request.right {
            case .refuse:
                if let reply, reply.status < 400 { lenient.insert(request.name) }
                #expect(reply.map { $0.status < 500 } != false, "\(request.name)")
            case .answer(let body):
                #expect(reply?.status == 200 && reply?.text == body, "\(request.name)")
            }
        }
        await server.stop()
        #expect(lenient == Self.forgiven)
        #expect(HostileRequest.all.count >= 110)
    }

    @Test func everyPrefixOfAGoodHeadIsIncompleteAndTheWholeIsComplete() {
        let text =
            "POST /v1/models?x=%20y HTTP/1.1\r\nHost: [::1]:8080\r\nX-A:\t b \r\nContent-Length: 12\r\n\r\n"
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            #expect(RequestHead.scan(Array(bytes[..<count]), limits: .init()) == .incomplete)
        }
        guard case .complete(let head, let framing) = RequestHead.scan(bytes + [0, 1, 2], limits: .init())
        else {
            Issue.record("a good head is complete")
            return
        }
        #expect(head.path == "/v1/models" && head.value("x-a") == "b" && framing == .length(12))
    }

    @Test func noMutationOfAHeadTrapsTheScanner() {
        let good = Array("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX: y\r\n\r\n".utf8)
        var state: UInt64 = 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var complete = 0
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0...random(4) {
                let index = random(bytes.count)
                switch random(4) {
                case 0: bytes[index] = UInt8(random(256))
                case 1: bytes.remove(at: index)
                case 2: bytes.insert([10, 13, 0, 32, 58, 255][random(6)], at: index)
                default: bytes.insert(contentsOf: bytes[index...].prefix(random(9)), at: index)
                }
            }
            if case .complete(let head, _) = RequestHead.scan(bytes, limits: .init()) {
                complete += 1
                #expect(head.fields.count { $0.name == "host" } == 1)
                #expect(head.fields.count { $0.name == "content-length" } <= 1)
            }
        }
        #expect(complete > 0)
    }

    @Test func hostNamesAreReadStrictly() {
        for good in ["localhost", "a.b:80", "127.0.0.1:8080", "[::1]", "[::1]:65535", "A_b-c"] {
            #expect(HostName(good) != nil, "\(good)")
        }
        for bad in ["", ":80", "a:", "a:x", "a:65536", "[::1", "::1", "[]", "[::1]x", "a b", "a/b", "[g::1]"]
        {
            #expect(HostName(bad) == nil, "\(bad)")
        }
        #expect(HostName("LocalHost:1")?.name == "localhost")
    }
}
