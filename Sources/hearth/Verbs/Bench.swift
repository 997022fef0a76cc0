import Checkpoint
import Foundation
import Generation
import Kernels
import Model

struct Bench: Verb {
    let name = "bench"
    let summary = "measure how fast a model reads and writes"
    let model = Parameter.argument("MODEL", .model, "A path, or a name under $HEARTH_HOME/models.")
    let prompt = Parameter.option(
        "prompt", "N", .integer(in: 0...1_048_576), default: 512,
        "Tokens of the prompt that is read; 0 is none.")
    let generate = Parameter.option(
        "generate", "N", .integer(in: 0...1_048_576), default: 128, "Tokens that are written; 0 is none.")
    let parallel = Parameter.option(
        "parallel", "N", .integer(in: 1...256), default: 1, "How many texts are read and written at once.")
    let repetitions = Parameter.option(
        "repetitions", "N", .integer(in: 1...1000), default: 5, "How often each is measured.")
    let cache = Parameter.option(
        "cache", "TYPE", Reading<CachePrecision>.choice,
        "How keys and values are kept; by default f16.")
    let adapter = Parameter.option(
        "adapter", "DIR", .path, "A LoRA adapter, as PEFT or `hearth train` writes it.")
    let threads = Parameter.option("threads", "N", .integer(in: 1...256), "Threads; by default all cores.")
    let json = Parameter.flag("json", "JSON instead of a table.")

    var declaration: Declaration {
        Declaration(
            parameters: [model, prompt, generate, parallel, repetitions, cache, adapter, threads, json],
            details: [
                "The table is llama-bench's: pp512 reads a prompt of 512 tokens, up to the first token of the "
                    + "answer; tg128 writes 128 tokens after the first. Each is done once unmeasured, then as often "
                    + "as --repetitions says; behind the mean stands the standard deviation. With --parallel the "
                    + "tokens of all texts are counted together. Choosing the tokens (greedily) is part of what is "
                    + "measured; guessing ahead is not."
            ],
            examples: [
                "hearth bench smollm2-135m-instruct",
                "hearth bench gemma-3-270m --prompt 0 --generate 64 --parallel 16",
            ])
    }

    func run(_ arguments: Arguments) throws {
        let loaded = try LoadedModel(
            arguments[model], adapter: arguments[adapter], threads: arguments[threads])
        let parallel = arguments[parallel]
        let longest = max(arguments[prompt], arguments[generate]) + 1
        guard longest < loaded.decoder.config.contextLength else {
            throw RequestError(.tooLong(tokens: longest, context: loaded.decoder.config.contextLength))
        }
        let cache = arguments[cache] ?? .usual
        var tests: [SpeedTest] = []
        if arguments[prompt] > 0 {
            tests.append(SpeedTest(kind: .prompt(arguments[prompt]), parallel: parallel, cache: cache))
        }
        if arguments[generate] > 0 {
            tests.append(SpeedTest(kind: .generation(arguments[generate]), parallel: parallel, cache: cache))
        }
        if arguments[json] { return try writeJSON(tests, loaded, arguments[repetitions]) }
        try Output.line("| model | size | params | backend | threads | test | t/s |")
        try Output.line("| --- | ---: | ---: | --- | ---: | ---: | ---: |")
        for test in tests {
            let (speed, use) = Self.measure(test, loaded, arguments[repetitions])
            if let use { Notice.line(use.sentence) }
            try Output.line(
                "| \(Self.name(loaded)) | \(Self.size(loaded)) | \(Self.parameters(loaded)) | \(Self.backend) "
                    + "| \(loaded.decoder.workers.count) | \(test.name) "
                    + "| \(Self.fixed(speed.mean)) ± \(Self.fixed(speed.deviation)) |")
        }
    }

