import Foundation
import TestSupport
import Testing

@testable import Serving

@Suite(.serialized) struct TransportTests {
    static let post = "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

    private func quick() -> TransportLimits {
        var limits = TransportLimits()
        limits.headTime = .milliseconds(600)
        limits.bodyTime = .milliseconds(600)
        limits.stallTime = .seconds(1)
        limits.sweep = .milliseconds(50)
        return limits
    }

    private func withServer(
        _ limits: TransportLimits, handler: @escaping HTTPServer.Handler,
        _ body: (HTTPServer) async throws -> Void
    ) async throws {
        let server = try HTTPServer(address: .loopback(0), limits: limits, handler: handler)
        do { try await body(server) } catch {
            await server.stop(grace: .zero)
            throw error
        }
        await server.stop(grace: .seconds(1))
    }

    private static let echo: HTTPServer.Handler = { HTTPReply(type: "text/plain", bytes: $0.body) }

    @Test func aBodyComesBackHoweverItIsSent() async throws {
        try await withServer(quick(), handler: Self.echo) { server in
            let port = server.port
            let plain = try await offPool {
                let client = try RawConnection(port: port)
                for byte in "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello".utf8 {
                    client.send([byte])
                }
                return client.readAll().bytes
            }
            #expect(RawConnection.parse(plain)?.text == "hello")
            let chunked = try await offPool {
                let client = try RawConnection(port: port)
                client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                client.send("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")
                return client.readAll().bytes
            }
            #expect(RawConnection.parse(chunked)?.text == "hello")
            let expecting = try await offPool {
                let client = try RawConnection(port: port)
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
                let first = client.read() ?? []
                client.send("hello")
                return first + client.readAll().bytes
            }
            #expect(String(decoding: expecting, as: UTF8.self).hasPrefix("HTTP/1.1 100"))
            #expect(RawConnection.parse(expecting)?.text == "hello")
        }
    }

    @Test func aConnectionCarriesOneRequest() async throws {
        let count = Locked(0)
        try await withServer(quick()) { _ in
            count.withLock { $0 += 1 }
            return HTTPReply(type: "text/plain", bytes: Array("ok".utf8))
        } _: { server in
            let port = server.port
            let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            let (bytes, closed) = try await offPool {
                let client = try RawConnection(port: port)
                client.send(request + request)
                return client.readAll()
            }
            #expect(closed && count.withLock { $0 } == 1)
            #expect(RawConnection.parse(bytes)?.headers["connection"]?.lowercased() == "close")
        }
    }

    @Test func slowHeadsAndSlowBodiesAreCut() async throws {
        try await withServer(quick(), handler: Self.echo) { server in
            let port = server.port
            for opening in ["", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n"] {
                let (time, connections) = try await offPool {
                    let clients = try (0..<50).map { _ in try RawConnection(port: port) }
                    for client in clients { client.send(opening) }
                    let start = ContinuousClock.now
                    var open = clients
                    while !open.isEmpty, ContinuousClock.now - start < .seconds(5) {
                        open.removeAll { client in
                            client.send("x")
                            return client.read(within: 0.001) != []
                        }
                        Thread.sleep(forTimeInterval: 0.05)
                    }
                    return (ContinuousClock.now - start, open.count)
                }
                #expect(connections == 0, "all were cut after \(time)")
            }
            #expect(await eventually { server.connections == 0 })
        }
    }

