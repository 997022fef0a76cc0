import Foundation
import TestSupport
import Testing

/// What is wrong with a suite, its data or its judge, told by the built program: one sentence, on
/// standard error, with the place and what to write instead.
@Suite struct BadEvaluationTests {
    /// A call that cannot be done: what it is called by, what differs from a suite that is right, and
    /// what its sentence must mention.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        var keys: [String: String] = [:]
        /// The rows of the data, where they are not right.
        var rows: String?
        /// The whole suite, where no key of it is right.
        var suite: String?
        let mention: [String]
        var status: Int32 = 2
        var testDescription: String { name }
    }

    private static let choice = [
        "task": "t", "dataset_path": "rows.jsonl", "output_type": "multiple_choice",
        "doc_to_text": "\"{{q}}\"", "doc_to_choice": "[\"yes\", \"no\"]", "doc_to_target": "\"{{a}}\"",
        "metric_list": "[acc]",
    ]
    private static let rows = #"{"q": "Is water wet?", "a": "yes"}"# + "\n"

    static let suites: [Case] = [
        Case(name: "a list instead of a suite", suite: "- 1\n", mention: ["suite.yaml", "key: value"]),
        Case(name: "not YAML", suite: "tasks: [\n", mention: ["suite.yaml", "YAML"]),
        Case(name: "an empty file", suite: "", mention: ["suite.yaml"]),
        Case(name: "a suite without tasks", suite: "suite: s\ntasks: []\n", mention: ["at least one"]),
        Case(name: "an anchor", suite: "a: &x 1\nb: *x\n", mention: ["line 1", "anchors"]),
        Case(name: "a key twice", suite: "suite: a\nsuite: b\n", mention: ["line 2", "line 1"]),
        Case(name: "an unknown key", keys: ["doc_to_txt": "x"], mention: ["doc_to_txt", "doc_to_text"]),
        Case(name: "a task name that is a path", keys: ["task": "../x"], mention: ["../x", "file name"]),
        Case(
            name: "an unknown kind", keys: ["output_type": "greedy"], mention: ["greedy", "multiple_choice"]),
        Case(name: "no data", keys: ["dataset_path": ""], mention: ["dataset_path"]),
        Case(name: "a format nobody knows", keys: ["data_format": "parquet"], mention: ["parquet", "csv"]),
        Case(name: "an unknown metric", keys: ["metric_list": "[accuracy]"], mention: ["accuracy", "acc"]),
        Case(name: "a metric of another kind", keys: ["metric_list": "[bleu]"], mention: ["bleu"]),
        Case(
            name: "a metric twice", keys: ["metric_list": "[acc, acc]"], mention: ["acc is asked for twice"]),
        Case(name: "no metric", keys: ["metric_list": "[]"], mention: ["metric_list"]),
        Case(name: "one choice", keys: ["doc_to_choice": "[yes]"], mention: ["at least two"]),
        Case(
            name: "three labels for two choices", keys: ["choice_labels": "[A, B, C]"],
            mention: ["3 labels", "2 choices"]),
        Case(
            name: "code in a template", keys: ["doc_to_text": "\"{{q | upper}}\""],
            mention: ["nothing is computed"]),
        Case(
            name: "a statement in a template", keys: ["doc_to_text": "\"{% if q %}x\""],
            mention: ["statement"]),
        Case(name: "a template that never ends", keys: ["doc_to_text": "\"{{q\""], mention: ["never closed"]),
        Case(name: "minus one example", keys: ["num_fewshot": "-1"], mention: ["-1", "0 to 1000"]),
        Case(
            name: "a judge over TLS",
            keys: ["judge": "{rubric: r, endpoint: \"https://judge.example\"}"],
            mention: ["https://judge.example", "http://"]),
        Case(name: "a judge without a rubric", keys: ["judge": "{model: m}"], mention: ["rubric"]),
    ]

    static let data: [Case] = [
        Case(
            name: "data that is not there", keys: ["dataset_path": "none.jsonl"],
            mention: ["none.jsonl", "cannot be read"]),
        Case(name: "no rows", rows: "\n", mention: ["rows.jsonl", "at least one row"]),
        Case(name: "a line that is not JSON", rows: rows + "{q: 1}\n", mention: ["row 2", "not JSON"]),
        Case(name: "a row that is a number", rows: rows + "3\n", mention: ["row 2", "object"]),
        Case(name: "a field that is not there", rows: #"{"q": "x"}"#, mention: ["row 1", "“a”"]),
        Case(
            name: "a target that is no choice", rows: #"{"q": "x", "a": "maybe"}"#,
            mention: ["maybe", "2 choices"]),
        Case(
            name: "a field of skip_if that no row has", keys: ["skip_if": "hasPicture"],
            mention: ["hasPicture", "no row"]),
        Case(
            name: "an answer that no row has",
            keys: [
                "output_type": "generate_until", "doc_to_choice": "null", "doc_to_target": "\"{{answr}}\"",
                "metric_list": "[exact_match]",
            ], mention: ["answr", "doc_to_target"]),
        Case(
            name: "fields counted in an answer that is no JSON",
            keys: ["output_type": "generate_until", "doc_to_choice": "null", "metric_list": "[field_f1]"],
            mention: ["row 1", "no JSON"]),
        Case(name: "a place beyond the choices", rows: #"{"q": "x", "a": 7}"#, mention: ["7", "2 choices"]),
        Case(
            name: "choices that are a number", keys: ["doc_to_choice": "\"{{c}}\""],
            rows: #"{"q": "x", "c": 1, "a": 0}"#, mention: ["row 1", "choices"]),
        Case(
            name: "an empty choice", keys: ["doc_to_choice": "\"{{c}}\""],
            rows: #"{"q": "x", "c": ["a", ""], "a": 0}"#, mention: ["choice 1 is empty"]),
        Case(
            name: "more examples than rows", keys: ["num_fewshot": "5"],
            mention: ["5 examples", "fewshot_path"]),
        Case(
            name: "a torn gzip", keys: ["dataset_path": "rows.jsonl.gz"],
            mention: ["rows.jsonl.gz", "compressed"]),
        Case(
            name: "a ragged table", keys: ["dataset_path": "rows.tsv"],
            mention: ["row 2", "3 cells under 2 columns"]),
        Case(
            name: "a cell whose quotation mark is never closed", keys: ["dataset_path": "rows.csv"],
            mention: ["rows.csv, row 2", "quotation mark"]),
        Case(
            name: "requests without a label", keys: ["data_format": "requests"],
            rows: #"{"doc_id": 0, "idx": 0, "request": {"context": "a", "continuation": " b"}}"#,
            mention: ["label"]),
        Case(
            name: "requests out of order", keys: ["data_format": "requests"],
            rows: #"{"doc_id": 0, "idx": 1, "label": 0, "request": {"context": "a", "continuation": " b"}}"#,
            mention: ["item 0", "order of idx"]),
    ]

    private func folder(_ bad: Case) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let keys = Self.choice.merging(bad.keys) { $1 }.sorted { $0.key < $1.key }
        let suite = bad.suite ?? keys.map { "\($0): \($1)" }.joined(separator: "\n") + "\n"
        try folder.write(suite, to: "suite.yaml")
        try folder.write(bad.rows ?? Self.rows, to: "rows.jsonl")
        try folder.write("\u{1F}\u{8B}\u{8}torn", to: "rows.jsonl.gz")
        try Data([0x1F, 0x8B, 8, 0, 1, 2]).write(to: URL(fileURLWithPath: folder.path + "/rows.jsonl.gz"))
        try folder.write("q\ta\nx\ty\tz\n", to: "rows.tsv")
        try folder.write("q,a\n\"x,yes\n", to: "rows.csv")
        return folder
    }

    private func expectOneSentence(_ call: Call, _ bad: Case) {
        let lines = call.notices.split(separator: "\n")
        #expect(call.status == bad.status && call.output.isEmpty, "\(bad.name): \(call.notices)")
        #expect(
            lines.count == 1 && lines[0].hasPrefix("hearth: ") && lines[0].hasSuffix("."), "\(call.notices)")
        for mention in bad.mention { #expect(call.notices.contains(mention), "\(bad.name): \(call.notices)") }
    }

    @Test(arguments: suites + data)
    func aBadSuiteIsToldBeforeAModelIsLoaded(_ bad: Case) throws {
        let folder = try folder(bad)
        let call = try Call(["eval", folder.path + "/suite.yaml", "--model", folder.path + "/no-model"])
        expectOneSentence(call, bad)
        #expect(!call.notices.contains("no-model"))
    }

    // MARK: Judges

    private func judged(
        _ judge: String, in folder: TemporaryFolder, rows: Int = 3, words: [String] = []
    ) throws -> Call {
        try folder.write(
            """
            task: t
            dataset_path: rows.jsonl
            output_type: generate_until
            doc_to_text: "{{q}}"
            doc_to_target: "{{a}}"
            generation_kwargs: {max_gen_toks: 4}
            judge: \(judge)
            metric_list: [judge]

            """, to: "suite.yaml")
        try folder.write(String(repeating: Self.rows, count: rows), to: "rows.jsonl")
        return try Call(
            ["eval", folder.path + "/suite.yaml", "--model", try TinyModel(in: folder).path] + words,
            environment: ["HEARTH_HOME": folder.path + "/home"])
    }

    @Test(
        arguments: [
            ("hangs up", "", "broke off"), ("is no web server", "SSH-2.0-x\r\n", "broke off"),
            ("stops in the middle", "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", "broke off"),
            ("wants a key", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "api_key_file"),
            ("knows no such model", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "status 404"),
            ("is busy", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "call again later"),
            ("sends elsewhere", "HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\n\r\n", "status 302"),
        ])
    func aJudgeThatCannotBeAskedIsOneSentence(_ judge: (name: String, reply: String, mention: String)) throws
    {
        let server = try AnsweringServer(judge.reply)
        let folder = try TemporaryFolder()
        let call = try judged("{rubric: r, endpoint: \"http://127.0.0.1:\(server.port)\"}", in: folder)
        expectOneSentence(
            call, Case(name: judge.name, mention: ["127.0.0.1:\(server.port)", judge.mention], status: 1))
    }

    @Test func aJudgeThatIsNotThereIsFoundBeforeTheFirstAnswer() throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"answer": "yes", "label": 5}"#, to: "labels.jsonl")
        let call = try judged(
            "{rubric: r, endpoint: \"http://127.0.0.1:1\", labelled: labels.jsonl}", in: folder)
        expectOneSentence(call, Case(name: "not there", mention: ["127.0.0.1:1", "start it"], status: 1))
    }

    @Test func aKeyThatIsNotThereIsOneSentence() throws {
        let folder = try TemporaryFolder()
        let call = try judged("{rubric: r, api_key_file: key.txt}", in: folder)
        expectOneSentence(call, Case(name: "no key", mention: ["key.txt", "one line"]))
    }

    @Test func nonsenseIsCountedAndNotBelieved() throws {
        let folder = try TemporaryFolder()
        try folder.write("s3cret\n", to: "key.txt")
        let said = [
            #"{"score": 5}"#, "Great answer! 5/5", #"{"score": 11}"#, #"{"score": "5"}"#, #"{"score": 1}"#,
            #"{"score": 5, "better": "A"}"#, "```json\n{\"score\": 5}\n```", "",
        ]
        let server = try AnsweringServer(said.map { try AnsweringServer.completion($0) })
        let call = try judged(
            "{rubric: r, endpoint: \"http://127.0.0.1:\(server.port)\", api_key_file: key.txt}", in: folder,
            rows: said.count, words: ["--output", folder.path + "/out"])
        #expect(call.status == 0, "\(call.notices)")
        // (5 + 1) of (5 + 5): six answers out of eight have no verdict.
        #expect(call.output.contains("0.6000"), "\(call.output)")
        #expect(
            call.notices.contains("nonsense on 6 of 8 answers") && call.notices.contains("was not measured"))
        #expect(server.asked.contains("Authorization: Bearer s3cret\r\n") && server.count == said.count)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out")
        let results = try #require(files.first { $0.hasPrefix("results_") })
        let text = try String(contentsOfFile: folder.path + "/out/" + results, encoding: .utf8)
        #expect(text.contains("\"judge_nonsense,none\": 6") && !text.contains("s3cret"))
    }
}
