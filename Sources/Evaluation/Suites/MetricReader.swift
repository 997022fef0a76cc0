import Recipes

/// Reads the `metric_list` of a task.
struct MetricReader {
    let keys: SuiteKeys

    init(_ keys: SuiteKeys) { self.keys = keys }

    func metrics(of kind: OutputKind, hasJudge: Bool) throws(SuiteError) -> [MetricSpec] {
        guard let node = keys.value("metric_list") else { throw keys.fail(.noMetrics) }
        guard let nodes = node.sequence else { throw keys.wrong("metric_list", wants: "a list", node) }
        var metrics: [MetricSpec] = []
        for node in nodes {
            let metric = try metric(node, of: kind)
            if metrics.contains(where: { $0.name == metric.name }) {
                throw SuiteError(.duplicateMetric(metric.name), at: node.place, task: keys.task)
            }
            if metric.kind == .judged, !hasJudge {
                throw SuiteError(.metricNeeds("judge", key: "judge"), at: node.place, task: keys.task)
            }
            metrics.append(metric)
        }
        guard !metrics.isEmpty else { throw keys.fail(.noMetrics, "metric_list") }
        return metrics
    }

    private func metric(_ node: YAMLNode, of kind: OutputKind) throws(SuiteError) -> MetricSpec {
        // A bare name stands for `metric: name`, and lm-evaluation-harness's own
        // keys that only repeat what a metric is are read over.
        let known = ["metric", "name", "aggregation", "higher_is_better"]
        let name = node.text ?? node["metric"]?.text
        guard let name else { throw SuiteError(.missing("metric"), at: node.place, task: keys.task) }
        guard let metric = MetricKind(rawValue: name) else {
            let fitting = MetricKind.allCases.filter { $0.kinds.contains(kind) }.map(\.rawValue)
            throw SuiteError(.unknownMetric(name, known: fitting), at: node.place, task: keys.task)
        }
        guard metric.kinds.contains(kind) else {
            throw SuiteError(.metricDoesNotFit(name, kind: kind), at: node.place, task: keys.task)
        }
        var spec = MetricSpec(kind: metric, name: name)
        spec.rules = metric == .exactMatch || metric == .rougeL ? .verbatim : .squad
        guard let entries = node.mapping else { return spec }
        if let stranger = entries.first(where: {
            !known.contains($0.key) && !metric.options.contains($0.key)
        }) {
            throw SuiteError(
                .unknownOption(stranger.key, metric: name), at: stranger.place, task: keys.task)
        }
        return try options(SuiteKeys(node, task: keys.task, known: entries.map(\.key)), spec)
    }

    private func options(_ keys: SuiteKeys, _ spec: MetricSpec) throws(SuiteError) -> MetricSpec {
        var named = MetricSpec(kind: spec.kind, name: try keys.text("name") ?? spec.name)
        guard SuiteName.isFileName(named.name) else { throw keys.fail(.badName(named.name), "name") }
        named.rules = spec.rules
        if let rules = try keys.text("rules") {
            guard let known = AnswerRules(rawValue: rules) else {
                throw keys.fail(.unknownRules(rules), "rules")
            }
            named.rules = known
        }
        named.bins = try keys.whole("bins", 1...1000) ?? named.bins
        named.fields = try keys.texts("fields") ?? []
        named.addresses = try keys.flag("addresses") ?? false
        return named
    }
}
