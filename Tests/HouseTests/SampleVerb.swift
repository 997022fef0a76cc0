@testable import hearth

enum SampleFormat: String, CaseIterable, Sendable { case short, long }

/// A verb with a parameter of every kind.
struct SampleVerb: Verb {
    var name = "sample"
    let summary = "show what a declaration can say"
    let model: Parameter<String> = .argument("MODEL", .model, "A path, or a name under the models folder.")
    let settings: Parameter<[Setting]> = .arguments("KEY=VALUE", .setting, "Overrides of the recipe.")
    let prompt: Parameter<String?> = .option(
        "prompt", "TEXT", .text,
        "The text to continue. It is sent to the model as it stands, without a chat format around it.")
    let requests: Parameter<String?> = .option("requests", "F.jsonl", .path, "Requests, one a line.")
    let port: Parameter<Int> = .option(
        "port", "N", .integer(in: 1...65535), default: 8080, "Where to listen.")
    let heat: Parameter<Double?> = .option("heat", "X", .number(in: 0...2), "How hot.")
    let format: Parameter<SampleFormat> = .option("format", "F", .choice, default: .short, "The shape.")
    let adapters: Parameter<[String]> = .options("adapter", "DIR", .path, "An adapter to use.")
    let json = Parameter.flag("json", "Machine output.")

    var declaration: Declaration {
        Declaration(
            parameters: [model, settings, prompt, requests, port, heat, format, adapters, json],
            rules: [.atMostOne([prompt, requests])],
            details: ["The first paragraph.", "The second."],
            examples: ["hearth sample tiny --prompt \"Once upon a time\""])
    }

    func run(_ arguments: Arguments) throws {}

    func parse(_ words: String...) throws(ArgumentError.Problem) -> Arguments {
        try Arguments(words, for: declaration)
    }
}
