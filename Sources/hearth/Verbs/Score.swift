import Checkpoint
import Generation
import Kernels
import Model
import Text

struct Score: Verb {
    let name = "score"
    let summary = "compute the log-probabilities of given continuations"
    let model = Parameter.argument("MODEL", .model, "A path, or a name under $HEARTH_HOME/models.")
    let requests = Parameter.option(
        "requests", "F.jsonl", .path, "The requests, one a line; - is standard input.")
    let adapter = Parameter.option(
        "adapter", "DIR", .path, "A LoRA adapter, as PEFT or `hearth train` writes it.")
    let cache = Parameter.option(
        "cache", "TYPE", Reading<CachePrecision>.choice, "How keys and values are kept; by default f32.")
    let asTokens = Parameter.flag(
        "as-written", "Compute everything as while text is written, not as while a prompt is read.")
    let threads = Parameter.option("threads", "N", .integer(in: 1...256), "Threads; by default all cores.")

    var declaration: Declaration {
        Declaration(
            parameters: [model, requests, adapter, cache, asTokens, threads],
            rules: [.exactlyOne([requests])],
            details: [
                "A request is {\"context\", \"continuation\"} or {\"context_ids\", \"continuation_ids\"}; the "
                    + "answer is {\"logprob\", \"greedy\", \"tokens\"}, in order. With \"token_logprobs\": true "
                    + "the answer also lists the log-probability of each token. Texts are split as "
                    + "lm-evaluation-harness splits them: spaces at the end of the context belong to the "
                    + "continuation, both are tokenised as one text, and the token that begins a text stands "
                    + "first where the model expects it. Ids are taken as they are, "
                    + "and need no tokenizer. Everything is computed in f32, unless "
                    + "--as-written asks for what `generate` and `serve` do after the prompt."
            ],
            examples: ["hearth score smollm2-135m-instruct --requests requests.jsonl"])
    }

    func run(_ arguments: Arguments) throws {
        guard let file = arguments[requests] else { return }
        let lines = try RequestLines(file)
        let loaded = try LoadedModel(
            arguments[model], adapter: arguments[adapter], threads: arguments[threads],
            idsOnly: lines.all(have: "context_ids", without: ["context", "continuation"]))
        let items = try lines.map { fields throws(RequestError.Problem) in
            try item(fields, loaded)
        }
        for window in stride(from: 0, to: items.count, by: 64) {
            let part = items[window..<min(window + 64, items.count)]
            let scorer = Scorer(
                loaded.decoder, cachePrecision: arguments[cache] ?? .float32, asTokens: arguments[asTokens])
            let scores = scorer.score(part.map(\.item), adapter: loaded.adapter)
            for (score, item) in zip(scores, part) {
                var members: [(key: String, value: JSON)] = [
                    ("logprob", .number(score.total)), ("greedy", .bool(score.isGreedy)),
                    ("tokens", .integer(Int64(score.tokens.count))),
                ]
                if item.listsTokens {
                    members.append(("token_logprobs", .array(score.tokens.map { .number(Double($0)) })))
                }
                try Output.json(members)
            }
        }
    }

    private func item(
        _ fields: RequestFields, _ loaded: LoadedModel
    ) throws(RequestError.Problem) -> (item: Scorer.Item, listsTokens: Bool) {
        try fields.refuseOthers(
            than: ["context", "continuation", "context_ids", "continuation_ids", "token_logprobs"])
        let item = try tokens(fields, loaded)
        let length = item.context.count + item.continuation.count
        guard length <= loaded.decoder.config.contextLength + 1 else {
            throw .tooLong(tokens: length, context: loaded.decoder.config.contextLength)
        }
        return (item, try fields.bool("token_logprobs") ?? false)
    }

    private func tokens(
        _ fields: RequestFields, _ loaded: LoadedModel
    ) throws(RequestError.Problem) -> Scorer.Item {
        let limit = loaded.decoder.config.vocabularySize
        if fields.has("context_ids") || fields.has("continuation_ids") {
            if fields.has("context") || fields.has("continuation") {
                throw .exclusive(["context and continuation", "context_ids and continuation_ids"])
            }
            guard let context = try fields.tokens("context_ids", below: limit),
                let continuation = try fields.tokens("continuation_ids", below: limit)
            else { throw .missing("\"context_ids\" and \"continuation_ids\"") }
            guard !context.isEmpty else {
                throw .badValue(key: "context_ids", wanted: "at least one token")
            }
            return Scorer.Item(context: context, continuation: continuation)
        }
        guard let context = try fields.string("context"), let continuation = try fields.string("continuation")
        else { throw .missing("\"context\" and \"continuation\"") }
        guard let item = loaded.split(context: context, continuation: continuation) else {
            throw .nothingToStart
        }
        return item
    }
}

extension LoadedModel {
    /// Context and continuation as tokens, split as lm-evaluation-harness does.
    func split(context: String, continuation: String) -> Scorer.Item? {
        let tokenizer = text.tokenizer
        let spaces = context.unicodeScalars.reversed().prefix { $0.properties.isWhitespace }.count
        let kept = String(String.UnicodeScalarView(context.unicodeScalars.dropLast(spaces)))
        let moved = String(String.UnicodeScalarView(context.unicodeScalars.suffix(spaces))) + continuation
        if kept.isEmpty {
            guard let start = tokenizer.bos ?? tokenizer.eos else { return nil }
            return Scorer.Item(context: [start], continuation: tokenizer.encode(moved))
        }
        let head = tokens(ofText: kept)
        let whole = tokens(ofText: kept + moved)
        return Scorer.Item(context: head, continuation: Array(whole.dropFirst(head.count)))
    }
}
