import Checkpoint
import Corpus

struct ImportData: Verb {
    let name = "data import"
    let summary = "make a dataset of files that were written for something else"
    let kind = Parameter.argument(
        "squad|chat|csv|markdown-postmortem", Reading<Kind>.choice, "What the files are.")
    let files = Parameter.arguments(
        "FILE", .path, atLeast: 1, "What is read; for incident reports also a folder, with all below it.")
    let output = Parameter.option("output", "F.jsonl", .path, "Where the records go.")
    let field = DataSources.field
    let unanswerable = Parameter.option(
        "unanswerable", "TEXT", .text,
        "What a model should say where the text does not answer (SQuAD 2.0). Without it such questions are left out."
    )
    let form = Parameter.option(
        "as", "FORM", Reading<PostmortemImport.Form>.choice, default: .records,
        "What is made of incident reports: records with everything found, or conversations for one task.")
    let force = Parameter.flag("force", "Replace the output if it is there.")

    enum Kind: String, CaseIterable, Sendable {
        case squad, chat, csv
        case markdownPostmortem = "markdown-postmortem"
    }

    var declaration: Declaration {
        Declaration(
            parameters: [kind, files, output, field, unanswerable, form, force],
            rules: [.exactlyOne([output])],
            details: [
                "squad reads versions 1.1 and 2.0, nested or flat, and corrects the places of answers. chat reads "
                    + "every format that `hearth train` reads and writes messages. csv takes the separator and the "
                    + "columns from the header; --field question=Frage names a column that is not recognised, and "
                    + "columns without a meaning stay with the record. markdown-postmortem reads reports after many "
                    + "templates, with their front matter, in Markdown or as the field text of JSONL records.",
                "What was left out or repaired is told on standard error. docs/data.md says what a record holds.",
            ],
            examples: [
                "hearth data import squad train-v2.0.json --unanswerable 'Das steht nicht im Text.' "
                    + "--output train.jsonl",
                "hearth data import csv fragen.csv --field answers=Lösung --output fragen.jsonl",
                "hearth data import markdown-postmortem incidents/ --as actions --output actions.jsonl",
            ])
    }

    func run(_ arguments: Arguments) throws {
        guard let path = arguments[output] else { return }
        let destination = try DataOutput(path, replaces: arguments[force])
        try refuseOthers(arguments)
        var records: [JSON] = []
        for file in arguments[files] {
            let imported = try imported(file, arguments)
            for note in imported.notes { Notice.line(note.sentence) }
            records += imported.records
        }
        try destination.write(records)
        Notice.line("\(records.count) records are in \(path)")
    }

    /// Options that only say something about another kind of file.
    private func refuseOthers(_ arguments: Arguments) throws(ArgumentError) {
        let own: [(any Declared, [Kind])] = [
            (unanswerable, [.squad]), (form, [.markdownPostmortem]), (field, [.csv, .chat]),
        ]
        for (parameter, kinds) in own where arguments.given(parameter) && !kinds.contains(arguments[kind]) {
            throw ArgumentError(
                verb: name, problem: .conflict(parameter.shape.label, arguments[kind].rawValue))
        }
    }

    private func imported(_ file: String, _ arguments: Arguments) throws -> Imported {
        switch arguments[kind] {
        case .squad: return try SquadImport(unanswerable: arguments[unanswerable]).read(file)
        case .chat:
            var chat = ChatImport()
            chat.fields = try DataSources.fields(arguments, verb: name)
            return try chat.read(file)
        case .csv:
            let columns = Dictionary(
                try DataSources.pairs(arguments, verb: name), uniquingKeysWith: { _, last in last })
            do throws(CSVImport.Problem) {
                return try CSVImport(columns: columns).read(file)
            } catch {
                throw TableError(path: file, problem: error)
            }
        case .markdownPostmortem: return try PostmortemImport(arguments[form]).read(file)
        }
    }
}

/// A table that gives no records.
struct TableError: Error {
    let path: String
    let problem: CSVImport.Problem
}
