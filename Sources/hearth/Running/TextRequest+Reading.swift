import Checkpoint
import Generation
import Serving
import Text

/// The wishes that hold where a request says nothing.
struct GenerationDefaults {
    var maxTokens = 256
    var sampling = Sampling.greedy
    var stops: [String] = []
    var format: ChatFormat?
    var system: String?
}

extension LoadedModel {
    static let requestKeys = [
        "prompt", "prompt_ids", "messages", "max_tokens", "temperature", "top_p", "top_k", "min_p",
        "repetition_penalty", "presence_penalty", "frequency_penalty", "seed", "stop", "response_format",
    ]

    /// Reads one request of `generate`.
    func request(
        _ fields: RequestFields, _ defaults: GenerationDefaults
    ) throws(RequestError.Problem) -> TextRequest {
        try fields.refuseOthers(than: Self.requestKeys)
        var sampling = defaults.sampling
        sampling.temperature = try fields.double("temperature", in: 0...100) ?? sampling.temperature
        sampling.topP = try fields.double("top_p", in: 0...1) ?? sampling.topP
        sampling.topK = try fields.int("top_k", in: 0...16_777_216) ?? sampling.topK
        sampling.minP = try fields.double("min_p", in: 0...1) ?? sampling.minP
        sampling.repetitionPenalty =
            try fields.double("repetition_penalty", in: 0.01...100) ?? sampling.repetitionPenalty
        sampling.presencePenalty =
            try fields.double("presence_penalty", in: -2...2) ?? sampling.presencePenalty
        sampling.frequencyPenalty =
            try fields.double("frequency_penalty", in: -2...2) ?? sampling.frequencyPenalty
        if let seed = try fields.int("seed", in: Int.min...Int.max) {
            sampling.seed = UInt64(bitPattern: Int64(seed))
        }
        var generation = GenerationRequest(
            prompt: try prompt(fields, defaults),
            maxTokens: try fields.int("max_tokens", in: 0...16_777_216) ?? defaults.maxTokens,
            stops: stops, sampling: sampling, adapter: adapter)
        generation.constraint = try constraint(fields)
        return TextRequest(
            generation: generation, stops: try fields.strings("stop") ?? defaults.stops,
            isIds: fields.has("prompt_ids"))
    }

    /// What `response_format` wants of the answer, written as in OpenAI's API.
    private func constraint(_ fields: RequestFields) throws(RequestError.Problem) -> Constraint? {
        guard fields.has("response_format"), let value = fields.object["response_format"] else { return nil }
        let format: OutputFormat
        switch value["type"]?.string {
        case "text": return nil
        case "json_object": format = .jsonObject
        case "json_schema":
            guard let schema = value["json_schema"]?["schema"] else { throw .badFormat }
            format = .jsonSchema(schema)
        default: throw .badFormat
        }
        do throws(SchemaError) {
            return try structures.constraint(for: format)
        } catch {
            throw .schema(error)
        }
    }

    private func prompt(
        _ fields: RequestFields, _ defaults: GenerationDefaults
    ) throws(RequestError.Problem) -> [Int32] {
        let ways = ["prompt", "prompt_ids", "messages"].filter(fields.has)
        guard ways.count <= 1 else { throw .exclusive(ways) }
        var tokens: [Int32] = []
        if let text = try fields.string("prompt") {
            tokens = self.tokens(ofText: text)
        } else if let ids = try fields.tokens("prompt_ids", below: decoder.config.vocabularySize) {
            tokens = ids
        } else if let messages = try fields.messages() {
            tokens = try self.tokens(of: messages, defaults)
        } else {
            throw .missing("\"prompt\", \"prompt_ids\" or \"messages\"")
        }
        if tokens.isEmpty {
            guard let start = text.tokenizer.bos ?? text.tokenizer.eos else { throw .nothingToStart }
            tokens = [start]
        }
        guard tokens.count < decoder.config.contextLength else {
            throw .tooLong(tokens: tokens.count, context: decoder.config.contextLength)
        }
        return tokens
    }

    /// A conversation up to the opening of the answer.
    func tokens(
        of messages: [ChatMessage], _ defaults: GenerationDefaults
    ) throws(RequestError.Problem) -> [Int32] {
        guard let format = defaults.format ?? chatFormat else { throw .noChatFormat(model: path) }
        let system = defaults.system.map { [ChatMessage(.system, $0)] } ?? []
        do {
            return try format.tokens(system + messages, generationPrompt: true, tokenizer: text.tokenizer).ids
        } catch {
            throw .badMessage(error.sentence)
        }
    }
}
