import Checkpoint
import Foundation

struct Inspect: Verb {
    let name = "inspect"
    let summary = "tell what is in a model or an adapter, and whether it is sound"
    let model = Parameter.argument(
        "MODEL", .model, "A path, or a name under $HEARTH_HOME/models; also the folder of an adapter.")
    let json = Parameter.flag("json", "Write one JSON object instead of a table.")

    var declaration: Declaration {
        Declaration(
            parameters: [model, json],
            details: [
                "Everything is checked that loading checks (the file's structure, the configuration, every "
                    + "tensor's name, shape and type, the tokenizer), and no weight is loaded. The memory shown "
                    + "is what the weights take once loaded, and what each token of context adds."
            ],
            examples: ["hearth inspect smollm2-135m-instruct", "hearth inspect runs/qa --json"])
    }

    func run(_ arguments: Arguments) throws {
        let inspection = try Inspection(try ModelPath.resolve(arguments[model]))
        if arguments[json] {
            try Output.line(String(decoding: inspection.json.serialised(), as: UTF8.self))
        } else {
            try Output.write(inspection.table)
        }
    }
}
