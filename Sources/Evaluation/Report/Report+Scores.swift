extension Report {
    /// Every score with its interval: a table with a bar drawn into each row.
    var scores: HTML {
        let rows = results.tasks.flatMap { task in
            task.scores.enumerated().map { place, score -> HTML in
                """
                <tr class="\(place == 0 ? "first" : "next")"><th>\(place == 0 ? HTML.name(task.name) : "")</th><td>\(score.name)\u{A0}\(score.higherIsBetter ? "↑" : "↓")</td>
                <td class="number">\(score.items)</td>
                <td class="number strong">\(ResultsTable.four(score.value))</td>
                <td class="number">\(score.error.map { "± " + ResultsTable.four($0) } ?? "")</td>
                <td class="number">\(Self.interval(score))</td>
                <td class="whisker">\(Self.whisker(score, chance: task.chance(score)))</td></tr>
                """
            }
        }
        let isGuessing = results.tasks.contains { task in task.scores.contains { task.chance($0) != nil } }
        return """
            <section>
            <h2>Scores</h2>
            <table><thead><tr><th>Task</th><th>Metric</th><th class="number">Items</th><th class="number">Value</th>
            <th class="number">Error</th><th class="number">95 % interval</th><th class="whisker">\(Self.scale)</th></tr></thead>
            <tbody>\(HTML(rows))</tbody></table>
            <p class="note">↑ more is better, ↓ less is. Errors and intervals are clustered where items share a \
            context.\(isGuessing ? " The hollow mark is what guessing would reach." : "")</p>
            </section>
            """
    }

    static func interval(_ score: MetricScore) -> String {
        score.interval.map {
            "\(ResultsTable.four($0.lowerBound)) … \(ResultsTable.four($0.upperBound))"
        } ?? ""
    }

    private static func across(_ value: Double) -> Double { 8 + 224 * min(1, max(0, value)) }

    /// The numbers above the bars.
    private static var scale: HTML {
        let ticks = [0, 0.5, 1].map { tick -> HTML in
            "<text x=\"\(across(tick))\" y=\"14\" text-anchor=\"middle\">\(Plot.short(tick))</text>"
        }
        return "<svg viewBox=\"0 0 240 20\" aria-hidden=\"true\">\(HTML(ticks))</svg>"
    }

    /// The interval on a scale from 0 to 1, for scores that live there.
    private static func whisker(_ score: MetricScore, chance: Double?) -> HTML {
        guard (0...1).contains(score.value) else { return "" }
        let grid = [0, 0.25, 0.5, 0.75, 1].map { tick -> HTML in
            "<line class=\"grid\" x1=\"\(across(tick))\" y1=\"3\" x2=\"\(across(tick))\" y2=\"17\"/>"
        }
        let span = score.interval.map { interval -> HTML in
            "<line class=\"span\" x1=\"\(across(interval.lowerBound))\" y1=\"10\" x2=\"\(across(interval.upperBound))\" y2=\"10\"/>"
        }
        let guess = chance.map { value -> HTML in
            "<circle class=\"chance\" cx=\"\(across(value))\" cy=\"10\" r=\"3.5\"><title>guessing: \(ResultsTable.four(value))</title></circle>"
        }
        return """
            <svg viewBox="0 0 240 20" role="img" aria-label="\(ResultsTable.four(score.value))">\(HTML(grid))\
            <line class="axis" x1="8" y1="10" x2="232" y2="10"/>\(guess ?? "")\(span ?? "")\
            <circle class="mark" cx="\(across(score.value))" cy="10" r="4"/></svg>
            """
    }
}

extension EvaluationResults.TaskScores {
    /// What guessing would reach, for the metrics that count right choices.
    func chance(_ score: MetricScore) -> Double? {
        let counted: Set<MetricKind> = [.acc, .accNorm, .accBytes, .accMutualInfo]
        guard task.kind == .choice, !samples.isEmpty,
            let metric = task.metrics.first(where: { $0.name == score.name }), counted.contains(metric.kind)
        else { return nil }
        let shares = samples.map { 1 / Double(max(1, $0.json["resps"]?.array?.count ?? 1)) }
        return shares.reduce(0, +) / Double(shares.count)
    }
}
