import Foundation
import Registry

/// A run of the registry as a page of text.
struct RunPage {
    let run: RunRow
    let model: ModelRow
    let steps: [StepRow]

    /// The whole page: facts, steps, recipe.
    var text: String {
        let start = run.start
        var lines = [
            "run \(run.id): \(start.name)", "",
            "state      \(run.state.rawValue), step \(run.lastStep) of \(start.plannedSteps)",
            "started    \(Self.date(start.started))",
        ]
        if let ended = run.ended { lines.append("ended      \(Self.date(ended))") }
        lines += [
            "model      \(model.name) (\(model.path))", "folder     \(start.outputDirectory)",
            "recipe     \(start.recipeDigest)", "examples   \(start.dataDigest)",
            "base       \(model.digest)", "",
        ]
        lines.append(Self.row(["step", "epoch", "loss", "eval loss", "lr", "grad norm", "seconds"]))
        lines += shown.map { step in
            Self.row([
                "\(step.step)", Self.number(step.epoch, 2), Self.number(step.loss, 4),
                Self.number(step.evalLoss, 4),
                step.learningRate.map { TrainingProgress.power($0) } ?? "",
                Self.number(step.gradientNorm, 3), Self.number(step.seconds, 2),
            ])
        }
        return (lines + ["", start.recipe]).joined(separator: "\n")
    }

    /// At most forty steps, evenly taken, the last among them; all with an evaluation.
    private var shown: [StepRow] {
        let stride = max(1, (steps.count + 39) / 40)
        return steps.enumerated().filter { index, step in
            step.evalLoss != nil || (steps.count - 1 - index) % stride == 0
        }.map(\.element)
    }

    /// All runs with the names of their models, one a line.
    static func list(_ runs: [(run: RunRow, model: String)]) -> String {
        let head = ["id", "state", "step", "loss", "started", "model", "folder"]
        let rows = runs.map { run, model in
            [
                "\(run.id)", run.state.rawValue, "\(run.lastStep)/\(run.start.plannedSteps)",
                number(run.lastLoss, 4), date(run.start.started), model, run.start.outputDirectory,
            ]
        }
        let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
        return ([head] + rows).map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
                .joined(separator: "  ").trimmed + "\n"
        }.joined()
    }

    private static func row(_ cells: [String]) -> String {
        cells.map { String(repeating: " ", count: max(0, 10 - $0.count)) + $0 }.joined(separator: " ")
    }

    private static func number(_ value: Double?, _ digits: Int) -> String {
        value.map { TrainingProgress.number($0, digits) } ?? ""
    }

    private static func date(_ seconds: Double) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd HH:mm"
        return formatter.string(from: Date(timeIntervalSince1970: seconds))
    }
}

extension String {
    fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
