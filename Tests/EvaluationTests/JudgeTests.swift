import Checkpoint
import Foundation
import Testing

@testable import Evaluation

@Suite struct JudgeTests {
    /// An endpoint that answers with a function of the question.
    struct Endpoint: JudgeTransport {
        let answer: @Sendable (String) -> String
        var status = 200

        func post(
            host: String, port: Int, path: String, key: String?, body: [UInt8]
        ) async throws -> (status: Int, body: [UInt8]) {
            let request = try JSON.parse(body)
            let question = request["messages"]?.array?.first?["content"]?.string ?? ""
            let completion: JSON = .object([
                "choices": .array([.object(["message": .object(["content": .string(answer(question))])])])
            ])
            return (status, completion.serialised())
        }
    }

    private func judge(against: String? = nil, _ answer: @escaping @Sendable (String) -> String) throws
        -> Judge
    {
        let spec = JudgeSpec(
            endpoint: try #require(JudgeSpec.Endpoint("http://127.0.0.1:1")), model: "m",
            rubric: try Template("Is it about {{q}}?"), scale: 4,
            against: try against.map { text in try Template(text) }, labelled: nil,
            keyFile: nil)
        return Judge(spec: spec, transport: Endpoint(answer: answer))
    }

    private let document = Document(
        json: .object(["q": .string("trains"), "other": .string("ships")]), path: "d", row: 1)

    @Test func aSensibleVerdictIsAShareOfTheScale() async throws {
        let judge = try judge { $0.contains("Is it about trains?") ? #"{"score":3}"# : "no" }
        #expect(try await judge.share("an answer", document: document) == 0.75)
    }

    @Test(
        arguments: [
            "3", "great!", #"{"score":5}"#, #"{"score":-1}"#, #"{"score":"3"}"#, #"{"score":2.5}"#, "{}",
            #"{"score":3} because"#, "", #"{"score":3,"reason":"x"}"#,
        ])
    func nonsenseIsNoScore(answer: String) async throws {
        #expect(try await judge { _ in answer }.share("x", document: document) == nil)
    }

    @Test func aJudgeThatLikesThePlaceAndNotTheAnswerSaysTie() async throws {
        let biased = try judge(against: "{{other}}") { _ in #"{"better":"A"}"# }
        #expect(try await biased.share("x", document: document) == 0.5)
        let fair = try judge(against: "{{other}}") { question in
            question.contains("Answer A:\nships") ? #"{"better":"A"}"# : #"{"better":"B"}"#
        }
        #expect(try await fair.share("x", document: document) == 0)
        let lost = try judge(against: "{{other}}") { _ in #"{"better":"C"}"# }
        #expect(try await lost.share("x", document: document) == nil)
    }

    @Test func agreementCountsNonsenseAsNone() {
        let agreement = JudgeAgreement([(4, 4), (0, 0), (4, 0), (nil, 4)])
        #expect(agreement.judged == 3 && agreement.agreed == 2 && agreement.nonsense == 1)
        #expect(agreement.agreement == 0.5)
        // Observed 2/3, by chance 2/3·1/3 + 1/3·2/3 = 4/9.
        #expect(near(agreement.kappa, (2.0 / 3 - 4.0 / 9) / (1 - 4.0 / 9)))
    }

    @Test func aJudgeOfPairsIsMeasuredOnPairs() async throws {
        let folder = try Folder()
        let path = try folder.write(
            "l.jsonl",
            #"{"q":"x","other":"b","answer":"a","label":"better"}"# + "\n"
                + #"{"q":"x","other":"a","answer":"b","label":"tie"}"#)
        var judge = try judge(against: "{{other}}") { question in
            question.contains("Answer A:\na") ? #"{"better":"A"}"# : #"{"better":"B"}"#
        }
        judge = Judge(spec: measured(judge.spec, on: path), transport: judge.transport)
        let agreement = try await judge.agreement(on: try #require(try JudgeLabel.read(judge.spec)))
        #expect(agreement.judged == 2 && agreement.agreed == 1)
    }

    @Test func labelsThatNoJudgeCanGiveAreErrors() throws {
        let folder = try Folder()
        let spec = try judge { _ in "" }.spec
        for (row, problem) in [
            (#"{"q":"x","answer":"a","label":5}"#, DataError.Problem.notALabel(wanted: "0 to 4")),
            (#"{"q":"x","answer":"a"}"#, .missingField("label")),
            (#"{"q":"x","label":1}"#, .missingField("answer")),
            (#"{"answer":"a","label":1}"#, .missingField("q")),
        ] {
            let path = try folder.write("l.jsonl", row)
            #expect(throws: DataError.self) { try JudgeLabel.read(measured(spec, on: path)) }
            do throws(DataError) {
                _ = try JudgeLabel.read(measured(spec, on: path))
            } catch {
                #expect(error.problem == problem)
            }
        }
    }

    private func measured(_ spec: JudgeSpec, on path: String) -> JudgeSpec {
        JudgeSpec(
            endpoint: spec.endpoint, model: spec.model, rubric: spec.rubric, scale: spec.scale,
            against: spec.against, labelled: path, keyFile: nil)
    }

    @Test func aRefusingEndpointIsAnError() async throws {
        var endpoint = Endpoint { _ in "" }
        endpoint.status = 503
        let judge = Judge(spec: try judge { _ in "" }.spec, transport: endpoint)
        await #expect(throws: JudgeError(.refused(status: 503), host: "127.0.0.1", port: 1)) {
            _ = try await judge.share("x", document: document)
        }
    }

    @Test func aJudgedTaskReportsScoresAndAgreement() async throws {
        let folder = try Folder()
        try folder.write("d.jsonl", #"{"q":"a =gut","a":"x"}"# + "\n" + #"{"q":"b =schlecht","a":"x"}"#)
        try folder.write(
            "l.jsonl", #"{"q":"a","answer":"gut","label":4}"# + "\n" + #"{"q":"b","answer":"?","label":0}"#)
        let text = SuiteErrorTests.suite(
            [
                "metric_list": "[judge]",
                "judge":
                    "{rubric: 'About {{q}}', endpoint: 'http://127.0.0.1:1', scale: 4, labelled: l.jsonl}",
            ], kind: "generate")
        let suite = try Suite.read(folder.write("s.yaml", text))
        let endpoint = Endpoint { question in
            question.contains("gut")
                ? #"{"score":4}"# : question.contains("?\n\nScore") ? "hm" : #"{"score":1}"#
        }
        let task = try await EvaluationRun(
            suites: [suite], subject: FakeSubject(), transport: endpoint
        ).run().tasks[0]
        #expect(task.scores[0].value == (1 + 0.25) / 2)
        #expect(task.judge?.nonsense == 1 && task.judge?.agreed == 1 && task.nonsense == 0)
        await #expect(throws: JudgeError(.noTransport, host: "127.0.0.1", port: 1)) {
            _ = try await EvaluationRun(suites: [suite], subject: FakeSubject()).run()
        }
    }
}
