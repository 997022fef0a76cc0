import Registry

extension EvaluationResults {
    /// The results as rows of the registry: one for each metric of each task, the
    /// metric named `task.metric`.
    ///
    /// - Parameters:
    ///   - report: where the evaluation's files are.
    ///   - created: when, in seconds since 1970.
    public func facts(
        model: RowID<ModelRow>, adapter: RowID<AdapterRow>?, report: String, created: Double
    ) -> [EvaluationFacts] {
        tasks.flatMap { task in
            task.scores.map { score in
                EvaluationFacts(
                    model: model, adapter: adapter, suite: task.suite, suiteDigest: task.suiteDigest,
                    metric: "\(task.name).\(score.name)", value: score.value, interval: score.interval,
                    items: score.items, report: report, created: created)
            }
        }
    }
}
