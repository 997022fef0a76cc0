import Checkpoint

/// The parameters all generating requests share, checked.
struct SamplingFields: Sendable {
    var sampling = SamplingRules()
    var choices = 1
    var stops: [String] = []
    var stream = false
    var includesUsage = false
    var ignoresEnd = false

    /// Choices a request may ask for; each costs a place in the batch.
    static let choiceLimit = 8
    static let biasLimit = 1024

    /// Reads what OpenAI's two older endpoints have in common.
    init(_ fields: inout FieldReader, vocabulary: Int, seed: () -> UInt64) throws(RequestProblem) {
        try readSampling(&fields, seed: seed)
        choices = try fields.int("n", 1...Self.choiceLimit) ?? 1
        sampling.presencePenalty = try fields.number("presence_penalty", -2...2) ?? 0
        sampling.frequencyPenalty = try fields.number("frequency_penalty", -2...2) ?? 0
        sampling.logitBias = try Self.bias(&fields, vocabulary: vocabulary)
        stops = try Self.stops(&fields)
        stream = try fields.bool("stream") ?? false
        if let options = fields.value("stream_options") {
            guard stream else { throw .needs("stream_options", other: "stream") }
            var options = try FieldReader(options, at: "stream_options")
            includesUsage = try options.bool("include_usage") ?? false
            try options.accept("include_obfuscation") { $0.bool == false }
            try options.finish()
        }
        ignoresEnd = try fields.bool("ignore_eos") ?? false
        _ = try fields.string("user", bytes: 0...512)
        try fields.accept("service_tier") { $0.string == "auto" || $0.string == "default" }
    }

    /// Reads the draw alone, for requests that have no more.
    init(drawing fields: inout FieldReader, seed: () -> UInt64) throws(RequestProblem) {
        try readSampling(&fields, seed: seed)
        stream = try fields.bool("stream") ?? false
    }

    private mutating func readSampling(
        _ fields: inout FieldReader, seed: () -> UInt64
    ) throws(RequestProblem) {
        sampling.temperature = try fields.number("temperature", 0...2) ?? 1
        if let topP = try fields.number("top_p", 0...1) {
            guard topP > 0 else { throw .wrong("top_p", .positiveNumber(through: 1)) }
            sampling.topP = topP
        }
        sampling.topK = max(0, try fields.int("top_k", -1...1_000_000) ?? 0)
        sampling.minP = try fields.number("min_p", 0...1) ?? 0
        if let penalty = try fields.number("repetition_penalty", 0...10) {
            guard penalty > 0 else { throw .wrong("repetition_penalty", .positiveNumber(through: 10)) }
            sampling.repetitionPenalty = penalty
        }
        let given = try fields.int("seed", Int.min...Int.max)
        sampling.seed = given.map { UInt64(bitPattern: Int64($0)) } ?? seed()
    }

    private static func stops(_ fields: inout FieldReader) throws(RequestProblem) -> [String] {
        guard let value = fields.value("stop") else { return [] }
        if let text = value.string {
            guard (1...256).contains(text.utf8.count) else { throw .wrong("stop", .text(bytes: 1...256)) }
            return [text]
        }
        guard let items = value.array else { throw .wrong("stop", .strings) }
        guard items.count <= 16 else { throw .wrong("stop", .items(0...16)) }
        var stops: [String] = []
        for (index, item) in items.enumerated() {
            guard let text = item.string, (1...256).contains(text.utf8.count) else {
                throw .wrong("stop[\(index)]", .text(bytes: 1...256))
            }
            stops.append(text)
        }
        return stops
    }

    private static func bias(
        _ fields: inout FieldReader, vocabulary: Int
    ) throws(RequestProblem) -> [Int32: Float] {
        guard let value = fields.value("logit_bias") else { return [:] }
        guard let object = value.object, object.count <= biasLimit else {
            throw .wrong("logit_bias", .tokenBias)
        }
        var bias: [Int32: Float] = [:]
        for (key, value) in object.members {
            guard key.utf8.count <= 10, key.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let id = Int32(key),
                id < vocabulary, bias[id] == nil, let amount = value.double, (-100...100).contains(amount)
            else { throw .wrong("logit_bias", .tokenBias) }
            bias[id] = Float(amount)
        }
        return bias
    }
}
