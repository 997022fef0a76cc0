/// One self-contained page about an evaluation.
struct Report {
    let results: EvaluationResults

    init(_ results: EvaluationResults) { self.results = results }

    var html: String {
        Page(
            title: "\(results.subject) · evaluation", heading: results.subject, summary: summary,
            sections: [scores] + results.tasks.map(section) + [conditions]
        ).html
    }

    private var summary: String {
        let items = results.tasks.reduce(0) { $0 + $1.items }
        let tasks = results.tasks.count == 1 ? "1 task" : "\(results.tasks.count) tasks"
        return "\(tasks), \(items) items, \(Page.moment(results.time))"
    }

    private func section(_ task: EvaluationResults.TaskScores) -> HTML {
        let charts = [calibration(task), riskCoverage(task), grades(task), lengths(task)].compactMap(\.self)
        return """
            <section>
            <h2>\(task.name)</h2>
            <p class="note">\(task.task.kind.rawValue), version \(task.version), \(task.items) items, \(task.fewshot) examples\(judge(task))</p>
            <div class="charts">\(HTML(charts))</div>
            \(worst(task))
            </section>
            """
    }

    private func judge(_ task: EvaluationResults.TaskScores) -> String {
        guard let nonsense = task.nonsense else { return "" }
        let counted = "; the judge spoke nonsense on \(nonsense) answers, which are part of no score"
        guard let judge = task.judge else { return counted + ", and it was not measured on labels" }
        return counted + "; on \(judge.judged + judge.nonsense) labelled answers it agrees with "
            + "\(ResultsTable.four(judge.agreement)) of the labels (kappa \(ResultsTable.four(judge.kappa)))"
    }

    private var conditions: HTML {
        let rows = results.config.map { entry -> HTML in
            "<tr><th>\(entry.key)</th><td class=\"code\">\(entry.value)</td></tr>"
        }
        return "<section><h2>Conditions</h2><table class=\"plain\">\(HTML(rows))</table></section>"
    }
}