    private func writeJSON(_ tests: [SpeedTest], _ loaded: LoadedModel, _ repetitions: Int) throws {
        for test in tests {
            let (speed, use) = Self.measure(test, loaded, repetitions)
            var (prompt, generation) = (0, 0)
            switch test.kind {
            case .prompt(let count): prompt = count
            case .generation(let count): generation = count
            }
            try Output.json([
                ("model", .string(Self.name(loaded))), ("backend", .string(Self.backend)),
                ("model_size", .integer(Int64(loaded.decoder.weights.byteCount))),
                ("model_n_params", .integer(Int64(loaded.decoder.config.parameterCount))),
                ("n_threads", .integer(Int64(loaded.decoder.workers.count))),
                ("n_prompt", .integer(Int64(prompt))), ("n_gen", .integer(Int64(generation))),
                ("n_parallel", .integer(Int64(test.parallel))), ("test", .string(test.name)),
                ("avg_ts", .number(speed.mean)), ("stddev_ts", .number(speed.deviation)),
                ("samples_ts", .array(speed.samples.map { .number($0) })),
                ("read_bandwidth", use.map { .number($0.limit) } ?? .null),
                ("read_share", use.map { .number($0.share) } ?? .null),
            ])
        }
    }

    /// Writing one text is measured between measurements of the memory.
    private static func measure(
        _ test: SpeedTest, _ loaded: LoadedModel, _ repetitions: Int
    ) -> (Speed, MemoryUse?) {
        guard case .generation = test.kind, test.parallel == 1 else {
            return (Speed(samples: test.measure(loaded, repetitions: repetitions)), nil)
        }
        let memory = ReadBandwidth()
        var limits: [Double] = []
        let samples = test.measure(loaded, repetitions: repetitions) {
            limits.append(memory.measure(loaded.decoder.workers))
        }
        return (Speed(samples: samples), MemoryUse(samples, limits, loaded))
    }

    private static func name(_ loaded: LoadedModel) -> String {
        let name = URL(fileURLWithPath: loaded.path).deletingPathExtension().lastPathComponent
        return Program.visible(name)
    }

    private static func size(_ loaded: LoadedModel) -> String {
        fixed(Double(loaded.decoder.weights.byteCount) / 1_048_576) + " MiB"
    }

    private static func parameters(_ loaded: LoadedModel) -> String {
        fixed(Double(loaded.decoder.config.parameterCount) / 1e6) + " M"
    }

    private static var backend: String { "CPU \(Kernel.instructionSet)" }

    private static func fixed(_ number: Double) -> String { String(format: "%.2f", number) }
}

/// How much of the memory's bandwidth writing uses: every weight is read for every token, of the
/// head what was.
private struct MemoryUse {
    /// Bytes a token.
    let bytes: Int
    /// Bytes a second that are read, and that can be.
    let used, limit: Double
    /// The middle one of the repetitions', each beside what memory gave just before and after it.
    let share: Double

    init(_ samples: [Double], _ limits: [Double], _ loaded: LoadedModel) {
        let (decoder, head) = (loaded.decoder, loaded.decoder.weights.head.byteCount)
        let read = decoder.headReads > 0 ? decoder.headBytes / decoder.headReads : head
        let bytes = decoder.weights.bytesPerToken - head + read
        self.bytes = bytes
        let around = samples.indices.map { (limits[$0] + limits[$0 + 1]) / 2 }
        used = Self.middle(samples) * Double(bytes)
        limit = Self.middle(around)
        share = Self.middle(zip(samples, around).map { $0 * Double(bytes) / $1 })
    }

    private static func middle(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }

    var sentence: String {
        let (used, limit) = (used / 1e9, limit / 1e9)
        return String(
            format:
                "%.1f MB of weights are read for a token: %.1f GB/s, %.0f %% of the %.1f GB/s this machine reads.",
            Double(bytes) / 1e6, used, 100 * share, limit)
    }
}

/// Some measurements of one speed.
struct Speed {
    let samples: [Double]
    var mean: Double { samples.reduce(0, +) / Double(max(samples.count, 1)) }
    /// Of the sample, as llama-bench computes it.
    var deviation: Double {
        guard samples.count > 1 else { return 0 }
        let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(samples.count - 1)).squareRoot()
    }
}
