import Checkpoint
import Foundation
import Testing

@testable import Evaluation

@Suite struct RunTests {
    /// Twelve questions on four paragraphs.
    private func suite(_ folder: Folder, kind: String = "multiple_choice", _ changes: [String: String?] = [:])
        throws
        -> Suite
    {
        let rows = (0..<12).map {
            #"{"q":"Frage \#($0) =say \#($0)","a":"\#($0 % 2 == 0 ? "yes" : "no")","p":"\#($0 / 3)"}"#
        }
        try folder.write("d.jsonl", rows.joined(separator: "\n"))
        let path = try folder.write("s.yaml", SuiteErrorTests.suite(changes, kind: kind))
        return try Suite.read(path)
    }

    @Test func scoresCanBeWorkedOutFromTheSamplesFileAlone() async throws {
        let folder = try Folder()
        let suite = try suite(folder, ["metric_list": "[acc, acc_norm, brier_score, ece, aurc]"])
        let results = try await EvaluationRun(
            suites: [suite], subject: FakeSubject(), output: folder.path + "/out"
        ).run()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out").sorted()
        #expect(names.map { $0.split(separator: "_")[0] } == ["report", "results", "samples"])
        let samples = try folder.read("out/" + names[2]).split(separator: "\n").map {
            try JSON.parse(Array($0.utf8))
        }
        #expect(samples.map { $0["doc_id"]?.int } == Array(0..<12))
        // The harness's arithmetic, on what the file says.
        let right = samples.map { sample -> Double in
            let logprobs = (sample["resps"]?.array ?? []).map {
                Double($0.array?.first?.array?.first?.string ?? "") ?? .nan
            }
            let best = logprobs.firstIndex(of: logprobs.max() ?? 0)
            return best == Int(sample["target"]?.string ?? "") ? 1 : 0
        }
        let accuracy = try #require(results.tasks[0].scores.first)
        #expect(accuracy.value == right.reduce(0, +) / 12)
        #expect(samples.map { $0["acc"]?.double } == right)
        let written = try JSON.parse(Array(folder.read("out/" + names[1]).utf8))
        #expect(written["results"]?["t"]?["acc,none"]?.double == accuracy.value)
        #expect(written["results"]?["t"]?["acc_stderr,none"]?.double == accuracy.error)
        #expect(written["results"]?["t"]?["aurc_stderr,none"]?.string == "N/A")
        #expect(written["n-shot"]?["t"]?.int == 0)
    }

