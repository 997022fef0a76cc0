import Checkpoint
import Corpus
import Foundation

struct MeasureData: Verb {
    let name = "data stats"
    let summary = "count the examples, texts and tokens of datasets, and what shared_context would save"
    let files = DataSources.files
    let model = Parameter.option(
        "model", "M", .model, "A model whose tokens are counted, a path or a name at home; without it, words."
    )
    let format = DataSources.format
    let field = DataSources.field
    let plot = Parameter.option("plot", "F.svg", .path, "Draw the lengths.")
    let json = Parameter.flag("json", "Write one JSON object instead of a table.")
    let force = Parameter.flag("force", "Replace the drawing if it is there.")

    var declaration: Declaration {
        Declaration(
            parameters: [files, model, format, field, plot, json, force],
            details: [
                "With a model, an example is written in its chat format, and counts as `hearth train` would compute "
                    + "it. `shared` is how many times less there is to compute where every common beginning of "
                    + "prompts is computed once; a run with shared_context gets close to it with large batches. "
                    + "Without a model, the common beginning is the text that questions are about."
            ],
            examples: [
                "hearth data stats Datasets/german-qa",
                "hearth data stats train.jsonl --model smollm2-135m-instruct --plot lengths.svg",
            ])
    }

    func run(_ arguments: Arguments) throws {
        let drawing = try arguments[plot].map { path throws(DestinationError) in
            try DataOutput(path, replaces: arguments[force])
        }
        let fields = try DataSources.fields(arguments, verb: name)
        let encoder = try arguments[model].map { try DataSources.encoder($0, maxLength: 1 << 20) }
        var all: [DataStatistics] = []
        for path in try DataSources.paths(arguments) {
            let source = CorpusSource(path: path, format: arguments[format], fields: fields)
            if let encoder {
                all.append(try DataStatistics(source, with: encoder))
            } else {
                all.append(try DataStatistics(source))
            }
        }
        if arguments[json] {
            try Output.json([("datasets", .array(all.map { .object(JSONObject(Self.members($0))) }))])
        } else {
            try Output.write(Self.table(all))
        }
        if let drawing {
            try drawing.write(lines: [Array(DataPlot(all).svg.utf8)])
            Notice.line("the drawing is \(drawing.path)")
        }
    }

    // MARK: - Output

    static func table(_ all: [DataStatistics]) -> String {
        let unit = all.first?.unit.rawValue ?? ""
        var rows = [
            ["", "examples", "texts", unit, "learnt", "shortest", "median", "95 %", "longest", "shared"]
        ]
        for own in all {
            rows.append([
                own.path, "\(own.lengths.count)", "\(own.texts)", TrainingHeader.grouped(own.total),
                TrainingHeader.grouped(own.learnt.reduce(0, +)), "\(own.quantile(0))", "\(own.quantile(0.5))",
                "\(own.quantile(0.95))", "\(own.quantile(1))",
                "\(TrainingProgress.number(own.sharedFactor, 2)) ×",
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { place, cell in
                let space = String(repeating: " ", count: widths[place] - cell.count)
                return place == 0 ? cell + space : space + cell
            }
            return cells.joined(separator: "  ")
        }.joined(separator: "\n") + "\n"
    }

    private static func members(_ own: DataStatistics) -> [(key: String, value: JSON)] {
        var members: [(key: String, value: JSON)] = [
            ("path", .string(own.path)), ("unit", .string(own.unit.rawValue)),
            ("examples", .integer(Int64(own.lengths.count))), ("texts", .integer(Int64(own.texts))),
            ("total", .integer(Int64(own.total))), ("learnt", .integer(Int64(own.learnt.reduce(0, +)))),
            ("shortest", .integer(Int64(own.quantile(0)))), ("median", .integer(Int64(own.quantile(0.5)))),
            ("p95", .integer(Int64(own.quantile(0.95)))), ("longest", .integer(Int64(own.quantile(1)))),
        ]
        if let place = own.longest { members.append(("longest_at", .integer(Int64(place.number)))) }
        members += [
            ("rows", .integer(Int64(own.separate))), ("rows_shared", .integer(Int64(own.shared))),
            ("shared_context_factor", .number(own.sharedFactor)),
        ]
        return members
    }
}
