import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Serving

/// Tests that need programs of others, named in the environment.
@Suite(.serialized) struct PeerTests {
    static let python = ProcessInfo.processInfo.environment["HEARTH_PEER_PYTHON"]
    static let port = ProcessInfo.processInfo.environment["HEARTH_FAKE_PORT"].flatMap { UInt16($0) }

    /// Calls tools when it is offered any, writes JSON when JSON is demanded, else babbles.
    static let backend = FakeBackend { request in
        switch request.format {
        case .text: break
        case .jsonObject: return FakeBackend.saying(#"{"a":"#, " 1}")(request)
        case .jsonSchema(let schema):
            let isCall = schema["properties"]?["arguments"] != nil
            return FakeBackend.saying(
                isCall ? #"{"name":"weather","arguments":{"city":"Ulm"}}"# : #"{"a": 1}"#)(request)
        }
        let prompt = String(
            decoding: request.prompt.filter { $0 > 0 && $0 < 256 }.map { UInt8($0) }, as: UTF8.self)
        if prompt.contains("call a tool") {
            return FakeBackend.saying(
                "Well. ", "<tool_call>{\"name\":\"weather\",", "\"arguments\":{\"city\":\"Ulm\"}}</tool_call>"
            )(request)
        }
        if prompt.contains("slowly") {
            return FakeBackend.babble(request).flatMap { [.wait(.milliseconds(80)), $0] }
        }
        return FakeBackend.babble(request)
    }

    private func serve(port: UInt16, key: String?, _ body: (Int) async throws -> Void) async throws {
        var settings = ServiceSettings(version: "test")
        settings.access.keys = key.map { KeyRing(key: $0, caller: "peer") }
        settings.access.adminKey = key.map { KeyRing(key: "admin-" + $0, caller: "admin") }
        let service = Service(backend: Self.backend, settings: settings)
        let server = try HTTPServer(
            address: .loopback(port), admit: { service.admit($0) }, handler: { await service.respond(to: $0) }
        )
        service.countConnections { server.connections }
        try await body(server.port)
        await server.stop()
    }

    @Test(.enabled(if: python != nil, "needs HEARTH_PEER_PYTHON, an interpreter with openai and jsonschema"))
    func openAIsOwnClientFindsEveryFeature() async throws {
        let script = repository + "/Scripts/serving/openai_client.py"
        let python = try #require(Self.python)
        let shared = ProcessInfo.processInfo.environment["HEARTH_SHARED"] ?? repository + "/../shared"
        try await serve(port: 0, key: "a-key-of-some-length") { port in
            let (status, output) = try await offPool {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: python)
                process.arguments = [
                    script, "http://127.0.0.1:\(port)", "a-key-of-some-length",
                    shared + "/data/json/openai-openapi/openapi.json",
                ]
                let pipe = Pipe()
                process.standardOutput = pipe
                process.standardError = pipe
                try process.run()
                let output = pipe.fileHandleForReading.drained()
                process.waitUntilExit()
                return (process.terminationStatus, String(decoding: output, as: UTF8.self))
            }
            #expect(status == 0, "\(output)")
        }
    }

    /// Serves the fake for the given seconds, to be looked at or beaten from outside.
    @Test(.enabled(if: port != nil, "needs HEARTH_FAKE_PORT")) func theFakeStandsForAWhile() async throws {
        let seconds = ProcessInfo.processInfo.environment["HEARTH_FAKE_SECONDS"].flatMap { Int($0) } ?? 60
        try await serve(port: try #require(Self.port), key: nil) { _ in
            try await Task.sleep(for: .seconds(seconds))
        }
    }

    private var repository: String {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }
}
