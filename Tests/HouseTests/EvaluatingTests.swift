import Evaluation
import Foundation
import Generation
import Glibc
import Registry
import TestSupport
import Testing

@testable import hearth

/// What connects the evaluation to the engine, and the verbs that call it.
@Suite struct EvaluatingTests {
    // MARK: Long texts

    /// What lm-evaluation-harness's `get_rolling_token_windows` and `make_disjoint_window` give.
    @Test(arguments: [
        (3, 4, [([-1], [0, 1, 2])]),
        (4, 4, [([-1], [0, 1, 2, 3])]),
        (5, 4, [([-1], [0, 1, 2, 3]), ([0, 1, 2, 3], [4])]),
        (10, 4, [([-1], [0, 1, 2, 3]), ([3], [4, 5, 6, 7]), ([5, 6, 7], [8, 9])]),
        (2, 1, [([-1], [0]), ([0], [1])]),
        (0, 4, []),
    ])
    func aLongTextIsReadInTheHarnesssWindows(_ count: Int, _ length: Int, _ windows: [([Int32], [Int32])]) {
        let items = RollingWindows.items((0..<Int32(count)).map { $0 }, start: -1, length: length)
        #expect(items.map(\.context) == windows.map(\.0))
        #expect(items.map(\.continuation) == windows.map(\.1))
    }

    // MARK: The judge's line

    @Test func aJudgeIsAskedOnce() async throws {
        let server = try AnsweringServer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        let answer = try await JudgeClient().post(
            host: "127.0.0.1", port: server.port, path: "/v1/chat/completions", key: "s3cret",
            body: Array("{\"a\":1}".utf8))
        #expect(answer.status == 200 && answer.body == Array("hello".utf8))
        let asked = server.asked
        #expect(asked.hasPrefix("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"))
        #expect(asked.contains("\r\nAuthorization: Bearer s3cret\r\n"))
        #expect(asked.contains("\r\nContent-Length: 7\r\n"))
        #expect(asked.hasSuffix("\r\n\r\n{\"a\":1}"))
    }

    @Test(arguments: ["", "nonsense", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"])
    func aJudgeThatHangsUpGivesNoAnswer(_ reply: String) async throws {
        let server = try AnsweringServer(reply)
        await #expect(throws: JudgeError(.noAnswer, host: "localhost", port: server.port)) {
            _ = try await JudgeClient().post(
                host: "localhost", port: server.port, path: "/", key: nil, body: [])
        }
        let closed = JudgeError(.unreachable, host: "127.0.0.1", port: 1)
        await #expect(throws: closed) {
            _ = try await JudgeClient().post(host: "127.0.0.1", port: 1, path: "/", key: nil, body: [])
        }
    }

    // MARK: Progress

    @Test(arguments: [(0.0, "0:00"), (9.2, "0:10"), (61, "1:01"), (3600, "1:00:00"), (-1, "0:00")])
    func timeIsWrittenAsOnAClock(_ seconds: Double, _ text: String) {
        #expect(EvaluationProgress.time(seconds) == text)
    }

    // MARK: The verbs

    @Test func aWrongCallIsOneSentence() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            task: wants_json
            dataset_path: rows.jsonl
            output_type: generate_until
            doc_to_text: "{{a}}"
            schema: '{"type": "object", "not": {"required": ["a"]}}'
            metric_list: [json_valid]
            """, to: "schema.yaml")
        let calls: [([String], String)] = [
            (["eval"], "--model"),
            (["eval", "--model", "x"], "SUITE.yaml is missing"),
            (["eval", "none.yaml"], "--model"),
            (["eval", folder.path + "/none.yaml", "--model", "x"], "none.yaml"),
            (["eval", folder.path + "/schema.yaml", "--model", "x"], "wants_json"),
            (["eval", Self.smoke, "--model", folder.path + "/none"], "none"),
            (["eval", Self.smoke, "--model", "x", "--limit", "0"], "--limit"),
            (["compare", folder.path], "RESULTS_B"),
            (["compare", folder.path, folder.path], "results_"),
        ]
        for (words, mention) in calls {
            let call = try Call(words)
            #expect(call.status == 2 && call.output.isEmpty, "\(words)")
            #expect(
                call.notices.split(separator: "\n").count == 1 && call.notices.contains(mention),
                "\(call.notices)")
        }
    }

    private static let smoke = Shared.repository + "/Benchmarks/Suites/smoke.yaml"
    private static let model = Shared.models.map { $0 + "/smollm2-135m-instruct.gguf" }.flatMap {
        FileManager.default.fileExists(atPath: $0) ? $0 : nil
    }

    @Test(.enabled(if: model != nil, "needs SmolLM2"))
    func anEvaluationIsWrittenNotedAndCompared() throws {
        let model = try #require(Self.model)
        let home = try TemporaryFolder()
        let output = home.path + "/out"
        let words = ["eval", Self.smoke, "--model", model, "--limit", "2", "--output", output]
        let call = try Call(words, environment: ["HEARTH_HOME": home.path])
        #expect(call.status == 0, "\(call.notices)")
        #expect(call.output.hasPrefix("|") && call.output.contains(" Tasks "))
        #expect(call.output.contains("smoke_text") && call.notices.contains("smoke_choice: 2 of 2"))
        let files = try FileManager.default.contentsOfDirectory(atPath: output)
        #expect(files.filter { $0.hasPrefix("samples_smoke_") && $0.hasSuffix(".jsonl") }.count == 4)
        #expect(files.contains { $0.hasPrefix("results_") } && files.contains { $0.hasPrefix("report_") })
        #expect(files.count == 6)

        let registry = try Registry(path: home.path + "/registry.sqlite")
        let rows = try registry.evaluations()
        #expect(
            Set(rows.map(\.facts.metric)).isSuperset(of: ["smoke_choice.acc", "smoke_text.bits_per_byte"]))
        #expect(rows.allSatisfy { $0.facts.items == 2 && $0.facts.report == output })
        #expect(try registry.models().map(\.name) == ["smollm2-135m-instruct"])

        let comparison = try Call(["compare", output, output])
        #expect(comparison.status == 0)
        #expect(comparison.output.contains("smoke_choice: no difference is shown"))
    }
}
