import Checkpoint
import Recipes
import Testing

@testable import Evaluation

@Suite struct SuiteErrorTests {
    /// A task that is right, with one line replaced or added.
    static func suite(_ changes: [String: String?] = [:], kind: String = "multiple_choice") -> String {
        var lines: [(String, String?)] = [
            ("task", "t"), ("dataset_path", "d.jsonl"), ("output_type", kind), ("doc_to_text", #""{{q}}""#),
            ("doc_to_target", #""{{a}}""#),
            ("doc_to_choice", kind == "multiple_choice" ? #"["yes", "no"]"# : nil),
            ("metric_list", kind == "multiple_choice" ? "[acc]" : "[exact_match]"),
        ]
        for (key, value) in changes.sorted(by: { $0.key < $1.key }) {
            if let place = lines.firstIndex(where: { $0.0 == key }) {
                lines[place].1 = value
            } else {
                lines.append((key, value))
            }
        }
        return lines.compactMap { key, value in value.map { "\(key): \($0)" } }.joined(separator: "\n")
    }

    static func problem(_ text: String) -> SuiteError.Problem? {
        do throws(SuiteError) {
            _ = try Suite(Array(text.utf8), path: "/suites/s.yaml")
            return nil
        } catch {
            return error.problem
        }
    }

    @Test func aRightTaskIsRead() throws {
        let suite = try Suite(Array(Self.suite().utf8), path: "/suites/s.yaml")
        #expect(suite.name == "s" && suite.tasks.count == 1)
        #expect(suite.tasks[0].data.path == "/suites/d.jsonl")
        #expect(suite.tasks[0].metrics.map(\.kind) == [.acc])
    }

    @Test func eachBadSuiteIsItsOwnError() {
        let cases: [(String, (SuiteError.Problem) -> Bool)] = [
            ("a: [", { if case .yaml = $0 { true } else { false } }),
            ("a: &x 1\nb: *x", { if case .yaml(let e) = $0 { e.problem == .anchor } else { false } }),
            ("- 1", { if case .notAMapping = $0 { true } else { false } }),
            ("suite: s", { if case .missing("tasks") = $0 { true } else { false } }),
            ("suite: s\ntasks: []", { if case .noTasks = $0 { true } else { false } }),
            ("suite: s\ntasks: 3", { if case .notAMapping = $0 { true } else { false } }),
            ("suite: a/b\ntasks: []", { if case .badName("a/b") = $0 { true } else { false } }),
            (
                "suite: s\nextra: 1\ntasks: []",
                { if case .unknownKey("extra", _) = $0 { true } else { false } }
            ),
            (
                "tasks:\n" + ["", ""].map { _ in indented(Self.suite()) }.joined(separator: "\n"),
                { if case .duplicateTask("t") = $0 { true } else { false } }
            ),
            (Self.suite(["task": "../x"]), { if case .badName("../x") = $0 { true } else { false } }),
            (
                Self.suite(["dataset_path": nil]),
                { if case .missing("dataset_path") = $0 { true } else { false } }
            ),
            (
                Self.suite(["dataset_path": "d.parquet"]),
                { if case .formatNotKnown = $0 { true } else { false } }
            ),
            (
                Self.suite(["data_format": "parquet"]),
                { if case .unknownFormat("parquet") = $0 { true } else { false } }
            ),
            (
                Self.suite(["output_type": nil]),
                { if case .missing("output_type") = $0 { true } else { false } }
            ),
            (
                Self.suite(["output_type": "greedy"]),
                { if case .unknownKind("greedy") = $0 { true } else { false } }
            ),
            (
                Self.suite(["doc_to_text": nil]),
                { if case .missing("doc_to_text") = $0 { true } else { false } }
            ),
            (
                Self.suite(["doc_to_target": nil]),
                { if case .missing("doc_to_target") = $0 { true } else { false } }
            ),
            (Self.suite(["doc_to_choice": nil]), { if case .noChoices = $0 { true } else { false } }),
            (
                Self.suite(["doc_to_choice": "[yes]"]),
                { if case .tooFewChoices(1) = $0 { true } else { false } }
            ),
            (
                Self.suite(["choice_labels": "[A, B, C]"]),
                { if case .labelCount(3, choices: 2) = $0 { true } else { false } }
            ),
            (
                Self.suite(["doc_to_choice": #""{{a}} {{b}}""#]),
                { if case .wrongShape("doc_to_choice", _, _) = $0 { true } else { false } }
            ),
            (
                Self.suite(["doc_to_text": #""{{q""#]),
                { if case .unclosedTemplate("doc_to_text") = $0 { true } else { false } }
            ),
            (
                Self.suite(["doc_to_text": #""{% if q %}x{% endif %}""#]),
                { if case .templateStatement("doc_to_text") = $0 { true } else { false } }
            ),
            (
                Self.suite(["doc_to_text": #""{{q|upper}}""#]),
                { if case .templateExpression("doc_to_text", _) = $0 { true } else { false } }
            ),
            (
                Self.suite(["doc_to_target": #""{{choices.label.index(answerKey)}}""#]),
                { if case .templateExpression("doc_to_target", _) = $0 { true } else { false } }
            ),
            (
                Self.suite(["doc_to_text": #""{{ }}""#]),
                { if case .templateExpression = $0 { true } else { false } }
            ),
            (Self.suite(["metric_list": nil]), { if case .noMetrics = $0 { true } else { false } }),
            (Self.suite(["metric_list": "[]"]), { if case .noMetrics = $0 { true } else { false } }),
            (
                Self.suite(["metric_list": "acc"]),
                { if case .wrongShape("metric_list", _, _) = $0 { true } else { false } }
            ),
            (
                Self.suite(["metric_list": "[accuracy]"]),
                { if case .unknownMetric("accuracy", _) = $0 { true } else { false } }
            ),
            (
                Self.suite(["metric_list": "[bleu]"]),
                { if case .metricDoesNotFit("bleu", .choice) = $0 { true } else { false } }
            ),
            (
                Self.suite(["metric_list": "[acc, acc]"]),
                { if case .duplicateMetric("acc") = $0 { true } else { false } }
            ),
            (
                Self.suite(["metric_list": "[{metric: acc, rules: german}]"]),
                { if case .unknownOption("rules", "acc") = $0 { true } else { false } }
            ),
            (
                Self.suite(["metric_list": "[{metric: ece, bins: 0}]"]),
                { if case .outOfRange("bins", 1, 1000, "0") = $0 { true } else { false } }
            ),
            (
                Self.suite(["num_fewshot": "-1"]),
                { if case .outOfRange("num_fewshot", 0, 1000, "-1") = $0 { true } else { false } }
            ),
            (
                Self.suite(["num_fewshot": "two"]),
                { if case .wrongShape("num_fewshot", _, "two") = $0 { true } else { false } }
            ),
            (
                Self.suite(["generation_kwargs": "{until: [x]}"]),
                { if case .keyOfOtherKind("generation_kwargs", .choice) = $0 { true } else { false } }
            ),
            (
                Self.suite(
                    ["num_fewshot": "2", "metric_list": "[bits_per_byte]", "doc_to_choice": nil],
                    kind: "rolling"),
                { if case .fewshotForRolling = $0 { true } else { false } }
            ),
            (
                Self.suite(["generation_kwargs": #"{until: [""]}"#], kind: "generate"),
                { if case .emptyStop = $0 { true } else { false } }
            ),
            (
                Self.suite(["generation_kwargs": "{stop: [x]}"], kind: "generate"),
                { if case .unknownKey("stop", _) = $0 { true } else { false } }
            ),
            (
                Self.suite(["metric_list": "[{metric: f1, rules: french}]"], kind: "generate"),
                { if case .unknownRules("french") = $0 { true } else { false } }
            ),
            (
                Self.suite(["metric_list": "[grounded]"], kind: "generate"),
                { if case .metricNeeds("grounded", "doc_to_source") = $0 { true } else { false } }
            ),
            (
                Self.suite(["metric_list": "[judge]"], kind: "generate"),
                { if case .metricNeeds("judge", "judge") = $0 { true } else { false } }
            ),
            (
                Self.suite(["judge": "{rubric: r, endpoint: 'https://x'}"], kind: "generate"),
                { if case .badEndpoint("https://x") = $0 { true } else { false } }
            ),
            (
                Self.suite(["judge": "{model: m}"], kind: "generate"),
                { if case .missing("rubric") = $0 { true } else { false } }
            ),
            (
                Self.suite(["schema": "'{'"], kind: "generate"),
                { if case .badSchema = $0 { true } else { false } }
            ),
            (
                Self.suite(["fields": "3"]),
                { if case .wrongShape("fields", _, _) = $0 { true } else { false } }
            ),
        ]
        #expect(cases.count >= 30)
        for (text, isRight) in cases {
            let problem = Self.problem(text)
            #expect(problem.map(isRight) == true, "\(text)\n→ \(String(describing: problem))")
        }
    }

    @Test func aMissingFileIsNoCrash() {
        #expect(throws: SuiteError.self) { try Suite.read("/nowhere/at/all.yaml") }
    }

    @Test(arguments: ["http://h", "http://127.0.0.1:1/x", "http://judge.local:8080/v1/chat/completions"])
    func endpointsOfTheOneShapeAreTaken(text: String) { #expect(JudgeSpec.Endpoint(text) != nil) }

    @Test(
        arguments: [
            "", "http://", "http://:80", "http://h:0", "http://h:x", "http://a b", "ftp://h",
            "http://h:1:2", "http://h/\u{7F}", "http://user@h",
        ])
    func otherEndpointsAreNot(text: String) { #expect(JudgeSpec.Endpoint(text) == nil) }

    private func indented(_ text: String) -> String {
        let lines = text.split(separator: "\n")
        return lines.enumerated().map { ($0 == 0 ? "  - " : "    ") + $1 }.joined(separator: "\n")
    }
}
