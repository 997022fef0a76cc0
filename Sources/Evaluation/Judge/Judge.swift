import Checkpoint

/// A model that scores answers by a rubric, behind an OpenAI-compatible endpoint.
///
/// Single answers get a score that a JSON schema bounds. Pairs are asked in both
/// orders, because judges favour a place: a preference counts only where both
/// orders agree, and is a tie otherwise. Whether a judge is worth believing is
/// measured on labelled answers and reported beside its scores.
struct Judge: Sendable {
    let spec: JudgeSpec
    let transport: any JudgeTransport
    /// What the endpoint knows us by, where it wants that.
    var key: String?

    /// The share of the best score for an answer, or nothing where the judge
    /// spoke nonsense. Of a pair: 1 better, 0 worse, a half for a tie.
    func share(_ answer: String, document: Document) async throws -> Double? {
        let rubric = try document.text(spec.rubric)
        guard let against = spec.against else {
            guard let score = try await score(answer, rubric: rubric) else { return nil }
            return Double(score) / Double(spec.scale)
        }
        switch try await preference(answer, over: document.text(against), rubric: rubric) {
        case .first: return 1
        case .second: return 0
        case .tie: return 0.5
        case nil: return nil
        }
    }

    func score(_ answer: String, rubric: String) async throws -> Int? {
        let question = "\(rubric)\n\nAnswer:\n\(answer)\n\nScore the answer from 0 to \(spec.scale)."
        if case .score(let score) = try await ask(question, schema: scoreSchema, isPair: false) {
            return score
        }
        return nil
    }

    /// Which of two answers is better, whatever order they are shown in.
    func preference(
        _ answer: String, over other: String, rubric: String
    ) async throws -> JudgeVerdict.Preference? {
        let forward = try await ask(pair(rubric, answer, other), schema: pairSchema, isPair: true)
        let backward = try await ask(pair(rubric, other, answer), schema: pairSchema, isPair: true)
        guard case .preference(let first) = forward, case .preference(let second) = backward else {
            return nil
        }
        return first == second.swapped ? first : .tie
    }

    /// The judge's agreement with what people said of the same answers.
    func agreement(on labels: [JudgeLabel]) async throws -> JudgeAgreement {
        var pairs: [(verdict: Int?, label: Int)] = []
        for label in labels {
            pairs.append((try await verdict(label.answer, label.document), label.label))
        }
        return JudgeAgreement(pairs)
    }

    private func verdict(_ answer: String, _ document: Document) async throws -> Int? {
        let rubric = try document.text(spec.rubric)
        guard let against = spec.against else { return try await score(answer, rubric: rubric) }
        return try await preference(answer, over: document.text(against), rubric: rubric)?.rank
    }

    // MARK: The request

    private func ask(_ question: String, schema: JSON, isPair: Bool) async throws -> JudgeVerdict {
        let request: JSON = .object([
            "model": .string(spec.model),
            "messages": .array([.object(["role": .string("user"), "content": .string(question)])]),
            "temperature": .integer(0),
            "max_tokens": .integer(64),
            "response_format": .object([
                "type": .string("json_schema"),
                "json_schema": .object([
                    "name": .string("verdict"), "strict": .bool(true), "schema": schema,
                ]),
            ]),
        ])
        let endpoint = spec.endpoint
        let answer = try await transport.post(
            host: endpoint.host, port: endpoint.port, path: endpoint.path, key: key,
            body: request.serialised())
        guard answer.status == 200 else {
            throw JudgeError(.refused(status: answer.status), host: endpoint.host, port: endpoint.port)
        }
        return JudgeVerdict(completion: answer.body, scale: spec.scale, isPair: isPair)
    }

    private func pair(_ rubric: String, _ first: String, _ second: String) -> String {
        "\(rubric)\n\nAnswer A:\n\(first)\n\nAnswer B:\n\(second)\n\nWhich answer is better: A, B, or tie?"
    }

    private var scoreSchema: JSON {
        Self.schema(
            "score",
            .object([
                "type": .string("integer"), "minimum": .integer(0), "maximum": .integer(Int64(spec.scale)),
            ]))
    }

    private var pairSchema: JSON {
        Self.schema(
            "better",
            .object(["type": .string("string"), "enum": .array(["A", "B", "tie"].map(JSON.string))]))
    }

    private static func schema(_ key: String, _ value: JSON) -> JSON {
        .object([
            "type": .string("object"), "properties": .object(JSONObject([(key, value)])),
            "required": .array([.string(key)]), "additionalProperties": .bool(false),
        ])
    }
}

/// Why a judge cannot be asked.
public struct JudgeError: Error, Sendable, Equatable {
    /// Where the judge was looked for.
    public let host: String
    /// Its port.
    public let port: Int
    /// What is wrong.
    public let problem: Problem

    /// A problem with an endpoint.
    public init(_ problem: Problem, host: String, port: Int) {
        self.host = host
        self.port = port
        self.problem = problem
    }

    /// The ways in which a judge fails.
    public enum Problem: Sendable, Equatable {
        /// The suite asks a judge and the program was given no way to reach one.
        case noTransport
        /// Nobody answers there.
        case unreachable
        /// What answers is not a web server, or hangs up, or never comes to an end.
        case noAnswer
        /// It answered with an error.
        case refused(status: Int)
        /// The file that should hold its key does not hold one.
        case noKey(path: String)
    }
}
