import Checkpoint

/// Text completions as OpenAI writes them.
enum CompletionReply {
    /// One finished choice; `lead` is the echoed prompt.
    struct Choice: Sendable {
        var lead = ""
        var leadScores: [ScoredToken] = []
        var answer: Answer
    }

    static func whole(_ stamp: ReplyStamp, _ choices: [Choice], scored: Bool, usage: Usage) -> JSON {
        envelope(
            stamp,
            choices.enumerated().map { index, choice in
                var offset = 0
                let scores = choice.leadScores + choice.answer.scores
                return one(
                    index, choice.lead + choice.answer.text,
                    scored ? logprobs(scores, offset: &offset) : .null, choice.answer.ending ?? .stop)
            }, usage: usage.json)
    }

    /// A step of one choice; `offset` counts the characters sent before it.
    static func step(
        _ stamp: ReplyStamp, _ choice: Int, text: String, scores: [ScoredToken]?, offset: inout Int,
        usage: Bool
    ) -> JSON {
        let logprobs = scores.map { Self.logprobs($0, offset: &offset) } ?? JSON.null
        return envelope(stamp, [one(choice, text, logprobs, nil)], usage: usage ? .null : nil)
    }

    static func closing(_ stamp: ReplyStamp, _ choice: Int, _ ending: Answer.Ending, usage: Bool) -> JSON {
        envelope(stamp, [one(choice, "", .null, ending)], usage: usage ? .null : nil)
    }

    static func usage(_ stamp: ReplyStamp, _ usage: Usage) -> JSON { envelope(stamp, [], usage: usage.json) }

    private static func envelope(_ stamp: ReplyStamp, _ choices: [JSON], usage: JSON?) -> JSON {
        var json: JSONObject = [
            "id": .string(stamp.id), "object": .string("text_completion"), "created": .count(stamp.created),
            "model": .string(stamp.model), "choices": .array(choices),
        ]
        if let usage { json["usage"] = usage }
        return .object(json)
    }

    private static func one(_ index: Int, _ text: String, _ logprobs: JSON, _ ending: Answer.Ending?) -> JSON
    {
        .object([
            "text": .string(text), "index": .count(index), "logprobs": logprobs,
            "finish_reason": .text(ending?.rawValue),
        ])
    }

    private static func logprobs(_ scores: [ScoredToken], offset: inout Int) -> JSON {
        var offsets: [JSON] = []
        for score in scores {
            offsets.append(.count(offset))
            offset += String(decoding: score.bytes, as: UTF8.self).unicodeScalars.count
        }
        return .object([
            "tokens": .array(scores.map { .string(name($0.bytes)) }),
            "token_logprobs": .array(scores.map { $0.logProbability.map(JSON.logProbability) ?? .null }),
            "top_logprobs": .array(scores.map(alternatives)),
            "text_offset": .array(offsets),
        ])
    }

    private static func alternatives(_ score: ScoredToken) -> JSON {
        guard score.logProbability != nil else { return .null }
        var json = JSONObject()
        for other in score.alternatives where json[name(other.bytes)] == nil {
            json[name(other.bytes)] = .logProbability(other.logProbability)
        }
        // The token that stands there is always among them, as with OpenAI.
        if let own = score.logProbability, json[name(score.bytes)] == nil {
            json[name(score.bytes)] = .logProbability(own)
        }
        return .object(json)
    }

    /// A token's text, or `bytes:\xe2\x82` where it is only a part of a character.
    private static func name(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return "bytes:"
            + bytes.map { byte in
                let digits = String(byte, radix: 16)
                return "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits
            }.joined()
    }
}
