import Evaluation
import Text

struct Eval: Verb {
    let name = "eval"
    let summary = "put the questions of a suite to a model and score the answers"
    let suites = Parameter.arguments("SUITE.yaml", .path, atLeast: 1, "A suite of tasks.")
    let model = Parameter.option("model", "M", .model, "A path, or a name under $HEARTH_HOME/models.")
    let adapter = Parameter.option(
        "adapter", "D", .path, "A LoRA adapter, as PEFT or `hearth train` writes it.")
    let limit = Parameter.option(
        "limit", "N", .integer(in: 1...1_000_000_000), "At most N items of each task.")
    let output = Parameter.option(
        "output", "DIR", .path, "A folder for results, samples and the report; what is in it already stays.")
    let format = Parameter.option(
        "chat-format", "NAME", Reading<ChatFormat>.choice, "How conversations are written.")
    let threads = Parameter.option("threads", "N", .integer(in: 1...256), "Threads; by default all cores.")

    var declaration: Declaration {
        Declaration(
            parameters: [suites, model, adapter, limit, output, format, threads],
            rules: [.exactlyOne([model])],
            details: [
                "The table goes to standard output, in lm-evaluation-harness's form. With --output every answer "
                    + "is kept the moment it is known, an evaluation that was stopped goes on where it was, and "
                    + "the scores are noted in the registry. A suite may name a judge; no other host is ever "
                    + "called. docs/evaluation.md says how suites are written.",
                "Beginnings that texts share, such as the examples before every question, are computed once. "
                    + "Scores are computed in f32.",
            ],
            examples: [
                "hearth eval Benchmarks/Suites/smoke.yaml --model smollm2-135m-instruct",
                "hearth eval Benchmarks/Suites/german-qa.yaml --model smollm2-135m-instruct --output before",
                "hearth eval Benchmarks/Suites/german-qa.yaml --model smollm2-135m-instruct --adapter run "
                    + "--output after",
                "hearth compare before after",
            ])
    }

    func run(_ arguments: Arguments) throws {
        guard let named = arguments[model] else { return }
        let suites = try arguments[suites].map { path throws(SuiteError) in try Suite.read(path) }
        for task in suites.flatMap(\.tasks) { try EngineSubject.check(task.schema, of: task.name) }
        try EvaluationRun.check(suites, limit: arguments[limit])
        let loaded = try LoadedModel(named, adapter: arguments[adapter], threads: arguments[threads])
        let origin = try SubjectOrigin(model: loaded.path, adapter: arguments[adapter])
        let subject = EngineSubject(loaded, from: origin, chatFormat: arguments[format])
        if subject.chatFormat == nil, let task = suites.flatMap(\.tasks).first(where: \.isChat) {
            throw SubjectError.chat(task: task.name)
        }
        let run = EvaluationRun(
            suites: suites, subject: subject, output: arguments[output], limit: arguments[limit],
            transport: JudgeClient())
        let signals = StopSignals { Notice.line("\nstops after this answer; a second time ends at once") }
        let results = try Waiting.value {
            var progress = EvaluationProgress()
            return try await run.run {
                progress.take($0)
            } isStopped: {
                signals.isStopped
            }
        }
        try Output.line(results.table)
        for line in JudgeRemark.lines(results) { Notice.line(line) }
        guard let folder = arguments[output] else { return }
        EvaluationLedger(origin: origin, config: loaded.decoder.config, chatFormat: subject.chatFormat)
            .note(results, folder: folder)
        Notice.line("the report is \(folder)/report_\(results.time).html")
    }
}
