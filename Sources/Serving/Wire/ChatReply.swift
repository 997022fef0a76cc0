import Checkpoint

/// Chat completions as OpenAI writes them.
enum ChatReply {
    static func whole(_ stamp: ReplyStamp, _ answers: [Answer], scored: Bool, usage: Usage) -> JSON {
        .object([
            "id": .string(stamp.id), "object": .string("chat.completion"), "created": .count(stamp.created),
            "model": .string(stamp.model),
            "choices": .array(answers.enumerated().map { choice($0, $1, scored: scored) }),
            "usage": usage.json,
        ])
    }

    /// The first event of a choice: who speaks.
    static func opening(_ stamp: ReplyStamp, _ choice: Int, usage: Bool) -> JSON {
        chunk(
            stamp, choice, delta: ["role": .string("assistant"), "content": .string(""), "refusal": .null],
            logprobs: .null, ending: nil, usage: usage)
    }

    static func step(
        _ stamp: ReplyStamp, _ choice: Int, _ step: Answer.Step, callsBefore: Int, scored: Bool, usage: Bool
    ) -> JSON {
        var delta = JSONObject()
        if !step.text.isEmpty || step.calls.isEmpty { delta["content"] = .string(step.text) }
        if !step.calls.isEmpty {
            delta["tool_calls"] = .array(
                step.calls.enumerated().map { offset, call in
                    var json = JSONObject([("index", .count(callsBefore + offset))])
                    json.members += toolCall(call).members
                    return .object(json)
                })
        }
        return chunk(
            stamp, choice, delta: delta, logprobs: scored ? logprobs(step.scores) : .null, ending: nil,
            usage: usage)
    }

    static func closing(_ stamp: ReplyStamp, _ choice: Int, _ ending: Answer.Ending, usage: Bool) -> JSON {
        chunk(stamp, choice, delta: [:], logprobs: .null, ending: ending, usage: usage)
    }

    /// The last event, when usage was asked for.
    static func usage(_ stamp: ReplyStamp, _ usage: Usage) -> JSON {
        .object([
            "id": .string(stamp.id), "object": .string("chat.completion.chunk"),
            "created": .count(stamp.created), "model": .string(stamp.model), "choices": .array([]),
            "usage": usage.json,
        ])
    }

    static func logprobs(_ scores: [ScoredToken]) -> JSON {
        .object(["content": .array(scores.map(score)), "refusal": .null])
    }

    private static func chunk(
        _ stamp: ReplyStamp, _ choice: Int, delta: JSONObject, logprobs: JSON, ending: Answer.Ending?,
        usage: Bool
    ) -> JSON {
        var json: JSONObject = [
            "id": .string(stamp.id), "object": .string("chat.completion.chunk"),
            "created": .count(stamp.created), "model": .string(stamp.model),
            "choices": .array([
                .object([
                    "index": .count(choice), "delta": .object(delta), "logprobs": logprobs,
                    "finish_reason": .text(ending?.rawValue),
                ])
            ]),
        ]
        if usage { json["usage"] = .null }
        return .object(json)
    }

    private static func choice(_ index: Int, _ answer: Answer, scored: Bool) -> JSON {
        let hasOnlyCalls = answer.text.isEmpty && !answer.calls.isEmpty
        var message: JSONObject = [
            "role": .string("assistant"), "content": hasOnlyCalls ? .null : .string(answer.text),
            "refusal": .null,
        ]
        if !answer.calls.isEmpty {
            message["tool_calls"] = .array(answer.calls.map { .object(toolCall($0)) })
        }
        return .object([
            "index": .count(index), "message": .object(message),
            "logprobs": scored ? logprobs(answer.scores) : .null,
            "finish_reason": .string((answer.ending ?? .stop).rawValue),
        ])
    }

    private static func toolCall(_ call: ToolCall) -> JSONObject {
        [
            "id": .string(call.id), "type": .string("function"),
            "function": .object(["name": .string(call.name), "arguments": .string(call.arguments)]),
        ]
    }

    private static func score(_ token: ScoredToken) -> JSON {
        let alternatives = token.alternatives.map { one($0.bytes, $0.logProbability) }
        var json = one(token.bytes, token.logProbability ?? 0)
        json["top_logprobs"] = .array(alternatives.map { .object($0) })
        return .object(json)
    }

    private static func one(_ bytes: [UInt8], _ logProbability: Float) -> JSONObject {
        [
            "token": .string(String(decoding: bytes, as: UTF8.self)),
            "logprob": .logProbability(logProbability),
            "bytes": .array(bytes.map { .count(Int($0)) }),
        ]
    }
}
