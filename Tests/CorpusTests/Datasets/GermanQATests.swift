import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Corpus

/// The dataset as it is shipped: its form, its sizes, and that its splits share nothing.
@Suite struct GermanQATests {
    static let folder = Shared.repository + "/Datasets/german-qa"
    static let abstention = "Das steht nicht im Text."

    struct Row {
        let id: String
        let context: String
        let question: String
        let answer: String
        let start: Int
        let spans: [String]
        let isImpossible: Bool
    }

    static func rows(_ split: String) throws -> [Row] {
        var rows: [Row] = []
        try RecordFile(path: "\(folder)/\(split).jsonl").records { record, _ throws(CorpusError) in
            let answers = try record.required("answers")
            rows.append(
                Row(
                    id: try record.required("id").string(),
                    context: try record.required("context").string(),
                    question: try record.required("question").string(),
                    answer: answers.value["text"]?.array?.first?.string ?? "",
                    start: answers.value["answer_start"]?.array?.first?.int ?? .min,
                    spans: (record.value["spans"]?.array ?? []).compactMap(\.string),
                    isImpossible: try record.required("is_impossible").bool()))
            return true
        }
        return rows
    }

    static func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    @Test(arguments: ["train", "validation", "test"])
    func everyAnswerStandsWhereItSays(_ split: String) throws {
        for row in try Self.rows(split) {
            let length = row.context.split(separator: " ").count
            #expect((80...200).contains(length), "\(row.id): \(length) words")
            #expect(row.question.hasSuffix("?") && row.question.count > 10, "\(row.id)")
            if row.isImpossible {
                #expect(row.answer == Self.abstention && row.start == -1 && row.spans.isEmpty, "\(row.id)")
            } else {
                let scalars = Array(row.context.unicodeScalars)
                let answer = Array(row.answer.unicodeScalars)
                let found = scalars.dropFirst(max(0, row.start)).prefix(answer.count)
                #expect(Array(found) == answer && row.start >= 0, "\(row.id)")
                #expect((1...12).contains(row.answer.split(separator: " ").count), "\(row.id)")
                #expect(row.spans == [row.answer], "\(row.id)")
            }
        }
    }

    @Test func theSizesAreTheCards() throws {
        let card = String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/README.md")), as: UTF8.self)
        var paragraphs = 0
        var (answered, open) = (0, 0)
        for split in ["train", "validation", "test"] {
            let rows = try Self.rows(split)
            let contexts = Set(rows.map(\.context)).count
            let none = rows.count(where: \.isImpossible)
            #expect(card.contains("| `\(split).jsonl` | \(contexts) | \(rows.count - none) | \(none) |"))
            paragraphs += contexts
            answered += rows.count - none
            open += none
            if split == "test" { #expect(rows.count >= 120 && none >= 20) }
        }
        #expect(card.contains("| all | \(paragraphs) | \(answered) | \(open) |"))
        #expect(paragraphs >= 120 && answered >= 600 && open >= 100)
    }

    @Test func nothingIsInTwoSplits() throws {
        var seen: [(split: String, text: String, shingles: Set<String>)] = []
        var questions: Set<String> = []
        var ids: Set<String> = []
        for split in ["train", "validation", "test"] {
            let rows = try Self.rows(split)
            for row in rows {
                #expect(ids.insert(row.id).inserted, "\(row.id) twice")
                #expect(questions.insert(row.question).inserted, "\(row.question) is asked twice")
            }
            for text in Set(rows.map(\.context)) {
                let words = Self.words(text)
                let shingles = Set(
                    words.indices.dropLast(2).map { words[$0..<$0 + 3].joined(separator: " ") })
                for other in seen where other.split != split {
                    let shared = shingles.intersection(other.shingles).count
                    let alike = Double(shared) / Double(shingles.union(other.shingles).count)
                    #expect(alike < 0.1, "\(text.prefix(40)) … and \(other.text.prefix(40)) …")
                }
                seen.append((split, text, shingles))
            }
        }
    }

    @Test func bielefeldIsThere() throws {
        let titled = try ["train", "validation", "test"].flatMap(Self.rows)
            .filter { $0.context.hasPrefix("Bielefeld ist eine Stadt") }
        #expect(titled.count >= 5)
    }

    @Test func theFolderIsReadAsQuestionsAndAnswers() throws {
        var answers: [String] = []
        try CorpusSource(path: Self.folder, split: "test").examples { example in
            guard case .conversation(let conversation) = example.content else { return false }
            #expect(conversation.turns.map(\.message.role) == [.system, .user, .assistant])
            answers.append(conversation.turns[2].message.content)
            return true
        }
        let rows = try Self.rows("test")
        #expect(answers == rows.map(\.answer))
        #expect(answers.contains(Self.abstention))
    }
}
