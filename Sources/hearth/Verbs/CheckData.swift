import Checkpoint
import Corpus

struct CheckData: Verb {
    let name = "data check"
    let summary = "look through datasets for what spoils training or makes a measurement worthless"
    let files = DataSources.files
    let format = DataSources.format
    let field = DataSources.field
    let near = Parameter.option(
        "near", "X", .number(in: 0.3...1), default: 0.8,
        "How alike two texts have to be to count as almost the same; 1 is only case and punctuation.")
    let model = Parameter.option(
        "model", "M", .model, "A model whose tokens decide what is too long: a path, or a name at home.")
    let maxLength = Parameter.option(
        "max-length", "N", .integer(in: 2...1_048_576), default: 2048, "The most tokens, with --model.")
    let addresses = Parameter.flag("addresses", "IP addresses count as personal data.")
    let mask = Parameter.option(
        "mask", "DIR", .path,
        "Write the files into this folder with marks such as [EMAIL_1] in place of secrets and personal data."
    )
    let all = Parameter.flag("all", "List everything, not only the first of each group.")
    let json = Parameter.flag("json", "Write one JSON object instead of a table.")
    let force = Parameter.flag("force", "Replace masked files that are there.")

    var declaration: Declaration {
        Declaration(
            parameters: [files, format, field, near, model, maxLength, addresses, mask, all, json, force],
            details: [
                "Several files, or the files of a folder, are splits of one dataset: what they have in common is an "
                    + "error. So are records that cannot be read, empty texts, wrong places of answers, examples that "
                    + "are too long, and secrets. Repetitions within a file, several answers to one question, damaged "
                    + "letters and personal data are worth a look. The exit status is 1 where there is an error.",
                "Near duplicates are found by the runs of five letters that two texts share. Names of people have "
                    + "no shape and are not found.",
            ],
            examples: [
                "hearth data check Datasets/german-qa",
                "hearth data check train.jsonl test.jsonl --model smollm2-135m-instruct",
                "hearth data check incidents.jsonl --mask clean",
            ])
    }

    func run(_ arguments: Arguments) throws {
        let paths = try DataSources.paths(arguments)
        let outputs = try arguments[mask].map { folder in
            try MaskedFiles(folder, for: paths, replaces: arguments[force])
        }
        var check = DataCheck()
        check.likeness = arguments[near]
        check.addresses = arguments[addresses]
        check.format = arguments[format]
        check.fields = try DataSources.fields(arguments, verb: name)
        if let model = arguments[model] {
            check.encoder = try DataSources.encoder(model, maxLength: arguments[maxLength])
        }
        var files: [DataFile] = []
        for path in paths { files.append(try DataFile(path)) }
        let report = DataCheckReport(files: files, findings: check.findings(files))
        if arguments[json] {
            try Output.json(report.members)
        } else {
            try Output.write(report.table(listsAll: arguments[all]))
        }
        if let outputs { try outputs.write(files, addresses: arguments[addresses]) }
        if report.errors > 0 { throw DataFaults(count: report.errors) }
    }
}

/// The data are wrong; the report has said where.
struct DataFaults: Error, Equatable, Explained {
    let count: Int

    var sentence: String { count == 1 ? "The data have 1 error." : "The data have \(count) errors." }
    var status: ExitStatus { .workFailed }
}
