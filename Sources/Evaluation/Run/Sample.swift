import Checkpoint

/// One line of a samples file: an item, what the model answered, what it scored.
///
/// The shape is lm-evaluation-harness's (`doc_id`, `doc`, `target`, `arguments`,
/// `resps`, `filtered_resps`, `metrics`, one key a metric), so that its readers
/// read it. A metric that is a mean stands as a number; one that is computed
/// over the whole sample stands as the list of numbers it is computed from, so
/// that every score can be computed again from this file alone.
struct Sample: Sendable {
    let id: Int
    let json: JSON

    /// A sample of an outcome.
    init(_ outcome: Outcome, task: EvaluationTask) {
        let item = outcome.item
        id = item.id
        let requests = SampleText.arguments(item)
        let responses = SampleText.responses(outcome)
        var object: JSONObject = [
            "doc_id": .integer(Int64(item.id)),
            "doc": item.document,
            "target": .string(SampleText.target(item)),
            "arguments": .object(JSONObject(SampleText.named(requests))),
            "resps": .array(responses.map { .array([$0]) }),
            "filtered_resps": .array(outcome.answer.map { [.string($0)] } ?? responses),
            "filter": .string("none"),
            "metrics": .array(task.metrics.map { .string($0.name) }),
            "doc_hash": .string(SHA256.hex(of: item.document.serialised())),
            "prompt_hash": .string(SHA256.hex(of: Array((requests.first?.first ?? "").utf8))),
            "target_hash": .string(SHA256.hex(of: Array(SampleText.target(item).utf8))),
        ]
        if let group = item.group { object["group"] = .string(group) }
        if let confidence = outcome.confidence { object["confidence"] = .number(confidence) }
        if case .generated(let text) = outcome.response {
            object["generated_tokens"] = .integer(Int64(text.tokens))
            object["finished"] = .bool(text.isFinished)
        }
        for metric in task.metrics {
            guard let values = metric.values(outcome, abstain: task.prompt.abstain) else { continue }
            object[metric.name] =
                metric.width == 1 ? .number(values[0]) : .array(values.map(JSON.number))
        }
        json = .object(object)
    }

    /// A sample read back from a file's line; nothing where the line is not one.
    init?(_ json: JSON) {
        guard let id = json["doc_id"]?.int else { return nil }
        self.id = id
        self.json = json
    }

    /// The numbers a metric is computed from, where the item had them.
    func values(_ metric: MetricSpec) -> [Double]? {
        guard let value = json[metric.name] else { return nil }
        let numbers = value.array.map { $0.compactMap(\.double) } ?? value.double.map { [$0] } ?? []
        return numbers.count == metric.width && metric.isPlausible(numbers) ? numbers : nil
    }

    var group: String? { json["group"]?.string }
    var confidence: Double? { json["confidence"]?.double }
    var documentHash: String { json["doc_hash"]?.string ?? "" }

    var promptHash: String { json["prompt_hash"]?.string ?? "" }

    /// What the model was shown, for people.
    var prompt: String { json["arguments"]?["gen_args_0"]?["arg_0"]?.string ?? "" }
    /// The right answer, for people.
    var target: String { json["target"]?.string ?? "" }
    /// What the model answered, for people.
    var answer: String {
        let responses = json["filtered_resps"]?.array ?? []
        return responses.map { response in
            response.string ?? response.array?.first?.string ?? ""
        }.joined(separator: " · ")
    }
}

/// The texts a sample is made of, as Python would have printed them.
private enum SampleText {
    static func arguments(_ item: Item) -> [[String]] {
        switch item.work {
        case .choice(let choice):
            choice.continuations.enumerated().map { [text(choice.context(of: $0)), $1] }
        case .loglikelihood(let context, let continuation): [[text(context), continuation]]
        case .generate(let prompt, _): [[text(prompt)]]
        case .rolling(let text): [[text]]
        }
    }

    static func named(_ requests: [[String]]) -> [(key: String, value: JSON)] {
        requests.enumerated().map { place, parts in
            let members = parts.enumerated().map { (key: "arg_\($0)", value: JSON.string($1)) }
            return (key: "gen_args_\(place)", value: .object(JSONObject(members)))
        }
    }

    static func responses(_ outcome: Outcome) -> [JSON] {
        switch outcome.response {
        case .choice(let scores, _): scores.map(score)
        case .loglikelihood(let one): [score(one)]
        case .generated(let text): [.string(text.text)]
        case .rolling(let logprob): [.string("\(logprob)")]
        }
    }

    private static func score(_ score: ContinuationScore) -> JSON {
        .array([.string("\(score.logprob)"), .string(score.isGreedy ? "True" : "False")])
    }

    static func target(_ item: Item) -> String {
        switch item.target {
        case .string(let text): text
        case .integer(let number): String(number)
        case .array(let elements) where elements.count == 1: elements[0].string ?? ""
        case let other: String(decoding: other.serialised(), as: UTF8.self)
        }
    }

    /// A conversation as text that shows who speaks; it is for people, not for a model.
    private static func text(_ prompt: Prompt) -> String {
        switch prompt {
        case .text(let text): text
        case .turns(let turns): turns.map { "[\($0.role.rawValue)] \($0.content)" }.joined(separator: "\n")
        }
    }
}
