import Foundation
import Recipes

/// The `README.md` of an adapter: what it is, what it was trained on and how it did.
///
/// The head is what Hugging Face's hub reads. The same run gives the same bytes.
struct ModelCard {
    let setting: RunSetting
    let history: RunHistory
    let result: TrainingResult

    /// The card's text.
    var text: String {
        let recipe = setting.recipe
        let base = Self.plain(setting.base.name)
        var lines = [
            "---", "base_model: \(Self.quoted(setting.base.name))", "library_name: peft",
            "pipeline_tag: text-generation", "tags:", "- lora", "- hearth", "---", "",
            "# A LoRA adapter for \(base)", "",
            "Trained by `hearth train`; `recipe.yaml` beside this file is the whole recipe.", "",
            "| | |", "|---|---|", "| base model | \(base) |",
        ]
        if let format = setting.data.format {
            lines.append("| chat format | \(format.rawValue), in `chat_template.jinja` |")
        }
        lines += [
            "| adapter | \(kind), rank \(recipe.adapter.rank), alpha \(Self.number(recipe.adapter.alpha)), on "
                + recipe.adapter.targets.map(\.rawValue).joined(separator: ", ") + " |",
            "| examples | \(setting.data.training.examples.count) |",
            "| steps | \(result.steps) of \(setting.data.sequence.totalSteps)"
                + (history.stoppedEarly ? ", stopped early" : "") + " |",
            "| batch | \(recipe.batching.size) × \(recipe.batching.accumulation) examples |",
            "| optimiser | \(recipe.optimiser.kind.rawValue), learning rate \(recipe.optimiser.learningRate), "
                + "\(recipe.optimiser.schedule.rawValue), weight decay \(recipe.optimiser.weightDecay) |",
            "| seed | \(recipe.run.seed) |",
            "| mean training loss | \(Self.loss(result.meanLoss)) |",
        ]
        if let loss = result.evaluation { lines.append("| last evaluation loss | \(Self.loss(loss)) |") }
        if let best = history.best {
            lines.append("| best evaluation loss | \(Self.loss(best.loss)) at step \(best.step) |")
        }
        if result.resultStep != result.steps {
            lines.append("| this adapter | that of step \(result.resultStep) |")
        }
        lines += [
            "", "![The loss over the steps](loss.svg)", "", "## Where it comes from", "",
            "SHA-256 of what decides the result:", "", "| | |", "|---|---|",
            "| recipe | `\(setting.identity.recipeDigest)` |",
            "| examples | `\(setting.identity.dataDigest)` |",
            "| base model | `\(setting.identity.baseDigest)` |", "| adapter weights | `\(result.digest)` |",
            "",
        ]
        return lines.joined(separator: "\n")
    }

    private var kind: String {
        let adapter = setting.recipe.adapter
        return (adapter.decomposed ? "DoRA" : "LoRA") + (adapter.rankStabilised ? ", rank-stabilised" : "")
    }

    private static func loss(_ value: Double) -> String { String(format: "%.4f", value) }

    private static func number(_ value: Double) -> String {
        Int(exactly: value).map { String($0) } ?? String(value)
    }

    /// A name that breaks neither a table nor a heading.
    private static func plain(_ name: String) -> String {
        String(name.map { $0.isNewline || "|`<>".contains($0) ? " " : $0 })
    }

    /// A name as YAML's quoted text.
    private static func quoted(_ name: String) -> String {
        "\""
            + name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : $0.isNewline ? " " : String($0) }.joined()
            + "\""
    }
}
