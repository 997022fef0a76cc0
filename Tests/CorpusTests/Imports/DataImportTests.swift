import Checkpoint
import Testing

@testable import Corpus

@Suite struct DataImportTests {
    let folder = TemporaryFolder()

    func line(_ record: JSON) -> String { String(decoding: record.serialised(), as: UTF8.self) }

    // MARK: SQuAD

    static let nested = """
        {"version": "v2.0", "data": [{"title": "Igel", "paragraphs": [{"context": "Der Igel 🦔 schläft im Laub.",
        "qas": [{"id": "1", "question": "Wo?", "answers": [{"text": "im Laub", "answer_start": 20},
        {"text": "Laub", "answer_start": 23}, {"text": "Laub", "answer_start": 23}], "is_impossible": false},
        {"id": "2", "question": "Wann?", "answers": [], "is_impossible": true},
        {"id": "3", "question": "Wer?", "answers": [{"text": "Der Igel", "answer_start": 5}]},
        {"id": "4", "question": "Was?", "answers": [{"text": "träumt", "answer_start": 2}]}]}]}]}
        """

    @Test func squadIsFlattenedAndItsPlacesAreRight() throws {
        let path = try folder.file("s.json", Self.nested)
        let imported = try SquadImport().read(path)
        #expect(
            imported.records.map(line) == [
                #"{"id":"1","title":"Igel","context":"Der Igel 🦔 schläft im Laub.","question":"Wo?","answers":{"text":["im Laub","Laub"],"answer_start":[19,22]},"spans":["im Laub","Laub"],"is_impossible":false}"#,
                #"{"id":"3","title":"Igel","context":"Der Igel 🦔 schläft im Laub.","question":"Wer?","answers":{"text":["Der Igel"],"answer_start":[0]},"spans":["Der Igel"],"is_impossible":false}"#,
                #"{"id":"4","title":"Igel","context":"Der Igel 🦔 schläft im Laub.","question":"Was?","answers":{"text":["träumt"],"answer_start":[-1]},"spans":["träumt"],"is_impossible":false}"#,
            ])
        #expect(imported.notes.map(\.kind) == [.moved, .unanswerable, .notInText])
        #expect(imported.notes.map(\.count) == [3, 1, 1])
        let kept = try SquadImport(unanswerable: "Das steht nicht im Text.").read(path)
        #expect(
            line(kept.records[1]).hasSuffix(
                #""answers":{"text":["Das steht nicht im Text."],"answer_start":[-1]},"spans":[],"is_impossible":true}"#
            ))
        // What was written can be trained on as it is.
        let again = try folder.file("again.jsonl", kept.records.map(line).joined(separator: "\n"))
        #expect(
            try SquadImport(unanswerable: "Das steht nicht im Text.").read(again).records.map(line)
                == kept.records.map(line))
        #expect(try ChatImport().read(again).records.count == 4)
    }

    @Test func flatSquadOfHuggingFaceIsRead() throws {
        let text =
            #"{"id":"1","context":"Im Laub.","question":"Wo?","answers":{"text":[],"answer_start":[]}}"#
        #expect(throws: CorpusError.self) { try SquadImport().read(try folder.file("f.jsonl", text)) }
        #expect(try SquadImport(unanswerable: "-").read(try folder.file("f.jsonl", text)).records.count == 1)
    }

    // MARK: Chat

    @Test func everyConversationBecomesMessages() throws {
        let lines = [
            #"{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}],"system":"s"}"#:
                #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}"#,
            #"{"instruction":"i","input":"j","output":"o"}"#:
                #"{"messages":[{"role":"user","content":"i\nj"},{"role":"assistant","content":"o"}]}"#,
            #"{"prompt":"p","completion":"c"}"#: #"{"prompt":"p","completion":"c"}"#,
            #"{"text":"t"}"#: #"{"text":"t"}"#,
            #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","train":false},{"role":"user","content":"q"},{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]}]}"#:
                #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","train":false},{"role":"user","content":"q"},{"role":"assistant","content":"","tool_calls":[{"type":"function","function":{"name":"f","arguments":{"x":1}}}]}]}"#,
        ]
        for (read, written) in lines {
            let made = try ChatImport().read(try folder.file("c.jsonl", read)).records.map(line)
            #expect(made == [written])
            #expect(try ChatImport().read(try folder.file("d.jsonl", written)).records.map(line) == made)
        }
    }

    // MARK: Tables

    @Test func cellsAreReadAsSpreadsheetsWriteThem() throws {
        let table = try CSVFile(Array("\u{FEFF}a;b;c\r\n\"x;\"\"y\"\"\";\"two\nlines\"; z \n\n1;2;3".utf8))
        #expect(table.header == ["a", "b", "c"])
        #expect(table.rows.map(\.cells) == [["x;\"y\"", "two\nlines", " z "], ["1", "2", "3"]])
        #expect(table.rows.map(\.line) == [2, 5])
        #expect(try CSVFile(Array("a\tb\n1\t2".utf8)).rows[0].cells == ["1", "2"])
        #expect(try CSVFile(Array("a,b\n\"1\",\"\"".utf8)).rows[0].cells == ["1", ""])
    }

    @Test(arguments: [
        ("", CSVFile.Problem.empty), ("a,a\n1,2", .sameName("a")),
        ("a,b\n1", .ragged(line: 2, cells: 1, header: 2)),
        ("a,b\n1,\"x\ny", .openQuote(line: 2)), ("a,b\n\n1,2,3", .ragged(line: 3, cells: 3, header: 2)),
    ])
    func brokenTablesAreToldByLine(text: String, problem: CSVFile.Problem) {
        #expect(throws: problem) { try CSVFile(Array(text.utf8)) }
    }

    @Test func latin1IsTold() {
        #expect(throws: CSVFile.Problem.notUTF8) { try CSVFile([0x61, 0xFC, 0x0A]) }
    }

    @Test func columnsBecomeFields() throws {
        let path = try folder.file(
            "t.csv",
            "Nr;Kontext;Frage;Antwort\n1;Der Igel schläft.;Wer?;Der Igel\n2;Der Igel schläft.;Wo?;\n3;x;;y\n")
        let imported = try CSVImport().read(path)
        #expect(
            imported.records.map(line) == [
                #"{"Nr":"1","context":"Der Igel schläft.","question":"Wer?","answers":{"text":["Der Igel"],"answer_start":[0]}}"#
            ])
        #expect(imported.notes.map(\.kind) == [.unanswerable, .emptyCell("Frage")])
        #expect(imported.notes.map(\.first.number) == [3, 4])
        let chat = try folder.file("u.csv", "q,a,group\nWer?,Ich,7\n")
        #expect(
            try CSVImport(columns: [.question: "q", .answers: "a"]).read(chat).records.map(line) == [
                #"{"group":"7","messages":[{"role":"user","content":"Wer?"},{"role":"assistant","content":"Ich"}]}"#
            ])
        #expect(throws: CSVImport.Problem.noFormat(header: ["q", "a", "group"])) {
            try CSVImport().read(chat)
        }
        #expect(throws: CSVImport.Problem.noColumn("x", header: ["q", "a", "group"])) {
            try CSVImport(columns: [.question: "x"]).read(chat)
        }
    }

    // MARK: Reports

    @Test func reportsBecomeRecordsAndConversations() throws {
        let path = try folder.file("2024-02-11-orders.md", PostmortemTests.table)
        let record = try PostmortemImport().read(path).records[0]
        #expect(record["id"]?.string == "2024-02-11-orders.md")
        #expect(
            line(record["actions"] ?? .null).hasPrefix(
                #"{"action_items":[{"action":"Run migrations first","owner":"payments","due":"2024-02-20","done":true}"#
            ))
        let asked = try PostmortemImport(.actions).read(path).records[0]
        let turns = asked["messages"]?.array ?? []
        #expect(turns.map { $0["role"]?.string } == ["system", "user", "assistant"])
        #expect(
            turns[1]["content"]?.string?.contains("Orders stood still") == false,
            "the head is not in the report")
        #expect(
            turns[2]["content"]?.string
                == #"{"action_items":[{"action":"Run migrations first","owner":"payments","due":"2024-02-20"},{"action":"Alert on failed orders","owner":null,"due":null}]}"#
        )
        #expect(try PostmortemImport(.timeline).read(folder.path).records.count == 1)
        let bare = try folder.file("bare.md", "Only a text.")
        #expect(try PostmortemImport().read(bare).records.count == 1)
        #expect(throws: CorpusError.self) { try PostmortemImport(.actions).read(bare) }
    }

    // MARK: Figures

    @Test func sharedTextsAreCountedOnce() throws {
        let context = String(repeating: "wort ", count: 50).trimmed
        let lines = (0..<4).map { DataCheckTests.squad(context, "frage \($0)", "wort", 0) }
        let source = CorpusSource(path: try folder.file("q.jsonl", lines.joined(separator: "\n")))
        let words = try DataStatistics(source)
        #expect(words.lengths == [53, 53, 53, 53] && words.texts == 1 && words.learnt == [1, 1, 1, 1])
        #expect(words.separate == 212 && words.shared == 62)
        let tokens = try DataStatistics(
            source, with: ExampleEncoder(tokenizer: ByteTokenizer(), chatFormat: .chatml))
        #expect(tokens.lengths.count == 4 && tokens.texts == 1)
        #expect(tokens.sharedFactor > 3 && tokens.sharedFactor < 4)
        #expect(tokens.quantile(0) <= tokens.quantile(0.5) && tokens.quantile(0.5) <= tokens.quantile(1))
    }
}
