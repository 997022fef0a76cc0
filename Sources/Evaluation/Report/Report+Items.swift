import Checkpoint

extension Report {
    /// The items that went worst, what was wanted beside what was answered.
    ///
    /// Worst first: the least score, and among equals the surest, because a
    /// confident mistake says most about a model.
    func worst(_ task: TaskScores, count: Int = 20) -> HTML {
        guard let metric = task.headline else { return "" }
        let scored = task.samples.compactMap { sample in
            sample.values(metric).map { (sample: sample, value: $0[0], sure: sample.confidence ?? 0) }
        }
        let worst = scored.filter { $0.value < 1 }
            .sorted { ($0.value, $1.sure, $0.sample.id) < ($1.value, $0.sure, $1.sample.id) }
            .prefix(count)
        guard !worst.isEmpty else { return "<p class=\"note\">Every item has the full score.</p>" }
        let opening = SharedOpening(task.samples.map(\.prompt))
        let rows = worst.map { item -> HTML in
            let view = SampleView(sample: item.sample, metric: metric)
            let sure = item.sample.confidence.map { ", sure to " + ResultsTable.four($0) } ?? ""
            let wanted: HTML = view.hasChoices ? "" : "<div><h4>Wanted</h4>\(view.wanted)</div>"
            return """
                <article><p class="note">item \(item.sample.id): \(metric.name) \(ResultsTable.four(item.value))\(sure)</p>
                <div class="sides \(view.hasChoices ? "two" : "three")"><div><h4>Asked</h4>\(view.asked(opening))</div>
                \(wanted)<div><h4>Answered</h4>\(view.answered)</div></div></article>
                """
        }
        let title = "The \(worst.count) worst of \(scored.count) items, the surest mistakes first"
        return "<details open><summary>\(title)</summary>\(HTML(rows))</details>"
    }
}
