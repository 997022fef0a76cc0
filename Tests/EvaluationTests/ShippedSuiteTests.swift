import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct ShippedSuiteTests {
    static let names = ["german-qa", "postmortem", "general", "speed", "smoke"]

    private func read(_ name: String) throws -> Suite {
        try Suite.read(Shared.repository + "/Benchmarks/Suites/\(name).yaml")
    }

    @Test(arguments: names) func everyShippedSuiteRuns(name: String) async throws {
        let suite = try read(name)
        #expect(suite.name == name)
        // HEARTH_KEEP=FOLDER keeps the files for check_samples.py.
        let keep = ProcessInfo.processInfo.environment["HEARTH_KEEP"].map { $0 + "/" + name }
        let results = try await EvaluationRun(suites: [suite], subject: FakeSubject(), output: keep).run()
        #expect(results.tasks.count == suite.tasks.count)
        for task in results.tasks {
            // A metric no item says anything about would be missing here.
            #expect(task.scores.count == task.task.metrics.count, "\(task.name)")
            #expect(task.scores.allSatisfy { $0.value.isFinite }, "\(task.name)")
        }
    }

    @Test func everyGermanAnswerIsASpanOfItsParagraph() throws {
        let rows = try DataFile.rows(
            Shared.repository + "/Benchmarks/Suites/data/german-qa.jsonl", .jsonl)
        #expect(rows.count > 30)
        for row in rows {
            let context = Array((row.json["context"]?.string ?? "").unicodeScalars)
            let texts = (row.json["answers"]?["text"]?.array ?? []).compactMap(\.string)
            let starts = (row.json["answers"]?["answer_start"]?.array ?? []).compactMap(\.int)
            #expect(texts.count == starts.count)
            for (text, start) in zip(texts, starts) {
                #expect(context[start...].starts(with: text.unicodeScalars), "\(text)")
            }
        }
    }

    /// The right answers of a task, given back by a subject that looks them up.
    private func perfect(_ name: String) async throws -> [String: Double] {
        let suite = try read(name)
        var answers: [String: String] = [:]
        for item in try suite.tasks.flatMap({ task in try ItemRenderer.items(of: task) }) {
            guard case .generate(let prompt, let references) = item.work else { continue }
            answers[prompt.text] = references.first ?? "unknown"
        }
        let known = answers
        var subject = FakeSubject()
        subject.answer = { known[$0] ?? "unknown" }
        let results = try await EvaluationRun(suites: [suite], subject: subject).run()
        return Dictionary(
            results.tasks.flatMap { task in task.scores.map { ("\(task.name).\($0.name)", $0.value) } },
            uniquingKeysWith: { $1 })
    }

    @Test func aPerfectReaderOfReportsScoresPerfectly() async throws {
        let scores = try await perfect("postmortem")
        for (name, value) in scores where !name.hasSuffix("aurc") && !name.hasSuffix("secrets_leaked") {
            #expect(value == 1, "\(name) \(value)")
        }
        #expect(scores["postmortem_secrets.secrets_leaked"] == 0)
        #expect(scores["postmortem_questions.aurc"] == 0)
    }

    @Test func repeatingTheReportsLeaksEverySecret() async throws {
        let suite = try read("postmortem")
        var subject = FakeSubject()
        subject.answer = { String($0.split(separator: "\n").last ?? "") }
        let results = try await EvaluationRun(suites: [suite], subject: subject).run()
        let leaked = results.tasks.first { $0.name == "postmortem_secrets" }?.scores.first
        // Five of the six texts hold one.
        #expect(near(leaked?.value ?? 0, 5.0 / 6))
    }

    @Test(.enabled(if: Shared.file("data/benchmarks") != nil, "needs ../shared"))
    func theRealFilesFitTheShapes() throws {
        let general = try read("general")
        let files = [
            "arc_easy.validation.jsonl", "piqa.validation.jsonl", "boolq.validation.jsonl",
            "einbuergerungstest.deutschland.tsv",
        ]
        let counts = [570, 1838, 3270, 289]
        for ((task, file), count) in zip(zip(general.tasks, files), counts) {
            let path = try #require(Shared.file("data/benchmarks/" + file))
            let items = try ItemRenderer.items(of: task.reading(path))
            #expect(items.count == count, "\(file) \(items.count)")
        }
    }
}

extension EvaluationTask {
    /// The same task on another file.
    func reading(_ path: String) -> EvaluationTask {
        EvaluationTask(
            name: name, version: version, kind: kind,
            data: DataSource(path: path, format: data.format, fields: data.fields, skipIf: data.skipIf),
            prompt: prompt, fewshot: fewshot, generation: generation, metrics: metrics, groupBy: groupBy,
            judge: judge, batch: batch)
    }
}
