import Checkpoint
import Foundation
import Testing

@testable import Serving

@Suite struct AbuseTests {
    @Test(arguments: Way.allCases)
    func everyAbusiveBodyIsRefusedWithoutWakingTheEngine(_ way: Way) async throws {
        let backend = FakeBackend()
        try await withService(way, backend) { caller in
            for body in AbusiveBodies.all {
                let reply = try await caller.post(body.path, bytes: body.bytes)
                #expect((400..<500).contains(reply.status), "\(body.name): \(reply.status)")
                #expect(reply.isOpenAIError, "\(body.name): \(reply.text.prefix(200))")
                #expect(!reply.text.contains("SECRET"), "\(body.name): \(reply.text.prefix(200))")
                #expect(reply.body.count < 1000, "\(body.name)")
            }
        }
        #expect(backend.asked == 0)
        #expect(AbusiveBodies.all.count >= 80)
        #expect(Set(AbusiveBodies.all.map { $0.path + $0.name }).count == AbusiveBodies.all.count)
    }

    @Test func aBodyOfAHundredMegabytesIsRefusedByItsLength() async throws {
        try await withService(.live) { caller in
            let reply = try await caller.post(
                "/v1/completions", bytes: [UInt8](repeating: 32, count: 100_000_000))
            #expect(reply.status == 413 && reply.isOpenAIError)
        }
    }

    @Test func errorsNameTheFieldAtFault() async throws {
        try await withService { caller in
            let cases = [
                (#""n":0"#, "n", "`n` must be a whole number from 1 to 8."),
                (
                    #""temprature":1"#, "temprature",
                    "`temprature` is not a parameter of this request; remove it."
                ),
                (
                    #""reasoning_effort":"low""#, "reasoning_effort",
                    "`reasoning_effort` is not supported here; remove it."
                ),
            ]
            for (more, param, message) in cases {
                let body = #"{"model":"tiny","messages":[{"role":"user","content":"a"}],\#(more)}"#
                let error = try await caller.post("/v1/chat/completions", body).json["error"]
                #expect(error?["param"]?.string == param)
                #expect(error?["message"]?.string == message)
            }
            let nested = try await caller.post(
                "/v1/chat/completions",
                #"{"model":"tiny","messages":[{"role":"user","content":[{"type":"text"}]}]}"#)
            #expect(nested.json["error"]?["param"]?.string == "messages[0].content[0].text")
        }
    }

    @Test func theLogHoldsNoTextOfTheUser() async throws {
        let lines = Locked<[String]>([])
        try await withService(
            .inProcess,
            settings: { settings in
                settings.log = { record in
                    lines.withLock { $0.append(String(decoding: record.line, as: UTF8.self)) }
                }
                settings.audit = { record in
                    lines.withLock { $0.append(String(decoding: record.line, as: UTF8.self)) }
                    #expect(record.digest?.utf8.count == 64)
                }
            }
        ) { caller in
            for body in AbusiveBodies.all.prefix(60) {
                _ = try await caller.post(body.path, bytes: body.bytes)
            }
            _ = try await caller.post(
                "/v1/chat/completions",
                #"{"model":"tiny","messages":[{"role":"user","content":"SECRET"}],"user":"SECRET"}"#)
            _ = try await caller.get("/SECRET")
            _ = try await caller.get("/v1/models/SECRET")
        }
        let seen = lines.withLock { $0 }
        #expect(seen.count >= 120)
        #expect(!seen.contains { $0.contains("SECRET") })
    }
}
