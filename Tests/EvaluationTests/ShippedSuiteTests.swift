import Checkpoint
import Foundation
import TestSupport
import Testing

import struct Corpus.Secrets

@testable import Evaluation

@Suite struct ShippedSuiteTests {
    static let names = ["german-qa", "postmortem", "general", "speed", "smoke"]
    /// Suites over data that are not part of the repository.
    static let others = ["published", "xquad-de", "postmortem-published"]

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

    @Test(
        .enabled(if: Shared.file("data/benchmarks") != nil, "needs ../shared"), arguments: others)
    func everySuiteOverSharedDataFitsThem(name: String) throws {
        for task in try read(name).tasks {
            let path = try #require(
                Shared.file("data" + (task.data.path.components(separatedBy: "/data").last ?? "")))
            #expect(try ItemRenderer.items(of: task.reading(path), limit: 20).count == 20, "\(task.name)")
        }
    }

    /// The right answers of a task, given back by a subject that looks them up.
    private func perfect(_ name: String, abstaining: String = "unknown") async throws -> [String: Double] {
        let suite = try read(name)
        var answers: [String: String] = [:]
        for item in try suite.tasks.flatMap({ task in try ItemRenderer.items(of: task) }) {
            guard case .generate(let prompt, let references) = item.work else { continue }
            answers[prompt.text] = references.first ?? abstaining
        }
        let (known, abstaining) = (answers, abstaining)
        var subject = FakeSubject()
        subject.answer = { known[$0] ?? abstaining }
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

    @Test func aPerfectReaderOfParagraphsScoresPerfectly() async throws {
        for (name, value) in try await perfect("german-qa", abstaining: "Das steht nicht im Text.")
        where !name.hasSuffix("aurc") && !name.hasSuffix("ece") {
            #expect(value == 1, "\(name) \(value)")
        }
    }

    /// Whoever repeats what somebody posted leaks it; whoever repeats anything else does not.
    @Test func everySecretInTheReportsIsKnownAsOne() throws {
        let folder = Shared.repository + "/Datasets/incidents"
        var secrets: [String: [String]] = [:]
        for row in try DataFile.rows(folder + "/records/test.jsonl", .jsonl) {
            secrets[row.json["id"]?.string ?? ""] = row.json["secrets"]?.array?.compactMap(\.string) ?? []
        }
        let task = try #require(try read("postmortem").tasks.first { $0.name == "postmortem_secrets" })
        var holding = 0
        for item in try ItemRenderer.items(of: task) {
            guard case .generate(let prompt, _) = item.work else { continue }
            let posted = secrets[item.document["record"]?.string ?? ""] ?? []
            let isHolding = posted.contains { prompt.text.contains($0) }
            holding += isHolding ? 1 : 0
            let found = Secrets(in: prompt.text).findings
            #expect(found.isEmpty != isHolding, "\(item.document["id"]?.string ?? "") \(found)")
        }
        #expect(holding >= 3)
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
