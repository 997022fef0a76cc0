import Checkpoint
import Foundation
import Testing

@testable import Serving

@Suite struct OperationTests {
    @Test(arguments: Way.allCases)
    func whileLoadingOnlyHealthAndThePageAnswer(_ way: Way) async throws {
        let backend = FakeBackend()
        backend.notes.withLock { $0.state = .loading }
        try await withService(way, backend) { caller in
            let health = try await caller.get("/health")
            #expect(health.status == 503 && health.isOpenAIError && health.headers["retry-after"] == "1")
            #expect(try await caller.post("/v1/completions", AccessTests.body).status == 503)
            #expect(try await caller.get("/v1/models").status == 503)
            #expect(try await caller.get("/version").json["version"]?.string == "test")
            #expect(try await caller.get("/").status == 200)
            backend.notes.withLock { $0.state = .ready }
            #expect(try await caller.get("/health").json["status"]?.string == "ok")
        }
    }

    @Test func modelsAreListedWithTheirAdapters() async throws {
        try await withService { caller in
            let list = try await caller.get("/v1/models")
            #expect(list.json["data"]?.array?.compactMap { $0["id"]?.string } == ["tiny", "tiny-de"])
            let one = try await caller.get("/v1/models/tiny%2Dde")
            #expect(one.json["parent"]?.string == "tiny")
            #expect(try await caller.get("/v1/models/none").status == 404)
        }
    }

    @Test(arguments: Way.allCases)
    func pathsAndMethodsThatAreNotThereSaySo(_ way: Way) async throws {
        try await withService(way) { caller in
            for path in [
                "/v1", "/v1/", "/v1/chat", "//health", "/health/", "/HEALTH", "/..%2fhealth", "/v1/models/",
                "/v1/models/{model}",
            ] {
                let reply = try await caller.get(path)
                #expect(reply.status == 404 && reply.isOpenAIError, "\(path)")
            }
            let get = try await caller.get("/v1/chat/completions")
            #expect(get.status == 405 && get.headers["allow"] == "POST" && get.isOpenAIError)
            #expect(try await caller.post("/health", "{}").status == 405)
            let head = try await caller.call(HTTPRequest(head: Caller.head("HEAD", "/health", [])))
            #expect(head.status == 200)
        }
    }

    @Test func metricsCountWhatHappened() async throws {
        try await withService { caller in
            for seed in 0..<3 {
                let stream = seed == 0 ? #","stream":true"# : ""
                _ = try await caller.post(
                    "/v1/completions", #"{"model":"tiny","prompt":"ab","seed":\#(seed)\#(stream)}"#)
            }
            _ = try await caller.post("/v1/completions", "{}")
            let page = try await caller.get("/metrics")
            #expect(page.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            func value(_ start: String) -> Double? {
                page.text.split(separator: "\n").first { $0.hasPrefix(start) }
                    .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
            }
            #expect(value("hearth_prompt_tokens_total") == 9)
            #expect(value("hearth_e2e_request_latency_seconds_count") == 3)
            #expect(value("hearth_time_to_first_token_seconds_count") == 3)
            #expect(value("hearth_request_queue_time_seconds_count") == 3)
            #expect(value("hearth_num_requests_running") == 1)
            #expect(value("hearth_prefix_cache_hits_total") == 4)
            #expect(page.text.contains(#"handler="/v1/completions",status="200"} 3"#))
            #expect(page.text.contains(#"handler="/v1/completions",status="400"} 1"#))
            #expect(Self.faults(in: page.text) == [])
        }
    }

    /// Lines that Prometheus would not take, and histograms that do not add up.
    private static func faults(in page: String) -> [String] {
        var faults: [String] = []
        var typed: Set<String> = []
        var last: (name: String, count: Double) = ("", 0)
        for line in page.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE ") {
                if !typed.insert(String(words[2])).inserted { faults.append("typed twice: \(line)") }
                continue
            }
            if line.hasPrefix("#") { continue }
            guard let brace = line.firstIndex(of: "{"), let value = words.last.flatMap({ Double($0) }) else {
                faults.append(String(line))
                continue
            }
            let name = String(line[..<brace])
            let family = ["_bucket", "_sum", "_count"].reduce(name) {
                $0.hasSuffix($1) && !typed.contains($0) ? String($0.dropLast($1.count)) : $0
            }
            if !typed.contains(family) { faults.append("untyped: \(line)") }
            if name.hasSuffix("_bucket") {
                if last.name == name, value < last.count { faults.append("falls: \(line)") }
                last = (name, value)
            }
        }
        return faults
    }

    @Test func aRecordIsWrittenForEveryRequestWithItsSizes() async throws {
        let records = Locked<[RequestRecord]>([])
        try await withService(
            .live,
            settings: { settings in settings.log = { record in records.withLock { $0.append(record) } } }
        ) { caller in
            let id = [("X-Request-Id", "my-id_1")]
            let reply = try await caller.post(
                "/v1/completions", #"{"model":"tiny-de","prompt":"ab","seed":3,"stream":true}"#, headers: id)
            #expect(reply.headers["x-request-id"] == "my-id_1")
            #expect(await eventually { records.withLock { $0.count } == 1 })
            let record = try #require(records.withLock { $0.first })
            #expect(record.id == "my-id_1" && record.model == "tiny-de" && record.route == "/v1/completions")
            #expect(record.promptTokens == 3 && record.cachedTokens == 2 && record.newTokens == 6)
            #expect(record.isStreamed && record.outcome == .completed && record.firstToken != nil)
            #expect(record.digest == nil)
        }
    }

    @Test func thePageIsSealedAndWhole() async throws {
        try await withService { caller in
            for (path, type) in [
                ("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript"),
            ] {
                let reply = try await caller.get(path)
                #expect(reply.headers["content-type"]?.hasPrefix(type) == true)
                let policy = try #require(reply.headers["content-security-policy"])
                #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe"))
                #expect(!reply.text.contains("http://") && !reply.text.contains("https://"))
                #expect(!reply.text.contains("innerHTML") && !reply.text.contains("style="))
            }
        }
    }
}
