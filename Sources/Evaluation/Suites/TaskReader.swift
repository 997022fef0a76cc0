import Checkpoint
import Foundation
import Recipes

/// Reads one task of a suite file.
struct TaskReader {
    static let known = [
        "task", "dataset_path", "data_format", "fields", "skip_if", "output_type", "description",
        "doc_to_text", "doc_to_target", "doc_to_choice", "choice_labels", "doc_to_source",
        "target_delimiter", "fewshot_delimiter", "num_fewshot", "fewshot_path", "fewshot_seed",
        "generation_kwargs", "schema", "metric_list", "group_by", "chat", "system", "abstain", "judge",
        "batch_size", "metadata",
    ]

    let keys: SuiteKeys
    let folder: String
    let name: String

    init(_ node: YAMLNode, folder: String) throws(SuiteError) {
        let name = node["task"]?.text
        keys = try SuiteKeys(node, task: name, known: Self.known)
        self.folder = folder
        self.name = try keys.required(keys.text("task"), "task")
        guard SuiteName.isFileName(self.name) else { throw keys.fail(.badName(self.name), "task") }
    }

    func task() throws(SuiteError) -> EvaluationTask {
        let kind = try kind()
        let data = try data()
        let fewshot = try fewshot(kind)
        let judge = try JudgeReader(keys: keys, absolute: absolute).judge()
        let metrics = try MetricReader(keys).metrics(of: kind, hasJudge: judge != nil)
        let prompt = try prompt(kind, isRendered: data.format == .requests)
        if metrics.contains(where: { $0.kind == .grounded }), prompt.source == nil {
            throw keys.fail(.metricNeeds("grounded", key: "doc_to_source"), "metric_list")
        }
        return EvaluationTask(
            name: name, version: try version(), kind: kind, data: data, prompt: prompt, fewshot: fewshot,
            generation: try generation(kind, prompt), metrics: metrics,
            groupBy: try keys.template("group_by"),
            judge: judge, batch: try keys.whole("batch_size", 1...100_000))
    }

    private func kind() throws(SuiteError) -> OutputKind {
        let name = try keys.required(keys.text("output_type"), "output_type")
        guard let kind = OutputKind(name: name) else { throw keys.fail(.unknownKind(name), "output_type") }
        return kind
    }

    private func version() throws(SuiteError) -> String {
        guard let node = keys.value("metadata") else { return "0" }
        return try SuiteKeys(node, task: name, known: ["version"]).text("version") ?? "0"
    }

    // MARK: Data

    private func data() throws(SuiteError) -> EvaluationTask.DataSource {
        let path = try keys.required(keys.text("dataset_path"), "dataset_path")
        let format: DataFormat
        if let name = try keys.text("data_format") {
            guard let known = DataFormat(rawValue: name) else {
                throw keys.fail(.unknownFormat(name), "data_format")
            }
            format = known
        } else if let told = DataFormat(path: path) {
            format = told
        } else {
            throw keys.fail(.formatNotKnown(path: path), "dataset_path")
        }
        var source = EvaluationTask.DataSource(path: absolute(path), format: format)
        source.skipIf = try keys.field("skip_if")
        guard let node = keys.value("fields") else { return source }
        guard let entries = node.mapping else {
            throw keys.wrong("fields", wants: "a mapping of names to fields", node)
        }
        let mapping = try SuiteKeys(node, task: name, known: entries.map(\.key))
        for entry in entries {
            guard let path = try mapping.field(entry.key) else { continue }
            source.fields.append((entry.key, path))
        }
        return source
    }