    @Test func oversizedHeadsAndBodiesGetTheirStatus() async throws {
        var limits = quick()
        limits.body = 1000
        limits.bodyTime = .seconds(5)
        try await withServer(limits, handler: Self.echo) { server in
            let port = server.port
            let large = [UInt8](repeating: 97, count: 3_000_000)
            let requests: [([UInt8], Int)] = [
                (Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + large, 431),
                (Array("GET /".utf8) + large, 431),
                (Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n".utf8) + large, 413),
                (
                    Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
                        + Array("1000\r\n\(String(repeating: "a", count: 4096))\r\n0\r\n\r\n".utf8), 413
                ),
            ]
            for (bytes, status) in requests {
                let answer = try await offPool {
                    let client = try RawConnection(port: port)
                    client.send(bytes)
                    return client.readAll().bytes
                }
                let reply = try #require(RawConnection.parse(answer))
                #expect(reply.status == status && reply.isOpenAIError)
            }
        }
    }

    @Test func aClientThatLeavesEndsTheWorkWhetherStreamingOrNot() async throws {
        for script in [[FakeBackend.Step.wait(.seconds(30))], [.forever(piece: "x")]] {
            let backend = FakeBackend { _ in script }
            let service = Service(backend: backend, settings: ServiceSettings(version: "test"))
            try await withServer(quick(), handler: { await service.respond(to: $0) }) { server in
                let port = server.port
                for stream in ["false", "true"] {
                    let before = backend.notes.withLock { $0.dropped }
                    try await offPool {
                        let client = try RawConnection(port: port)
                        let body = #"{"model":"tiny","prompt":"hi","stream":\#(stream)}"#
                        client.send(Self.post + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
                        while backend.asked == before { Thread.sleep(forTimeInterval: 0.01) }
                        Thread.sleep(forTimeInterval: 0.05)
                        client.close()
                    }
                    let start = ContinuousClock.now
                    #expect(await eventually { backend.notes.withLock { $0.dropped } == before + 1 })
                    #expect(ContinuousClock.now - start < .seconds(1))
                    #expect(await eventually { server.connections == 0 })
                }
            }
        }
    }

    @Test func aReaderThatDoesNotReadHoldsTheEngineBackAndIsCut() async throws {
        let backend = FakeBackend { _ in [.forever(piece: String(repeating: "y", count: 1000))] }
        let service = Service(backend: backend, settings: ServiceSettings(version: "test"))
        try await withServer(quick(), handler: { await service.respond(to: $0) }) { server in
            let port = server.port
            let client = try RawConnection(port: port)
            let body = #"{"model":"tiny","prompt":"hi","stream":true}"#
            client.send(Self.post + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
            #expect(await eventually(within: .seconds(10)) { backend.notes.withLock { $0.dropped } == 1 })
            // Two socket buffers and ours: far from unbounded.
            #expect(backend.notes.withLock { $0.pieces } < 20_000)
            client.close()
        }
    }

    @Test func beyondTheLimitOfConnectionsTheAnswerIs503() async throws {
        var limits = quick()
        limits.connections = 4
        limits.headTime = .seconds(5)
        try await withServer(limits, handler: Self.echo) { server in
            let port = server.port
            let status = try await offPool {
                let held = try (0..<4).map { _ in try RawConnection(port: port) }
                Thread.sleep(forTimeInterval: 0.2)
                let client = try RawConnection(port: port)
                let status = RawConnection.parse(client.readAll().bytes)?.status
                held.forEach { $0.close() }
                return status
            }
            #expect(status == 503)
        }
    }

    @Test func stoppingWaitsForAnswersAndThenCancelsThem() async throws {
        let backend = FakeBackend { request in
            request.prompt.count > 5 ? [.wait(.seconds(60))] : FakeBackend.saying("a", "b")(request)
        }
        let service = Service(backend: backend, settings: ServiceSettings(version: "test"))
        let server = try HTTPServer(address: .loopback(0), handler: { await service.respond(to: $0) })
        let port = server.port
        let body = #"{"model":"tiny","prompt":"long enough","stream":true}"#
        let clients = try (0..<20).map { _ in try RawConnection(port: port) }
        for client in clients { client.send(Self.post + "Content-Length: \(body.utf8.count)\r\n\r\n" + body) }
        #expect(await eventually { backend.asked == 20 })
        await server.stop(grace: .milliseconds(200))
        #expect(server.connections == 0)
        // A request is let go on a thread of its own, which may come after the last byte.
        #expect(await eventually { backend.notes.withLock { $0.dropped } == 20 })
        #expect(throws: (any Error).self) { try RawConnection(port: port) }
    }

    @Test func aUnixSocketServesAndLeavesNothingBehind() async throws {
        let path = NSTemporaryDirectory() + "hearth-\(ProcessInfo.processInfo.processIdentifier).sock"
        let server = try HTTPServer(address: .socket(path: path), handler: Self.echo)
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(throws: ServingError.cannotListen(.socket(path: path), error: EADDRINUSE)) {
            try HTTPServer(address: .socket(path: path), handler: Self.echo)
        }
        await server.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(!FileManager.default.fileExists(atPath: path + ".lock"))
    }

    @Test func aServerOthersCanReachNeedsKeys() async throws {
        #expect(throws: ServingError.openToAll) {
            try Server(
                address: .port(host: "0.0.0.0", port: 0), settings: ServiceSettings(version: "test"),
                backend: FakeBackend())
        }
        var settings = ServiceSettings(version: "test")
        settings.access.keys = KeyRing(key: "a-key-of-some-length", caller: "a")
        let server = try Server(
            address: .port(host: "0.0.0.0", port: 0), settings: settings, backend: FakeBackend())
        #expect(server.port > 0)
        await server.stop()
    }

    @Test(
        .enabled(
            if: run(["openssl", "version"]) != nil && run(["curl", "--version"]) != nil,
            "needs openssl and curl"))
    func anAnswerComesOverTLSToo() async throws {
        let folder = NSTemporaryDirectory() + "hearth-tls-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let key = folder + "/key.pem"
        let certificate = folder + "/certificate.pem"
        let made = Self.run([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
            "/CN=localhost",
            "-keyout", key, "-out", certificate,
        ])
        try #require(made != nil)
        let identity = TLSIdentity(
            certificate: try String(contentsOfFile: certificate, encoding: .utf8),
            key: try String(contentsOfFile: key, encoding: .utf8))
        let server = try Server(
            address: .loopback(0), tls: identity, limits: quick(), settings: ServiceSettings(version: "test"),
            backend: FakeBackend(FakeBackend.saying("Hel", "lo")))
        let port = server.port
        let answer = try await offPool {
            Self.run([
                "curl", "-sk", "https://localhost:\(port)/v1/completions", "-H",
                "Content-Type: application/json",
                "-d", #"{"model":"tiny","prompt":"hi","stream":true}"#,
            ])
        }
        #expect(answer?.hasSuffix("data: [DONE]\n\n") == true)
        let silent = try RawConnection(port: port)
        #expect(try await offPool { silent.readAll(within: 5).closed }, "a silent connection is cut")
        await server.stop()
        #expect(throws: ServingError.badCertificate) {
            try Server(
                address: .loopback(0), tls: TLSIdentity(certificate: "a", key: "b"),
                settings: ServiceSettings(version: "test"), backend: FakeBackend())
        }
    }

    /// What a program prints, or nothing where it is not there or fails.
    private static func run(_ words: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let output = pipe.fileHandleForReading.drained()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
    }

    @Test func aTakenPortIsAFact() async throws {
        let first = try HTTPServer(address: .loopback(0), handler: Self.echo)
        let address = ListenAddress.loopback(UInt16(first.port))
        #expect(throws: ServingError.cannotListen(address, error: EADDRINUSE)) {
            try HTTPServer(address: address, handler: Self.echo)
        }
        await first.stop()
        #expect(throws: ServingError.cannotListen(.port(host: "example", port: 1), error: EINVAL)) {
            try HTTPServer(address: .port(host: "example", port: 1), handler: Self.echo)
        }
    }
}
