import Generation
import Text

/// The options that `generate` and `chat` share.
struct SamplingOptions {
    let maxTokens = Parameter.option(
        "max-tokens", "N", .integer(in: 0...16_777_216), default: 256, "The most tokens of an answer.")
    let temperature = Parameter.option(
        "temperature", "X", .number(in: 0...100), "0 takes the likeliest token each time.")
    let topK = Parameter.option(
        "top-k", "N", .integer(in: 0...16_777_216), "Only the N likeliest tokens; 0 is all.")
    let topP = Parameter.option("top-p", "X", .number(in: 0...1), "Only the likeliest that together reach X.")
    let minP = Parameter.option(
        "min-p", "X", .number(in: 0...1), "Only those at least X times the likeliest.")
    let penalty = Parameter.option(
        "repetition-penalty", "X", .number(in: 0.01...100), "Above 1 makes repetition less likely.")
    let seed = Parameter.option("seed", "N", .integer, "The seed of all draws.")
    let stop = Parameter.options("stop", "TEXT", .text, "A text that ends the answer; may be repeated.")
    let adapter = Parameter.option(
        "adapter", "DIR", .path, "A LoRA adapter; its chat format comes before the model's own.")
    let format = Parameter.option(
        "chat-format", "NAME", Reading<ChatFormat>.choice, "How conversations are written.")
    let system = Parameter.option("system", "TEXT", .text, "A system turn before every conversation.")
    let threads = Parameter.option("threads", "N", .integer(in: 1...256), "Threads; by default all cores.")

    var all: [any Declared] {
        [maxTokens, temperature, topK, topP, minP, penalty, seed, stop, adapter, format, system, threads]
    }

    func defaults(_ arguments: Arguments, temperature standard: Double) -> GenerationDefaults {
        var defaults = GenerationDefaults()
        defaults.maxTokens = arguments[maxTokens]
        defaults.sampling.temperature = arguments[temperature] ?? standard
        defaults.sampling.topK = arguments[topK] ?? 0
        defaults.sampling.topP = arguments[topP] ?? 1
        defaults.sampling.minP = arguments[minP] ?? 0
        defaults.sampling.repetitionPenalty = arguments[penalty] ?? 1
        defaults.sampling.seed = UInt64(bitPattern: Int64(arguments[seed] ?? 0))
        defaults.stops = arguments[stop]
        defaults.format = arguments[format]
        defaults.system = arguments[system]
        return defaults
    }
}