    private func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        return URL(fileURLWithPath: folder).appendingPathComponent(path).standardizedFileURL.path
    }

    private func fewshot(_ kind: OutputKind) throws(SuiteError) -> EvaluationTask.Fewshot {
        let fewshot = EvaluationTask.Fewshot(
            count: try keys.whole("num_fewshot", 0...1000) ?? 0,
            path: try keys.text("fewshot_path").map(absolute),
            seed: try keys.whole("fewshot_seed", 0...Int(Int32.max)))
        if fewshot.count > 0, kind == .rolling { throw keys.fail(.fewshotForRolling, "num_fewshot") }
        return fewshot
    }

    // MARK: Prompt

    private func prompt(
        _ kind: OutputKind, isRendered: Bool
    ) throws(SuiteError) -> EvaluationTask.PromptShape {
        let text = try keys.template("doc_to_text")
        let target = try keys.template("doc_to_target")
        let choices = try choices(kind, isRendered: isRendered)
        switch kind {
        case .rolling:
            // The text to be read is the target there; either key says it.
            guard text != nil || target != nil || isRendered else { throw keys.fail(.missing("doc_to_text")) }
        case .choice, .loglikelihood, .generate:
            guard isRendered || text != nil else { throw keys.fail(.missing("doc_to_text")) }
            guard isRendered || target != nil || kind == .generate else {
                throw keys.fail(.missing("doc_to_target"))
            }
        }
        let nothing = try keys.template("", key: "doc_to_text", at: keys.node.place)
        var shape = EvaluationTask.PromptShape(text: text ?? target ?? nothing)
        shape.description = try keys.template("description")
        shape.target = target
        shape.choices = choices
        shape.labels = try labels(choices)
        shape.source = try keys.template("doc_to_source")
        shape.targetDelimiter = try keys.text("target_delimiter") ?? " "
        shape.fewshotDelimiter = try keys.text("fewshot_delimiter") ?? "\n\n"
        shape.chat = try keys.flag("chat") ?? false
        shape.system = try keys.template("system")
        shape.abstain = try keys.texts("abstain") ?? []
        return shape
    }

    private func choices(
        _ kind: OutputKind, isRendered: Bool
    ) throws(SuiteError) -> EvaluationTask.Choices? {
        guard let node = keys.value("doc_to_choice") else {
            if kind == .choice, !isRendered { throw keys.fail(.noChoices) }
            return nil
        }
        guard kind == .choice else {
            throw keys.fail(.keyOfOtherKind("doc_to_choice", kind: kind), "doc_to_choice")
        }
        let choices = try several("doc_to_choice", node)
        if case .written(let templates) = choices, templates.count < 2 {
            throw keys.fail(.tooFewChoices(templates.count), "doc_to_choice")
        }
        return choices
    }

    /// Labels that the target may name: as many as there are choices, where both are written out.
    private func labels(_ choices: EvaluationTask.Choices?) throws(SuiteError) -> EvaluationTask.Choices? {
        guard let node = keys.value("choice_labels") else { return nil }
        let labels = try several("choice_labels", node)
        if case .written(let labels) = labels, case .written(let choices)? = choices,
            labels.count != choices.count
        {
            throw keys.fail(.labelCount(labels.count, choices: choices.count), "choice_labels")
        }
        return labels
    }

    /// One field whose elements are meant, or a list of templates.
    private func several(_ key: String, _ node: YAMLNode) throws(SuiteError) -> EvaluationTask.Choices {
        if node.text != nil, let field = try keys.template(key) {
            guard field.field != nil else { throw keys.wrong(key, wants: "one field or a list", node) }
            return .field(field)
        }
        var templates: [Template] = []
        for text in try keys.required(keys.texts(key), key) {
            templates.append(try keys.template(text, key: key, at: node.place))
        }
        return .written(templates)
    }

    // MARK: Generation

    private func generation(
        _ kind: OutputKind, _ prompt: EvaluationTask.PromptShape
    ) throws(SuiteError) -> EvaluationTask.GenerationSettings {
        var settings = EvaluationTask.GenerationSettings()
        // As there: a text ends where the next example would begin. A conversation's turns end by themselves.
        if !prompt.chat, !prompt.fewshotDelimiter.isEmpty { settings.until = [prompt.fewshotDelimiter] }
        for key in ["generation_kwargs", "schema", "abstain"] where keys.has(key) && kind != .generate {
            throw keys.fail(.keyOfOtherKind(key, kind: kind), key)
        }
        if let text = try keys.text("schema") {
            do throws(JSONError) {
                settings.schema = try JSON.parse(Array(text.utf8))
            } catch {
                throw keys.fail(.badSchema(error), "schema")
            }
        }
        guard let node = keys.value("generation_kwargs") else { return settings }
        let inner = try SuiteKeys(
            node, task: name,
            known: ["until", "max_gen_toks", "do_sample", "temperature", "top_p", "top_k", "seed"])
        settings.until = try inner.texts("until") ?? settings.until
        if settings.until.contains(where: \.isEmpty) { throw inner.fail(.emptyStop, "until") }
        settings.maxTokens = try inner.whole("max_gen_toks", 1...100_000) ?? 256
        settings.sampling.topP = try inner.number("top_p", 0...1) ?? 1
        settings.sampling.topK = try inner.whole("top_k", 0...1_000_000) ?? 0
        settings.sampling.seed = try inner.whole("seed", 0...Int(Int32.max)) ?? 1234
        // As there: who asks for sampling gets the distribution as it is, and without it no temperature counts.
        let samples = try inner.flag("do_sample")
        settings.sampling.temperature = try inner.number("temperature", 0...10) ?? (samples == true ? 1 : 0)
        if samples == false { settings.sampling.temperature = 0 }
        return settings
    }
}