    @Test func aStoppedEvaluationGoesOnWhereItWas() async throws {
        for kind in ["multiple_choice", "generate_until"] {
            let whole = try Folder()
            let run = EvaluationRun(
                suites: [try suite(whole, kind: kind)], subject: FakeSubject(), output: whole.path + "/out")
            _ = try await run.run()
            var stopping = FakeSubject()
            stopping.failsAfter = 5
            let suites = run.suites
            let out = whole.path + "/again"
            await #expect(throws: FakeSubject.Stopped.self) {
                _ = try await EvaluationRun(suites: suites, subject: stopping, output: out).run()
            }
            // A process killed in the middle of a line leaves a torn one.
            let names = try FileManager.default.contentsOfDirectory(atPath: out)
            let journal = try #require(names.first { $0.hasSuffix(".partial") })
            let handle = try #require(FileHandle(forWritingAtPath: out + "/" + journal))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(#"{"doc_id":11,"do"#.utf8))
            try handle.close()
            var asked = 0
            _ = try await EvaluationRun(suites: suites, subject: FakeSubject(), output: out).run { _ in
                asked += 1
            }
            #expect(asked == 7)
            #expect(try samples(whole.path + "/out") == samples(out))
            #expect(try FileManager.default.contentsOfDirectory(atPath: out).count == 3)
        }
    }

    private func samples(_ path: String) throws -> String {
        let name = try FileManager.default.contentsOfDirectory(atPath: path).first { $0.hasPrefix("samples") }
        return try String(contentsOfFile: path + "/" + (name ?? ""), encoding: .utf8)
    }

    @Test func anotherSubjectBeginsAnew() async throws {
        let folder = try Folder()
        let suite = try suite(folder)
        var stopping = FakeSubject()
        stopping.failsAfter = 5
        let out = folder.path + "/out"
        await #expect(throws: FakeSubject.Stopped.self) {
            _ = try await EvaluationRun(suites: [suite], subject: stopping, output: out).run()
        }
        var other = FakeSubject()
        other.identity = [("weights", "others")]
        var asked = 0
        _ = try await EvaluationRun(suites: [suite], subject: other, output: out).run { _ in asked += 1 }
        #expect(asked == 12)
    }

    @Test func groupsMakeTheErrorAClusteredOne() async throws {
        let folder = try Folder()
        let plain = try await EvaluationRun(suites: [suite(folder)], subject: FakeSubject()).run()
        let grouped = try await EvaluationRun(
            suites: [suite(folder, ["group_by": #""{{p}}""#])], subject: FakeSubject()
        ).run()
        #expect(plain.tasks[0].scores[0].value == grouped.tasks[0].scores[0].value)
        #expect(plain.tasks[0].scores[0].error != grouped.tasks[0].scores[0].error)
    }

    @Test func answersAreScoredByEachMetric() async throws {
        let folder = try Folder()
        try folder.write(
            "d.jsonl",
            #"{"q":"x =Der Zug.","a":["zug"],"s":"Der Zug. Er fuhr."}"# + "\n"
                + #"{"q":"y =unbekannt","a":[],"s":"nichts"}"# + "\n"
                + #"{"q":"z =password: hunter22","a":["haus"],"s":"Haus"}"#)
        let text = SuiteErrorTests.suite(
            [
                "abstain": "[unbekannt]", "doc_to_source": #""{{s}}""#,
                "metric_list": """
                [{metric: exact_match, rules: german}, {metric: f1, rules: german}, abstention, grounded,
                 secrets_leaked, bleu, chrf, rouge_l, {metric: ece, rules: german}, brier_score, aurc,
                 json_valid, decode_tokens_per_second, prefill_tokens_per_second, first_token_seconds,
                 peak_memory_mib]
                """,
            ], kind: "generate")
        let suite = try Suite.read(folder.write("s.yaml", text))
        let results = try await EvaluationRun(suites: [suite], subject: FakeSubject()).run()
        func score(_ name: String) -> Double {
            results.tasks[0].scores.first { $0.name == name }?.value ?? .nan
        }
        #expect(near(score("exact_match"), 2.0 / 3))
        #expect(near(score("f1"), 2.0 / 3))
        #expect(score("abstention") == 1)
        #expect(near(score("grounded"), 0.5))
        #expect(near(score("secrets_leaked"), 1.0 / 3))
        #expect(score("json_valid") == 0)
        #expect(near(score("first_token_seconds"), 0.5))
        #expect(near(score("prefill_tokens_per_second"), 20))
        #expect(score("peak_memory_mib") > 1)
        #expect(results.tasks[0].scores.count == 16)
        #expect(results.tasks[0].scores.allSatisfy { $0.value.isFinite })
    }

    @Test func structuredAnswersAreScoredFieldByField() async throws {
        let folder = try Folder()
        let row = JSON.object([
            "q": .string(
                #"x ={"actions":[{"owner":"B","due":null},{"owner":"A","due":"2024-03-01"}],"cause":"disk"}"#),
            "a": .object([
                "actions": .array([
                    .object(["owner": .string("A"), "due": .string("2024-03-01")]),
                    .object(["owner": .string("C"), "due": .string("2024-03-02")]),
                ]), "cause": .string("disk"),
            ]),
        ])
        try folder.write("d.jsonl", String(decoding: row.serialised(), as: UTF8.self))
        let text = SuiteErrorTests.suite(
            [
                "metric_list": """
                [field_precision, field_recall, field_f1, {metric: field_f1, name: owner_f1, fields: [actions.owner]}]
                """
            ], kind: "generate")
        let suite = try Suite.read(folder.write("s.yaml", text))
        let scores = try await EvaluationRun(suites: [suite], subject: FakeSubject()).run().tasks[0].scores
        // Right: cause, and owner and date of A; answered 4, expected 5; owners 1 of 2 and 2.
        #expect(near(scores[0].value, 3.0 / 4) && near(scores[1].value, 3.0 / 5))
        #expect(near(scores[2].value, 6.0 / 9) && near(scores[3].value, 0.5))
    }

    @Test func rollingTextsGiveRatiosOfSums() async throws {
        let folder = try Folder()
        let suite = try suite(
            folder, kind: "rolling",
            [
                "metric_list": "[word_perplexity, byte_perplexity, bits_per_byte]",
                "doc_to_target": #""{{q}}""#,
            ])
        let scores = try await EvaluationRun(suites: [suite], subject: FakeSubject()).run().tasks[0].scores
        #expect(near(scores[1].value, exp(1)) && near(scores[2].value, 1 / log(2)))
    }

    @Test func perplexitiesOfTextsThatDifferWidelyHaveErrorsThatCanBeRead() throws {
        let spec = MetricSpec(kind: .wordPerplexity, name: "word_perplexity")
        // A text of ten words and one of a single, endless word.
        let mixed = try #require(MetricScore(spec, [[-20, 10], [-900, 1]], groups: nil))
        #expect(near(mixed.value, exp(920.0 / 11)))
        #expect(try #require(mixed.error) < 1e3 * mixed.value)
        let interval = try #require(mixed.interval)
        #expect(interval.contains(mixed.value) && interval.upperBound.isFinite)
        // Texts that are alike: the error of the exponent, times the value.
        let rows = (0..<40).map { [-30 - Double($0 % 5), 10.0] }
        let alike = try #require(MetricScore(spec, rows, groups: nil))
        #expect(near(alike.value, exp(3.2)))
        let scatter = 2.0.squareRoot() / 10 / 40.0.squareRoot()
        #expect(abs(try #require(alike.error) / (alike.value * scatter) - 1) < 0.1)
    }

    @Test func impossibleAnswersOfASubjectAreErrors() async throws {
        struct Wrong: Subject {
            let name = "wrong"
            let identity: [(key: String, value: String)] = []
            let scores: [ContinuationScore]
            func score(
                _ requests: [ScoreRequest], finished: (Int, [ContinuationScore]) throws -> Void
            ) async throws {
                if !scores.isEmpty { try finished(0, scores) }
            }
            func generate(
                _ requests: [GenerateRequest], finished: (Int, GeneratedText) throws -> Void
            ) async throws {}
            func rolling(_ texts: [String], finished: (Int, Double) throws -> Void) async throws {}
        }
        let folder = try Folder()
        let suite = try suite(folder)
        let score = ContinuationScore(logprob: -1, isGreedy: false, tokens: 1)
        let odd = ContinuationScore(logprob: .nan, isGreedy: false, tokens: 1)
        let cases: [([ContinuationScore], RunError)] = [
            ([score], .wrongCount(task: "t", item: 0, wanted: 2, found: 1)),
            ([score, odd], .impossibleScore(task: "t", item: 0)),
            ([], .unanswered(task: "t", item: 0)),
        ]
        for (scores, error) in cases {
            await #expect(throws: error) {
                _ = try await EvaluationRun(suites: [suite], subject: Wrong(scores: scores)).run()
            }
        }
        await #expect(throws: RunError.sameTaskTwice("t")) {
            _ = try await EvaluationRun(suites: [suite, suite], subject: FakeSubject()).run()
        }
        await #expect(throws: RunError.self) {
            _ = try await EvaluationRun(
                suites: [suite], subject: FakeSubject(), output: "/proc/nowhere"
            ).run()
        }
    }

    @Test func aTableLooksAsTheHarnessPrintsIt() {
        // Printed by make_table of lm-evaluation-harness 0.4.13.
        let golden = """
            |  Tasks  |Version|Filter|n-shot|  Metric   |   | Value |   |Stderr|
            |---------|------:|------|-----:|-----------|---|------:|---|-----:|
            |a        |      2|none  |     5|acc        |↑  | 0.2500|±  |0.0433|
            |german_qa|      1|none  |     0|bleu       |↑  |12.3457|±  |1.2000|
            |         |       |none  |     0|exact_match|↑  | 0.5000|±  |0.1235|
            """
        let header = ["Tasks", "Version", "Filter", "n-shot", "Metric", "", "Value", "", "Stderr"]
        let rows = [
            ["a", "2", "none", "5", "acc", "↑", "0.2500", "±", "0.0433"],
            ["german_qa", "1", "none", "0", "bleu", "↑", "12.3457", "±", "1.2000"],
            ["", "", "none", "0", "exact_match", "↑", "0.5000", "±", "0.1235"],
        ]
        #expect(ResultsTable.markdown(header, rows, right: [1, 3, 6, 8]) == golden)
    }

    @Test func theTableIsTheHarnesss() async throws {
        let folder = try Folder()
        let results = try await EvaluationRun(suites: [suite(folder)], subject: FakeSubject()).run()
        let lines = results.table.split(separator: "\n")
        #expect(lines[0] == "|Tasks|Version|Filter|n-shot|Metric|   |Value |   |Stderr|")
        #expect(lines[1] == "|-----|------:|------|-----:|------|---|-----:|---|-----:|")
        #expect(lines[2].hasPrefix("|t    |      0|none  |     0|acc   |↑  |0."))
    }

    // MARK: The time left

    @Test func whatIsLeftIsToldByTheWorkDone() {
        var pace = Pace([100, 100, 300], isWriting: false)
        #expect(pace.remaining(after: 5) == nil)
        pace.advance(100)
        #expect(pace.remaining(after: 5) == 20)
        pace.advance(300)
        #expect(pace.remaining(after: 8) == 2)
        pace.advance(100)
        #expect(pace.remaining(after: 9) == 0)
    }

    @Test func answersOnTheirWayAreHalfDone() {
        var pace = Pace([Int](repeating: 10, count: 6), isWriting: true)
        pace.advance(10)
        // One is done and five are half done: 3.5 of 6 in 70 seconds.
        #expect(near(pace.remaining(after: 70) ?? 0, 50))
        for _ in 0..<5 { pace.advance(10) }
        #expect(pace.remaining(after: 71) == 0)
    }
}
