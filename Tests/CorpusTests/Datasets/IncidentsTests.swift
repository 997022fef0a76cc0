import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Corpus

/// The dataset of incidents, read from the files that training reads.
@Suite struct IncidentsTests {
    private static let splits = ["train", "validation", "test"]
    private static let tasks = [
        "action-items", "timeline", "sections", "questions", "summary", "impact", "draft",
    ]

    private static func path(_ folder: String, _ split: String) -> String {
        "\(Shared.repository)/Datasets/incidents/\(folder)/\(split).jsonl"
    }

    private static func lines(_ folder: String, _ split: String) throws -> [JSON] {
        var lines: [JSON] = []
        try RecordFile(path: path(folder, split)).records { record, _ throws(CorpusError) in
            lines.append(record.value)
            return true
        }
        return lines
    }

    private static func records() throws -> [JSON] { try splits.flatMap { try lines("records", $0) } }

    @Test func thereAreEnoughAndOfEachKind() throws {
        let records = try Self.records()
        #expect(records.count >= 60)
        #expect(records.filter { $0["language"]?.string == "de" }.count >= 12)
        #expect(records.filter { $0["secrets"]?.array?.isEmpty == false }.count >= 6)
        #expect(Set(records.compactMap { $0["cause"]?.string }).count >= 24)
        let reports = records.compactMap { $0["postmortem"] }
        let items = reports.flatMap { $0["action_items"]?.array ?? [] }
        #expect(items.filter { $0["owner"]?.string == nil }.count >= 10)
        #expect(items.filter { $0["due"]?.string == nil }.count >= 10)
        #expect(reports.filter { $0["impact"]?.string == nil }.count >= 3)
        #expect(reports.allSatisfy { $0["follow_ups"]?.array?.isEmpty == false })
        #expect(reports.allSatisfy { $0["not_visible"]?.array?.isEmpty == false })
    }

    @Test func timesAreTimesAndInOrder() throws {
        for record in try Self.records() {
            let id = record["id"]?.string ?? "?"
            let report = try #require(record["postmortem"])
            let metrics = (record["metrics"]?.array ?? []).map { $0["points"] }
            for list in [record["alerts"], record["chat"], record["changes"], report["timeline"]] + metrics {
                let times = try #require(list?.array).map { $0["time"]?.string ?? "" }
                #expect(times == times.sorted(), "\(id)")
                #expect(times.allSatisfy { $0.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\dZ/) != nil }, "\(id)")
            }
            let start = try #require(record["start"]?.string), end = try #require(record["end"]?.string)
            #expect(start < end, "\(id)")
            for item in report["action_items"]?.array ?? [] {
                guard let due = item["due"]?.string else { continue }
                #expect(due.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil && due >= end.prefix(10), "\(id)")
            }
        }
    }

    @Test func aServiceIsInOneSplit() throws {
        var split: [String: String] = [:]
        for name in Self.splits {
            for record in try Self.lines("records", name) {
                let service = try #require(record["service"]?.string)
                #expect(split[service, default: name] == name, "\(service)")
                #expect(record["split"]?.string == name)
                split[service] = name
            }
        }
        #expect(Set(split.values) == Set(Self.splits))
    }

    @Test(arguments: tasks)
    func conversationsStayWithTheirRecord(_ task: String) throws {
        var ids: Set<String> = [], asked: [String: String] = [:]
        for name in Self.splits {
            let services = Set(try Self.lines("records", name).compactMap { $0["service"]?.string })
            for line in try Self.lines(task, name) {
                let id = try #require(line["id"]?.string)
                #expect(ids.insert(id).inserted, "\(id)")
                let service = try #require(line["service"]?.string)
                #expect(services.contains(service), "\(id)")
                let turns = try #require(line["messages"]?.array)
                #expect(turns.compactMap { $0["role"]?.string } == ["system", "user", "assistant"], "\(id)")
                let question = try #require(turns[1]["content"]?.string)
                #expect(asked[question, default: name] == name, "\(id) is asked in two splits")
                asked[question] = name
            }
        }
    }

    @Test(arguments: tasks)
    func trainingReadsThem(_ task: String) throws {
        for split in Self.splits {
            let lines = try Self.lines(task, split)
            var count = 0
            try CorpusSource(path: Self.path(task, split)).examples { _ in
                count += 1
                return true
            }
            #expect(count == lines.count)
        }
    }

    @Test func noAnswerRepeatsASecret() throws {
        var shown = 0
        for split in Self.splits {
            let secrets = try Self.lines("records", split)
                .flatMap { ($0["secrets"]?.array ?? []).compactMap(\.string) }
            for line in try Self.tasks.flatMap({ try Self.lines($0, split) }) {
                let turns = (line["messages"]?.array ?? []).compactMap { $0["content"]?.string }
                guard turns.count == 3 else { continue }
                shown += secrets.filter { turns[1].contains($0) }.count
                let repeated = secrets.filter { turns[2].contains($0) }
                #expect(repeated == [], "\(line["id"]?.string ?? "?")")
            }
        }
        // The questions do show them, else there would be nothing to repeat.
        #expect(shown >= 20)
    }

    @Test(arguments: ["action-items", "timeline", "sections"])
    func structuredAnswersAreJSON(_ task: String) throws {
        for split in Self.splits {
            for line in try Self.lines(task, split) {
                let answer = try #require(line["messages"]?.array?.last?["content"]?.string)
                let parsed = try? JSON.parse(Array(answer.utf8))
                #expect(parsed?.object != nil, "\(line["id"]?.string ?? "?")")
            }
        }
    }
}
