import Checkpoint
import Foundation
import Testing

@testable import Serving

@Suite struct AccessTests {
    static let key = "a-key-of-some-length"
    static let body = #"{"model":"tiny","prompt":"a"}"#

    private func keyed(_ settings: inout ServiceSettings) {
        settings.access.keys = KeyRing(key: Self.key, caller: "agent")
        settings.access.adminKey = KeyRing(key: "an-admin-key-as-well", caller: "admin")
    }

    @Test(arguments: Way.allCases)
    func withoutTheKeyNothingIsAnswered(_ way: Way) async throws {
        let backend = FakeBackend()
        try await withService(way, backend, settings: keyed) { caller in
            var answers: Set<String> = []
            for header in [
                "", "Bearer ", "Bearer wrong", "Basic \(Self.key)", "Bearer \(Self.key)x",
                "Bearer an-admin-key-as-well",
            ] {
                let headers = header.isEmpty ? [] : [("Authorization", header)]
                let reply = try await caller.post("/v1/completions", Self.body, headers: headers)
                #expect(reply.status == 401 && reply.headers["www-authenticate"] == "Bearer")
                answers.insert(reply.text)
            }
            #expect(answers.count == 1, "every failure looks the same")
            #expect(try await caller.get("/v1/models").status == 401)
            #expect(try await caller.get("/metrics").status == 401)
            #expect(try await caller.get("/health").status == 200)
            #expect(try await caller.get("/").status == 200)
            #expect(backend.asked == 0)
            let right = [("Authorization", "Bearer \(Self.key)")]
            #expect(try await caller.post("/v1/completions", Self.body, headers: right).status == 200)
        }
    }

    @Test func adaptersNeedTheAdminKeyAndAPlainName() async throws {
        let backend = FakeBackend()
        let admin = [("Authorization", "Bearer an-admin-key-as-well")]
        try await withService(.inProcess, backend, settings: keyed) { caller in
            let path = "/v1/load_lora_adapter"
            let user = [("Authorization", "Bearer \(Self.key)")]
            #expect(try await caller.post(path, #"{"lora_name":"x"}"#, headers: user).status == 403)
            #expect(try await caller.post(path, #"{"lora_name":"x"}"#).status == 401)
            for name in [
                "../x", "/etc", ".", "..", ".hidden", "a/b", "a%2fb", "", "a b", "ä", "a\\u0000",
                String(repeating: "a", count: 65),
            ] {
                let reply = try await caller.post(path, #"{"lora_name":"\#(name)"}"#, headers: admin)
                #expect(reply.status == 400, "\(name)")
            }
            #expect(
                try await caller.post(path, #"{"lora_name":"x","lora_path":"/x"}"#, headers: admin).status
                    == 400)
            #expect(try await caller.post(path, #"{"lora_name":"absent"}"#, headers: admin).status == 404)
            #expect(try await caller.post(path, #"{"lora_name":"v1.2_x"}"#, headers: admin).status == 200)
            #expect(backend.notes.withLock { $0.adapters }.contains("v1.2_x"))
            let gone = try await caller.post(
                "/v1/unload_lora_adapter", #"{"lora_name":"v1.2_x"}"#, headers: admin)
            #expect(gone.json["deleted"]?.bool == true)
        }
        try await withService { caller in
            let reply = try await caller.post("/v1/load_lora_adapter", #"{"lora_name":"x"}"#, headers: admin)
            #expect(reply.status == 403)
        }
    }

    @Test(arguments: Way.allCases)
    func foreignHostsAndOriginsAreTurnedAway(_ way: Way) async throws {
        let backend = FakeBackend()
        try await withService(way, backend) { caller in
            for host in [
                "evil.example", "localhost.evil", "2130706433", "0x7f.1", "127.1", "0177.0.0.1",
                "[::ffff:127.0.0.1]", "0.0.0.0",
            ] {
                let reply = try await caller.post("/v1/completions", Self.body, headers: [("Host", host)])
                #expect(reply.status == 403 && reply.isOpenAIError, "\(host)")
            }
            for origin in [
                "https://evil.example", "null", "http://localhost.evil", "http://localhost:1", "file://",
            ] {
                let reply = try await caller.post("/v1/completions", Self.body, headers: [("Origin", origin)])
                #expect(reply.status == 403, "\(origin)")
                let shared = reply.headers.keys.filter { $0.hasPrefix("access-control") }
                #expect(shared.isEmpty)
            }
            for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
                let reply = try await caller.post(
                    "/v1/completions", Self.body, headers: [("Content-Type", type)])
                #expect(reply.status == 415, "\(type)")
            }
            let coded = try await caller.post(
                "/v1/completions", Self.body, headers: [("Content-Encoding", "gzip")])
            #expect(coded.status == 415)
            let preflight = try await caller.call(
                HTTPRequest(
                    head: Caller.head(
                        "OPTIONS", "/v1/completions",
                        [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST")])))
            #expect(preflight.status == 403)
            #expect(backend.asked == 0)
            let same = [("Host", "localhost:80"), ("Origin", "http://localhost:80")]
            #expect(try await caller.post("/v1/completions", Self.body, headers: same).status == 200)
        }
    }

    @Test func aConfiguredSiteMayCall() async throws {
        let site = "https://desk.example"
        try await withService(.inProcess, settings: { $0.access.origins = [site] }) { caller in
            let reply = try await caller.post("/v1/completions", Self.body, headers: [("Origin", site)])
            #expect(reply.status == 200 && reply.headers["access-control-allow-origin"] == site)
            let preflight = try await caller.call(
                HTTPRequest(head: Caller.head("OPTIONS", "/v1/completions", [("Origin", site)])))
            #expect(preflight.status == 204 && preflight.headers["access-control-allow-methods"] == "POST")
            let other = try await caller.get("/health")
            #expect(other.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test func keysAreReadFromAFileOnlyItsOwnerCanRead() throws {
        let path = NSTemporaryDirectory() + "hearth-keys-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        func write(_ text: String, mode: Int = 0o600) {
            _ = FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
            try? FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        write("# keys\n\nagent \(Self.key)\r\nanother-key-with-length\n")
        let ring = try KeyRing(path: path)
        #expect(ring.caller(of: Self.key) == "agent")
        #expect(ring.caller(of: "another-key-with-length") == "key-2")
        #expect(ring.caller(of: "") == nil && ring.caller(of: "agent") == nil)
        write("short")
        #expect(throws: ServingError.badKey(path: path, line: 1)) { try KeyRing(path: path) }
        write("a b c-with-enough-length")
        #expect(throws: ServingError.badKey(path: path, line: 1)) { try KeyRing(path: path) }
        write(Self.key, mode: 0o644)
        #expect(throws: ServingError.exposedKeys(path: path)) { try KeyRing(path: path) }
        #expect(throws: ServingError.unreadableKeys(path: path + "x")) { try KeyRing(path: path + "x") }
    }
}
