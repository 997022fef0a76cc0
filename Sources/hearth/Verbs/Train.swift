import Corpus
import Foundation
import Recipes
import Registry
import Training

struct Train: Verb {
    let name = "train"
    let summary = "train a LoRA adapter as a recipe says"
    let recipe = Parameter.argument("RECIPE.yaml", .path, "The recipe; docs/recipes.md lists its keys.")
    let settings = Parameter.arguments(
        "key=value", .setting, "Keys of the recipe with other values; a dot reaches into a mapping.")
    let resume = Parameter.flag(
        "resume", "Go on from the newest whole checkpoint in the run folder, or begin where there is none.")
    let dryRun = Parameter.flag(
        "dry-run", "Train nothing: show three examples, the rows, and an estimate of memory and time.")
    let dump = Parameter.option(
        "dump-batches", "F.jsonl", .path,
        "Write {\"step\", \"ids\", \"trained\"} for every example in training order.")
    let threads = Parameter.option("threads", "N", .integer(in: 1...256), "Threads; by default all cores.")

    var declaration: Declaration {
        Declaration(
            parameters: [recipe, settings, resume, dryRun, dump, threads],
            details: [
                "The run folder (output_dir) gets the adapter as PEFT reads it, a model card, the whole recipe, "
                    + "checkpoints, trainer_state.json, trainer_log.jsonl, events for TensorBoard and a plot of "
                    + "the loss; the run is noted in the registry.",
                "Ctrl-C and SIGTERM end the run after the step it is at: it saves a checkpoint, says how to go on, "
                    + "and exits with 130. A run that was killed goes on with --resume to the same bytes. A run is "
                    + "only gone on with under the same recipe, data and base model; output_dir, logging_steps, "
                    + "save_steps and save_total_limit may change.",
            ],
            examples: [
                "hearth train Recipes/german-qa-smollm2.yaml",
                "hearth train Recipes/german-qa-smollm2.yaml max_steps=20 shared_context=true --dry-run",
            ])
    }

    func run(_ arguments: Arguments) throws {
        let prepared = try PreparedTraining(
            arguments[recipe], overrides: arguments[settings].map { "\($0.key)=\($0.value)" })
        for note in RecipeNote.sentences(prepared.notes) { Notice.line(note) }
        for warning in prepared.data.warnings { Notice.line(warning.sentence) }
        for line in TrainingHeader(prepared: prepared).lines { Notice.line(line) }
        if let file = arguments[dump] { try BatchFile.write(prepared.data, to: file) }
        if arguments[dryRun] { return try DryRun(prepared: prepared, threads: arguments[threads]).show() }
        let decoder = try prepared.decoder(threads: arguments[threads])
        let signals = StopSignals { Notice.line("\nstops after this step; a second time ends at once") }
        var progress = TrainingProgress(
            total: prepared.data.sequence.totalSteps, every: prepared.recipe.run.loggingSteps)
        let run = try TrainingRun(
            try prepared.setting(decoder), resumes: arguments[resume], registry: registry()
        ) { progress.take($0) }
        defer { progress.end() }
        try run.run { signals.isStopped }
    }

    /// The registry, or nothing where it cannot be opened: a run does not depend on it.
    private func registry() -> Registry? {
        do throws(RegistryError) {
            return try Registry.home()
        } catch {
            Notice.line("the run is not noted in the registry: \(error.sentence)")
            return nil
        }
    }
}
