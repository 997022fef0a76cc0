import Checkpoint
import Foundation
import Registry

struct Runs: Verb {
    let name = "runs"
    let summary = "list the training runs of this machine, or show one"
    let what = Parameter.argument(optional: "list|show", Reading<Wish>.choice, "`list` is the default.")
    let id = Parameter.argument(
        optional: "ID", .integer(in: 1...Int.max), "The run's number, as the list has it.")
    let json = Parameter.flag("json", "Write JSON: one object a run, or one for the run with its steps.")

    enum Wish: String, CaseIterable, Sendable { case list, show }

    var declaration: Declaration {
        Declaration(
            parameters: [what, id, json],
            details: [
                "The registry is $HEARTH_HOME/registry.sqlite. A run that is listed as running was either killed "
                    + "or goes on in another process; `hearth train … --resume` goes on with a killed one."
            ],
            examples: ["hearth runs", "hearth runs show 3"])
    }

    func run(_ arguments: Arguments) throws {
        let registry = try Registry.home()
        switch (arguments[what] ?? .list, arguments[id]) {
        case (.show, nil): throw ArgumentError(verb: name, problem: .missing("ID"))
        case (.show, let number?):
            let run = try registry.run(RowID(Int64(number)))
            let steps = try registry.steps(of: run.id)
            if arguments[json] {
                var members = Self.members(run, try registry.model(run.start.model))
                members.append(("steps", .array(steps.map { .object(JSONObject(Self.members($0))) })))
                try Output.json(members)
            } else {
                try Output.write(
                    RunPage(run: run, model: try registry.model(run.start.model), steps: steps).text)
            }
        case (.list, let number?): throw ArgumentError(verb: name, problem: .surplus("\(number)"))
        case (.list, nil):
            let runs = try registry.runs()
            if arguments[json] {
                for run in runs { try Output.json(Self.members(run, try registry.model(run.start.model))) }
            } else if runs.isEmpty {
                Notice.line("no run yet; `hearth train` makes one")
            } else {
                var models: [String] = []
                for run in runs { models.append(try registry.model(run.start.model).name) }
                try Output.write(RunPage.list(Array(zip(runs, models))))
            }
        }
    }

    private static func members(_ run: RunRow, _ model: ModelRow) -> [(key: String, value: JSON)] {
        [
            ("id", .integer(run.id.number)), ("name", .string(run.start.name)),
            ("model", .string(model.name)),
            ("state", .string(run.state.rawValue)), ("step", .integer(Int64(run.lastStep))),
            ("planned_steps", .integer(Int64(run.start.plannedSteps))),
            ("loss", run.lastLoss.map { .number($0) } ?? .null), ("started", .number(run.start.started)),
            ("ended", run.ended.map { .number($0) } ?? .null),
            ("output_dir", .string(run.start.outputDirectory)),
            ("recipe_digest", .string(run.start.recipeDigest)),
            ("data_digest", .string(run.start.dataDigest)), ("base_digest", .string(model.digest)),
        ]
    }

    private static func members(_ step: StepRow) -> [(key: String, value: JSON)] {
        func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
        return [
            ("step", .integer(Int64(step.step))), ("epoch", .number(step.epoch)),
            ("loss", number(step.loss)), ("learning_rate", number(step.learningRate)),
            ("grad_norm", number(step.gradientNorm)),
            ("tokens", step.tokens.map { .integer(Int64($0)) } ?? .null), ("seconds", number(step.seconds)),
            ("eval_loss", number(step.evalLoss)),
        ]
    }
}
