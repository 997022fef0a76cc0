import Checkpoint
import Foundation
import Testing

@testable import Evaluation

@Suite struct ComparisonTests {
    /// Evaluates a subject that knows the answers to all questions but some.
    private func evaluated(_ folder: Folder, _ name: String, wrong: Set<Int>, rows: Int = 200) async throws
        -> String
    {
        let data = (0..<rows).map { #"{"q":"\#($0)","a":"\#($0)"}"# }.joined(separator: "\n")
        try folder.write("d.jsonl", data)
        let text = SuiteErrorTests.suite(["metric_list": "[exact_match, bleu]"], kind: "generate")
        let suite = try Suite.read(folder.write("s.yaml", text))
        var subject = FakeSubject()
        subject.name = name
        subject.identity = [("name", name)]
        subject.answer = { prompt in wrong.contains(Int(prompt) ?? -1) ? "?" : prompt }
        _ = try await EvaluationRun(suites: [suite], subject: subject, output: folder.path + "/" + name).run()
        return folder.path + "/" + name
    }

    @Test func aClearGainIsBetterAndItsReverseWorse() async throws {
        let folder = try Folder()
        let before = try await evaluated(folder, "a", wrong: Set(0..<60))
        let after = try await evaluated(folder, "b", wrong: Set(30..<65))
        let comparison = try Comparison(before, after)
        let row = try #require(comparison.rows.first)
        #expect(row.verdict == .better && row.test?.method == .mcnemar)
        #expect(row.test?.flips?.gained == 30 && row.test?.flips?.lost == 5)
        #expect(row.before == 0.7 && row.after == 0.825 && row.items == 200)
        #expect(try Comparison(after, before).rows[0].verdict == .worse)
        #expect(comparison.rows[1].test?.method == .bootstrap && comparison.rows[1].verdict == nil)
        #expect(comparison.table.contains("better"))
        #expect(
            comparison.summary == [
                "t: B is better, exact_match +0.1250 (30 items gained, 5 lost), McNemar mid-p."
            ])
        #expect(comparison.json["rows"]?.array?.first?["verdict"]?.string == "better")
    }

    @Test func thePageShowsWhatChangedSideBySide() async throws {
        let folder = try Folder()
        let before = try await evaluated(folder, "<before>", wrong: Set(0..<60))
        let after = try await evaluated(folder, "after", wrong: Set(30..<65))
        let path = folder.path + "/page.html"
        try Comparison(before, after).writeReport(to: path)
        let page = try folder.read("page.html")
        #expect(page.contains("B is better") && page.contains("5 items got worse, 30 better, 165 stayed"))
        #expect(page.contains("&lt;before&gt; → after") && !page.contains("<before>"))
        // Thirty that got better are many; the first dozen is shown.
        #expect(page.components(separatedBy: "<article>").count == 5 + 12 + 1)
        #expect(page.contains("default-src 'none'") && !page.contains("<script"))
        #expect(throws: RunError.self) {
            try Comparison(before, after).writeReport(to: folder.path + "/none/page.html")
        }
    }

    @Test func aSmallDifferenceIsNotShownAndTheSmallestVisibleOneIsTold() async throws {
        let folder = try Folder()
        let before = try await evaluated(folder, "a", wrong: Set(0..<20))
        let after = try await evaluated(folder, "b", wrong: Set(3..<24))
        let row = try #require(try Comparison(before, after).rows.first)
        #expect(row.verdict == .notShown)
        let detectable = try #require(row.detectable)
        #expect(detectable > 0.02 && detectable < 0.1)
    }

    @Test func onlyCommonItemsAreCompared() async throws {
        let folder = try Folder()
        let before = try await evaluated(folder, "a", wrong: [1], rows: 50)
        let after = try await evaluated(folder, "b", wrong: [], rows: 40)
        let comparison = try Comparison(before, after)
        #expect(comparison.rows[0].items == 40)
        #expect(comparison.unmatched.map(\.items) == [10])
    }

    @Test func otherPromptsAreTold() async throws {
        let folder = try Folder()
        let before = try await evaluated(folder, "a", wrong: [1], rows: 20)
        let after = try await evaluated(folder, "b", wrong: [2], rows: 20)
        #expect(try Comparison(before, after).rephrased.isEmpty)
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: after).first { $0.hasPrefix("samples") })
        let samples = try String(contentsOfFile: after + "/" + name, encoding: .utf8)
        try Data(samples.replacingOccurrences(of: #""prompt_hash":""#, with: #""prompt_hash":"0"#).utf8)
            .write(to: URL(fileURLWithPath: after + "/" + name))
        #expect(try Comparison(before, after).rephrased.map(\.items) == [20])
    }

    @Test func whatCannotBeComparedIsAnError() async throws {
        let folder = try Folder()
        let a = try await evaluated(folder, "a", wrong: [], rows: 5)
        func problem(_ before: String, _ after: String) -> ResultsError.Problem? {
            do throws(ResultsError) {
                _ = try Comparison(before, after)
                return nil
            } catch { return error.problem }
        }
        #expect(problem(folder.path + "/none", a) == .unreadable)
        #expect(problem(folder.path, a) == .noResults)
        guard case .notJSON? = problem(try folder.write("results_x.json", "{"), a) else {
            Issue.record("broken JSON passed")
            return
        }
        #expect(problem(try folder.write("results_y.json", "{}"), a) == .notResults)
        let hostile = #"{"results":{"../../x":{}},"configs":{"../../x":{}}}"#
        #expect(problem(try folder.write("results_z.json", hostile), a) == .notResults)
        let file = try #require(
            FileManager.default.contentsOfDirectory(atPath: a).first { $0.hasPrefix("results") })
        let other = try String(contentsOfFile: a + "/" + file, encoding: .utf8)
        #expect(problem(a, try folder.write(file, other)) == .noSamples(task: "t"))
        let name = file.replacingOccurrences(of: "results", with: "samples_t").replacingOccurrences(
            of: ".json", with: ".jsonl")
        try folder.write(name, "nonsense\n")
        #expect(problem(a, folder.path + "/" + file) == .badSample(task: "t", line: 1))
        let samples = try String(contentsOfFile: a + "/" + name, encoding: .utf8)
        try folder.write(name, samples.replacingOccurrences(of: #""doc_hash":""#, with: #""doc_hash":"0"#))
        #expect(problem(a, folder.path + "/" + file) == .otherItem(task: "t", item: 0))
        try folder.write(name, samples)
        try folder.write(file, other.replacingOccurrences(of: #""t": "0""#, with: #""t": "1""#))
        #expect(problem(a, folder.path + "/" + file) == .otherVersion(task: "t", here: "1", there: "0"))
    }
}
