import Checkpoint
import Foundation
import Kernels
import Model

struct Export: Verb {
    let name = "export"
    let summary = "write a model, with an adapter merged in, as a Hugging Face folder or a GGUF"
    let model = Parameter.option(
        "model", "MODEL", .model, "A path, or a name under $HEARTH_HOME/models.")
    let adapter = Parameter.option("adapter", "DIR", .path, "The PEFT adapter to merge.")
    let format = Parameter.option(
        "format", "FORMAT", Reading<ExportFormat>.choice, "A Hugging Face folder or one GGUF file.")
    let type = Parameter.option(
        "type", "TYPE", Reading<ExportType>.choice,
        "How weights are stored; by default as the model has them, or f16 where it has them quantised.")
    let adapterOnly = Parameter.flag(
        "adapter-only", "Write the adapter alone, as a GGUF LoRA file for llama.cpp.")
    let output = Parameter.option("output", "PATH", .path, "The folder or file to write.")
    let force = Parameter.flag("force", "Replace what is at the output path.")
    let threads = Parameter.option("threads", "N", .integer(in: 1...256), "Threads; by default all cores.")

    var declaration: Declaration {
        Declaration(
            parameters: [model, adapter, format, type, adapterOnly, output, force, threads],
            rules: [.exactlyOne([model]), .exactlyOne([format]), .exactlyOne([output])],
            details: [
                "Merging computes W + s·B·A in f32, with DoRA's magnitudes, and then rounds to the type. A "
                    + "safetensors folder has f32, f16 or bf16 and loads in transformers; a GGUF has these or "
                    + "q8_0 or q4_0 and loads in llama.cpp. With q4_0 the embedding stays at q8_0. The "
                    + "tokenizer and the chat template go along; the adapter's template wins.",
                "The output appears under its name when it is whole. A DoRA adapter can be merged, but has no "
                    + "form as a GGUF adapter.",
            ],
            examples: [
                "hearth export --model smollm2-135m-instruct --adapter runs/qa --format gguf --type q8_0 "
                    + "--output qa.gguf",
                "hearth export --model gemma-3-270m --adapter runs/qa --format gguf --adapter-only "
                    + "--output qa-lora.gguf",
            ])
    }

    func run(_ arguments: Arguments) throws {
        guard let name = arguments[model], let format = arguments[format], let output = arguments[output]
        else {
            return
        }
        let path = try ModelPath.resolve(name)
        let job = ExportJob(
            model: path, adapter: arguments[adapter], type: arguments[type]?.format,
            output: try Destination(
                output, isFolder: format == .safetensors, replaces: arguments[force],
                sources: [path] + [arguments[adapter]].compactMap { $0 }),
            workers: Workers(count: arguments[threads] ?? ProcessInfo.processInfo.activeProcessorCount))
        switch (arguments[adapterOnly], format) {
        case (true, _):
            guard let adapter = arguments[adapter] else {
                throw ArgumentError(verb: self.name, problem: .missing("--adapter"))
            }
            guard format == .gguf else {
                throw ArgumentError(
                    verb: self.name,
                    problem: .invalid(
                        "--format", value: format.rawValue, expected: "gguf with --adapter-only"))
            }
            try job.writeAdapter(adapter)
        case (false, .gguf): try job.writeGGUF()
        case (false, .safetensors): try job.writeFolder()
        }
        Notice.line("Wrote \(output).")
    }
}

/// The types of weights that can be written.
enum ExportType: String, CaseIterable, Sendable {
    case f32, f16, bf16, q8_0, q4_0

    var format: WeightFormat {
        switch self {
        case .f32: .float32
        case .f16: .float16
        case .bf16: .bfloat16
        case .q8_0: .q8_0
        case .q4_0: .q4_0
        }
    }
}
