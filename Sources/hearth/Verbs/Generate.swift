import Checkpoint
import Generation
import Kernels
import Text

struct Generate: Verb {
    let name = "generate"
    let summary = "continue texts or answer conversations"
    let model = Parameter.argument("MODEL", .model, "A path, or a name under $HEARTH_HOME/models.")
    let requests = Parameter.option(
        "requests", "F.jsonl", .path, "The requests, one a line; - is standard input.")
    let prompt = Parameter.option("prompt", "TEXT", .text, "One text to continue, shown as it is written.")
    let message = Parameter.option(
        "message", "TEXT", .text, "One question to answer, asked in the model's chat format.")
    let parallel = Parameter.option(
        "parallel", "N", .integer(in: 1...256), default: 16, "How many answers are written at once.")
    let noGuessing = Parameter.flag(
        "no-guessing", "Write one token at a time; answers are the same, and come later.")
    let cache = Parameter.option(
        "cache", "TYPE", Reading<CachePrecision>.choice, "How keys and values are kept; by default f16.")
    let sampling = SamplingOptions()

    var declaration: Declaration {
        Declaration(
            parameters: [model, requests, prompt, message, parallel, noGuessing, cache] + sampling.all,
            rules: [.exactlyOne([requests, prompt, message])],
            details: [
                "A request is {\"prompt\": …} or {\"messages\": […]} (or {\"prompt_ids\": […]}), and may say "
                    + "max_tokens, temperature, top_p, top_k, min_p, repetition_penalty, presence_penalty, "
                    + "frequency_penalty, seed, stop and response_format (as in OpenAI's API); what it leaves "
                    + "out is as the options say. The answer is "
                    + "{\"text\", \"finish_reason\", \"usage\"}, a line for a line, in order. A prompt is continued "
                    + "as it stands; messages are written in the model's chat format. The default temperature "
                    + "is 0. An answer does not depend on the others. The answer to prompt_ids has its \"ids\" too, and "
                    + "needs no tokenizer."
            ],
            examples: [
                "hearth generate smollm2-135m-instruct --message 'What is a postmortem?'",
                "hearth generate gemma-3-270m --prompt 'Berlin ist' --max-tokens 20",
            ])
    }

    func run(_ arguments: Arguments) throws {
        let defaults = sampling.defaults(arguments, temperature: 0)
        let lines = try arguments[requests].map { file throws(RequestError) in try RequestLines(file) }
        let isChat = arguments[message] != nil || lines?.lines.contains { $0.json["messages"] != nil } == true
        let loaded = try LoadedModel(
            arguments[model], adapter: arguments[sampling.adapter], threads: arguments[sampling.threads],
            chats: isChat && defaults.format == nil,
            idsOnly: lines?.all(have: "prompt_ids", without: ["prompt", "messages", "response_format"])
                == true)
        if let lines {
            let requests = try lines.map { fields throws(RequestError.Problem) in
                try loaded.request(fields, defaults)
            }
            let engine = engine(for: requests, loaded, arguments, parallel: arguments[parallel])
            return try answer(requests, loaded, engine)
        }
        var object = JSONObject()
        if let prompt = arguments[prompt] { object.members.append(("prompt", .string(prompt))) }
        if let message = arguments[message] {
            let turn: JSONObject = ["role": .string("user"), "content": .string(message)]
            object.members.append(("messages", .array([.object(turn)])))
        }
        do {
            let request = try loaded.request(RequestFields(object: object), defaults)
            try stream(request, loaded, engine(for: [request], loaded, arguments, parallel: 1))
        } catch let problem as RequestError.Problem {
            throw RequestError(problem)
        }
    }

    private func engine(
        for requests: [TextRequest], _ loaded: LoadedModel, _ arguments: Arguments, parallel: Int
    ) -> Engine {
        loaded.engine(
            for: requests, parallel: parallel, cache: arguments[cache] ?? .float16,
            guesses: !arguments[noGuessing])
    }

    /// Writes one answer as it comes.
    private func stream(_ request: TextRequest, _ loaded: LoadedModel, _ engine: Engine) throws {
        _ = engine.submit(request.generation)
        var answer = TextAnswer(loaded.text.tokenizer, stops: request.stops)
        while !engine.isIdle, answer.reason == nil {
            for (_, event) in engine.step() { try Output.write(answer.take(event)) }
        }
        try Output.write("\n")
    }

    /// Answers all requests and writes the answers in the order of the requests.
    private func answer(_ requests: [TextRequest], _ loaded: LoadedModel, _ engine: Engine) throws {
        var answers = requests.map { TextAnswer(loaded.text.tokenizer, stops: $0.stops) }
        var indices: [Engine.ID: Int] = [:]
        for (index, request) in requests.enumerated() { indices[engine.submit(request.generation)] = index }
        var written = 0
        while written < requests.count {
            for (id, event) in engine.step() {
                guard let index = indices[id] else { continue }
                _ = answers[index].take(event)
                if answers[index].reason != nil { engine.cancel(id) }
            }
            while written < requests.count, let reason = answers[written].reason {
                try write(answers[written], requests[written], reason)
                written += 1
            }
        }
    }

    private func write(_ answer: TextAnswer, _ request: TextRequest, _ reason: FinishReason) throws {
        let prompt = Int64(request.generation.prompt.count)
        let usage: JSONObject = [
            "prompt_tokens": .integer(prompt), "completion_tokens": .integer(Int64(answer.tokens)),
            "total_tokens": .integer(prompt + Int64(answer.tokens)),
        ]
        var members: [(key: String, value: JSON)] = [
            ("text", .string(answer.text)), ("finish_reason", .string(reason.word)),
            ("usage", .object(usage)),
        ]
        if request.isIds { members.append(("ids", .array(answer.ids.map { .integer(Int64($0)) }))) }
        try Output.json(members)
    }
}

extension LoadedModel {
    /// An engine with just the room that some requests need.
    func engine(
        for requests: [TextRequest], parallel: Int, cache: CachePrecision = .usual, guesses: Bool = true
    ) -> Engine {
        let longest = requests.map { $0.generation.prompt.count + $0.generation.maxTokens }.max() ?? 1
        let engine = Engine(
            decoder, context: min(longest, decoder.config.contextLength),
            parallel: max(1, min(parallel, requests.count)), cachePrecision: cache)
        engine.speculates = guesses
        return engine
    }
}
