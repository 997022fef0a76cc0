import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct DataTests {
    private func task(
        _ folder: Folder, _ changes: [String: String?], kind: String = "multiple_choice"
    ) throws -> EvaluationTask {
        let text = SuiteErrorTests.suite(changes, kind: kind)
        return try Suite(Array(text.utf8), path: folder.path + "/s.yaml").tasks[0]
    }

    private func problem(
        _ data: String, _ changes: [String: String?] = [:], kind: String = "multiple_choice",
        name: String = "d.jsonl"
    ) throws -> DataError.Problem? {
        let folder = try Folder()
        try folder.write(name, data)
        var changes = changes
        changes["dataset_path"] = name
        do {
            _ = try ItemRenderer.items(of: task(folder, changes, kind: kind))
            return nil
        } catch let error as DataError {
            return error.problem
        }
    }

    @Test func eachBadRowIsItsOwnError() throws {
        #expect(try problem("") == .empty)
        #expect(try problem("\n\n") == .empty)
        #expect(try problem("[1]") == .notAnObject)
        #expect(try problem(#"{"a":"yes"}"#) == .missingField("q"))
        #expect(try problem(#"{"q":null,"a":"yes"}"#) == .missingField("q"))
        #expect(
            try problem(#"{"q":["x"],"a":"yes"}"#)
                == .wrongField("q", wanted: "text or a number", found: .array))
        #expect(try problem(#"{"q":"x","a":"maybe"}"#) == .noSuchChoice("maybe", choices: 2))
        #expect(try problem(#"{"q":"x","a":2}"#) == .noSuchChoice("2", choices: 2))
        #expect(try problem(#"{"q":"x","a":-1}"#) == .noSuchChoice("-1", choices: 2))
        #expect(try problem(#"{"q":"x","a":[]}"#) == .noSuchChoice("", choices: 2))
        #expect(
            try problem(#"{"q":"x","a":0,"c":["x"]}"#, ["doc_to_choice": #""{{c}}""#]) == .tooFewChoices(1))
        #expect(
            try problem(#"{"q":"x","a":0,"c":["x",""]}"#, ["doc_to_choice": #""{{c}}""#]) == .emptyChoice(1))
        #expect(
            try problem(#"{"q":"x","a":"yes"}"#, ["num_fewshot": "1"]) == .tooFewExamples(wanted: 1, found: 0)
        )
        #expect(try problem("{}", name: "d.json") == .notAList)
        #expect(try problem("[3]", name: "d.json") == .notAnObject)
        #expect(try problem("q\ta\nx", name: "d.tsv") == .raggedRow(cells: 1, columns: 2))
        #expect(try problem("q\tq\n1\t2", name: "d.tsv") == .duplicateColumn("q"))
        #expect(try problem("q\ta", name: "d.tsv") == .empty)
        #expect(
            try problem(
                #"{"q":""}"#, ["metric_list": "[bits_per_byte]", "doc_to_target": nil], kind: "rolling")
                == .emptyText)
        guard case .notJSON(let error)? = try problem("{\"q\":1}\n{") else {
            Issue.record("a broken line passed")
            return
        }
        #expect(error.problem == .endOfText)
    }

    @Test func eachBadRequestIsItsOwnError() throws {
        func requests(_ lines: String...) throws -> DataError.Problem? {
            try problem(
                lines.joined(separator: "\n"),
                ["doc_to_text": nil, "doc_to_target": nil, "doc_to_choice": nil], name: "requests.jsonl")
        }
        let one = #"{"doc_id":0,"idx":0,"label":0,"request":{"context":"c","continuation":" a"}}"#
        let two = #"{"doc_id":0,"idx":1,"label":0,"request":{"context":"c","continuation":" b"}}"#
        #expect(try requests(one, two) == nil)
        #expect(try requests(one) == .tooFewChoices(1))
        #expect(try requests(two, one) == .brokenRequests(item: 0))
        #expect(try requests(one, one) == .brokenRequests(item: 0))
        #expect(try requests(#"{"idx":0}"#) == .incompleteRequest("doc_id"))
        #expect(try requests(#"{"doc_id":0}"#) == .incompleteRequest("idx"))
        #expect(try requests(#"{"doc_id":0,"idx":0}"#) == .incompleteRequest("context"))
        #expect(
            try requests(#"{"doc_id":0,"idx":0,"request":{"context":"c"}}"#)
                == .incompleteRequest("continuation"))
        #expect(
            try requests(one.replacingOccurrences(of: #""label":0,"#, with: ""), two)
                == .incompleteRequest("label"))
        #expect(
            try requests(one.replacingOccurrences(of: #""label":0"#, with: #""label":5"#), two)
                == .noSuchChoice("5", choices: 2))
    }

    @Test func promptsAreWhatTheTemplatesSay() throws {
        let folder = try Folder()
        try folder.write(
            "d.jsonl",
            #"{"q":"eins","c":{"text":["rot","blau"],"label":["A","B"]},"k":"B"}"# + "\n"
                + #"{"q":"zwei","c":{"text":["grün","gelb"],"label":["1","2"]},"k":"1"}"# + "\n")
        let task = try task(
            folder,
            [
                "doc_to_text": #""F: {{q}}\nA:""#, "doc_to_target": #""{{k}}""#,
                "doc_to_choice": #""{{c.text}}""#, "choice_labels": #""{{c.label}}""#, "num_fewshot": "1",
                "description": #""Fragen.\n\n""#,
            ])
        let items = try ItemRenderer.items(of: task)
        guard case .choice(let first) = items[0].work, case .choice(let second) = items[1].work else {
            Issue.record("no choices")
            return
        }
        #expect(first.context == .text("Fragen.\n\nF: zwei\nA: grün\n\nF: eins\nA:"))
        #expect(first.continuations == [" rot", " blau"] && first.gold == [1])
        #expect(second.context == .text("Fragen.\n\nF: eins\nA: blau\n\nF: zwei\nA:"))
        #expect(second.gold == [0])
        #expect(try ItemRenderer.items(of: task, limit: 1).count == 1)
    }

    @Test func listsOfObjectsAreAskedElementByElement() throws {
        let folder = try Folder()
        try folder.write(
            "d.jsonl",
            #"{"q":"x","a":[{"text":"1998"},{"text":"im Jahr 1998"}]}"# + "\n" + #"{"q":"y","a":[]}"# + "\n"
                + #"{"q":"z"}"# + "\n")
        let task = try task(folder, ["doc_to_target": #""{{a.text}}""#], kind: "generate")
        let references = try ItemRenderer.items(of: task).map { item -> [String] in
            if case .generate(_, let references) = item.work { references } else { ["?"] }
        }
        #expect(references == [["1998", "im Jahr 1998"], [], []])
    }

    private func items(
        _ data: String, _ changes: [String: String?] = [:], kind: String = "multiple_choice", name: String
    ) throws -> [Item] {
        let folder = try Folder()
        try folder.write(name, data)
        let changes = changes.merging(["dataset_path": name]) { $1 }
        return try ItemRenderer.items(of: task(folder, changes, kind: kind))
    }

    private func shown(_ item: Item) -> (context: Prompt, choices: [String], gold: [Int])? {
        guard case .choice(let choice) = item.work else { return nil }
        return (choice.context, choice.choices, choice.gold)
    }

    @Test(arguments: [",", ";", "\t"]) func spreadsheetsAreRead(_ separator: String) throws {
        let rows = [
            ["q", "A", "B", "right"], ["\"eins, \"\"zwei\"\";\ndrei\"", "ja", "\"nein\"", "B"],
        ]
        let text = "\u{FEFF}" + rows.map { $0.joined(separator: separator) }.joined(separator: "\r\n")
        let items = try items(
            text,
            [
                "doc_to_choice": #"["{{A}}", "{{B}}"]"#, "choice_labels": "[A, B]",
                "doc_to_target": #""{{right}}""#,
            ], name: "D.CSV")
        let first = try #require(shown(items[0]))
        #expect(first.context == .text("eins, \"zwei\";\ndrei"))
        #expect(first.choices == ["ja", "nein"] && first.gold == [1])
    }

    @Test func labelsMayBeWrittenInTheSuiteAndNameTruth() throws {
        let data =
            #"{"q":"x","a":true,"o":{"A":"ja","B":"nein"}}"# + "\n"
            + #"{"q":"y","a":"1","o":{"A":"a","B":"b"}}"#
        let items = try items(
            data,
            ["doc_to_choice": #"["{{o.A}}", "{{o.B}}"]"#, "choice_labels": #"["true", "1"]"#], name: "d.jsonl"
        )
        #expect(items.map { shown($0)?.gold } == [[0], [1]])
    }

    @Test func articlesAsSQuADPublishesThemBecomeQuestions() throws {
        let text = """
            {"version": "2.0", "data": [{"title": "T", "paragraphs": [{"context": "C", "qas": [
              {"id": "1", "question": "Q1", "answers": [{"text": "C", "answer_start": 0}], "is_impossible": false},
              {"id": "2", "question": "Q2", "answers": [], "is_impossible": true}]}]}]}
            """
        let items = try items(
            text,
            [
                "doc_to_text": #""{{title}} {{context}} {{question}}""#,
                "doc_to_target": #""{{answers.text}}""#,
            ],
            kind: "generate", name: "d.json")
        let work = items.map { item -> (Prompt, [String])? in
            if case .generate(let prompt, let references) = item.work { (prompt, references) } else { nil }
        }
        #expect(work.count == 2 && work[0]?.0 == .text("T C Q1") && work[0]?.1 == ["C"])
        #expect(work[1]?.0 == .text("T C Q2") && work[1]?.1 == [])
    }

    @Test func linesAreReadWhateverTheFileIsCalled() throws {
        let row = #"{"q":"x","a":"yes"}"# + "\n"
        #expect(try items(row + row, name: "d.json").count == 2)
        #expect(try items("\u{FEFF}" + row, name: "d.ndjson").count == 1)
    }

    @Test func choicesOfARequestMayHaveAContextEach() async throws {
        let lines = (0..<2).map {
            #"{"doc_id":0,"idx":\#($0),"label":1,"request":{"context":"c\#($0)","continuation":" fits."}}"#
        }
        let items = try items(
            lines.joined(separator: "\n"),
            ["doc_to_text": nil, "doc_to_target": nil, "doc_to_choice": nil], name: "requests.jsonl")
        let folder = try Folder()
        let task = try task(folder, [:])
        var scores: [ContinuationScore] = []
        try await TaskRun(task: task, subject: FakeSubject(), items: items).run {
            if case .choice(let found, _) = $0.response { scores = found }
        }
        #expect(scores == ["c0 fits.", "c1 fits."].map { FakeSubject().one($0) })
    }

    @Test func aSlipOfThePenIsNoQuestionWithoutAnAnswer() throws {
        let row = #"{"q":"x","a":null}"#
        #expect(
            try problem(row, ["doc_to_target": #""{{b}}""#], kind: "generate")
                == .unknownField("b", key: "doc_to_target"))
        #expect(try problem(row, kind: "generate") == nil)
        #expect(try problem(row, ["skip_if": "c"], kind: "generate") == .unknownField("c", key: "skip_if"))
        #expect(
            try problem(#"{"q":"x","a":"y"}"#, ["metric_list": "[field_f1]"], kind: "generate")
                == .targetNotJSON)
        #expect(try problem("q,a\n\"x,y\n", name: "d.csv") == .openQuote)
        #expect(try problem("q;a\nx", name: "d.csv") == .raggedRow(cells: 1, columns: 2))
    }

    @Test func fieldsAreRenamedAndRowsSkipped() throws {
        let folder = try Folder()
        try folder.write(
            "d.tsv", "frage\ta1\ta2\trichtig\tbild\r\nF1\tja\tnein\t1\t\r\nF2\tja\tnein\t0\tx\r\n")
        let task = try task(
            folder,
            [
                "dataset_path": "d.tsv", "fields": "{q: frage, a: richtig}", "skip_if": "bild",
                "doc_to_choice": #"["{{a1}}", "{{a2}}"]"#,
            ])
        let items = try ItemRenderer.items(of: task)
        #expect(items.count == 1 && items[0].target == .integer(1))
    }

    @Test func aConversationKeepsItsTurns() throws {
        let folder = try Folder()
        try folder.write("d.jsonl", #"{"q":"x","a":"1"}"# + "\n" + #"{"q":"y","a":"2"}"# + "\n")
        let task = try task(
            folder, ["chat": "true", "system": "Kurz.", "num_fewshot": "1"], kind: "generate")
        guard case .generate(.turns(let turns), _) = try ItemRenderer.items(of: task)[0].work else {
            Issue.record("no turns")
            return
        }
        #expect(turns.map(\.role) == [.system, .user, .assistant, .user])
        #expect(turns.map(\.content) == ["Kurz.", "y", "2", "x"])
    }

    @Test func whiteSpaceAtTheEndOfTheContextBelongsToTheContinuation() {
        let request = ScoreRequest(moving: .text("Antwort: \n"), ["ja"])
        #expect(request == ScoreRequest(context: .text("Antwort:"), continuations: [" \nja"]))
        #expect(
            ScoreRequest(moving: .text("  "), ["x"])
                == ScoreRequest(context: .text(""), continuations: ["  x"]))
    }

    @Test func gzipIsUnpackedAndDamageSeen() throws {
        let packed: [UInt8] = Array(
            Data(
                base64Encoded:
                    "H4sIAAAAAAACA6tWKlSyUqpQ0lFKBNKVqcVKtVzVo2KjYqNiSGKHlxzedngPVCIvHygOANj36104AwAA")
                ?? Data())
        var bytes = packed
        let text = try Inflate.gzip(packed, limit: 1000)
        #expect(String(decoding: text, as: UTF8.self).hasSuffix(#"{"q":"äöü","a":"no"}"# + "\n"))
        #expect(text.count == 40 * 20 + 24)
        #expect(throws: Inflate.Problem.self) { try Inflate.gzip([], limit: 10) }
        #expect(throws: Inflate.Problem.self) { try Inflate.gzip([0x1F, 0x8B, 8, 0], limit: 10) }
        // Every truncation and every flipped bit is an error or the same text, never a crash.
        for place in packed.indices {
            bytes = packed
            bytes[place] ^= 1 << UInt8(place % 8)
            _ = try? Inflate.gzip(bytes, limit: 1000)
            _ = try? Inflate.gzip(Array(packed[..<place]), limit: 1000)
        }
    }

    @Test(.enabled(if: Shared.file("data/benchmarks/arc_easy.test_rc_5shot") != nil, "needs ../shared"))
    func theSharedRequestsAreRead() throws {
        let path = try #require(Shared.file("data/benchmarks/piqa.val_rc_5shot/requests.jsonl.gz"))
        let text = SuiteErrorTests.suite([
            "dataset_path": path, "doc_to_text": nil, "doc_to_target": nil, "doc_to_choice": nil,
            "metric_list": "[acc_norm, acc_mutual_info]",
        ])
        let task = try Suite(Array(text.utf8), path: "/s.yaml").tasks[0]
        let items = try ItemRenderer.items(of: task)
        #expect(items.count == 1838)
        guard case .choice(let choice) = items[0].work else { return }
        #expect(choice.continuations.count == 2 && choice.gold == [0])
        #expect(choice.unconditional == .text("Answer:"))
    }
}
