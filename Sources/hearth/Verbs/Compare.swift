import Checkpoint
import Evaluation

struct Compare: Verb {
    let name = "compare"
    let summary = "tell whether the second of two evaluations is better, worse, or not shown to be either"
    let before = Parameter.argument(
        "RESULTS_A", .path,
        "A results file, or the folder of an evaluation, of which the newest results count.")
    let after = Parameter.argument("RESULTS_B", .path, "The other one.")
    let report = Parameter.option(
        "report", "F.html", .path, "Write one page: differences with intervals, and the items that changed.")
    let json = Parameter.flag("json", "Write one JSON object instead of a table.")

    var declaration: Declaration {
        Declaration(
            parameters: [before, after, report, json],
            details: [
                "The two are compared item by item, with the paired test that suits the metric. The verdict on a "
                    + "task rests on its first metric, corrected for the number of tasks; beside it stands the "
                    + "difference that these items would have shown four times in five."
            ],
            examples: ["hearth compare before after", "hearth compare before after --report change.html"])
    }

    func run(_ arguments: Arguments) throws {
        let comparison = try Comparison(arguments[before], arguments[after])
        if let path = arguments[report] { try comparison.writeReport(to: path) }
        if arguments[json] {
            return try Output.line(String(decoding: comparison.json.serialised(), as: UTF8.self))
        }
        try Output.line("A: \(comparison.subjects.before)\nB: \(comparison.subjects.after)\n")
        try Output.line(comparison.table + "\n")
        for sentence in comparison.summary { try Output.line(sentence) }
        for (task, items) in comparison.rephrased {
            Notice.line(
                "\(task): \(items) items were not asked in the same words; the difference may be the prompt's"
            )
        }
        for (task, items) in comparison.unmatched {
            Notice.line("\(task): \(items) items are in one of the two only and are left out")
        }
    }
}
