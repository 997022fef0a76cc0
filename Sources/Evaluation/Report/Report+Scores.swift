extension Report {
    /// Every score with its interval: a table with a bar drawn into each row.
    var scores: HTML {
        let rows = results.tasks.flatMap { task in
            task.scores.enumerated().map { place, score -> HTML in
                """
                <tr><th>\(place == 0 ? task.name : "")</th><td>\(score.name) \(score.higherIsBetter ? "↑" : "↓")</td>
                <td class="number">\(ResultsTable.four(score.value))</td>
                <td class="number">\(score.error.map { "± " + ResultsTable.four($0) } ?? "")</td>
                <td class="number">\(Self.interval(score))</td><td class="whisker">\(whisker(score))</td></tr>
                """
            }
        }
        return """
            <section>
            <h2>Scores</h2>
            <table><thead><tr><th>Task</th><th>Metric</th><th class="number">Value</th><th class="number">Error</th>
            <th class="number">95 % interval</th><th>0 to 1</th></tr></thead><tbody>\(HTML(rows))</tbody></table>
            </section>
            """
    }

    private static func interval(_ score: MetricScore) -> String {
        score.interval.map {
            "\(ResultsTable.four($0.lowerBound)) … \(ResultsTable.four($0.upperBound))"
        } ?? ""
    }

    /// The interval on a scale from 0 to 1, for scores that live there.
    private func whisker(_ score: MetricScore) -> HTML {
        guard (0...1).contains(score.value) else { return "" }
        func across(_ value: Double) -> Double { 4 + 232 * min(1, max(0, value)) }
        let span = score.interval.map { interval -> HTML in
            "<line class=\"span\" x1=\"\(across(interval.lowerBound))\" y1=\"10\" x2=\"\(across(interval.upperBound))\" y2=\"10\"/>"
        }
        return """
            <svg viewBox="0 0 240 20" role="img" aria-label="\(ResultsTable.four(score.value))">\
            <line class="axis" x1="4" y1="10" x2="236" y2="10"/>\(span ?? "")\
            <circle class="mark" cx="\(across(score.value))" cy="10" r="4"/></svg>
            """
    }
}
