import Foundation

/// One self-contained page about what changed between two evaluations.
struct ComparisonReport {
    let comparison: Comparison

    var html: String {
        let (before, after) = comparison.subjects
        return Page(
            title: "\(before) → \(after)", heading: "\(before) → \(after)",
            summary:
                "A is \(before), B is \(after); both on the same items, verdicts at the level \(comparison.level)",
            sections: [verdicts, differences] + comparison.tasks.compactMap(changes)
        ).html
    }

    private var verdicts: HTML {
        let sentences = comparison.summary.map { sentence -> HTML in "<p class=\"verdict\">\(sentence)</p>" }
        return "<section><h2>Verdicts</h2>\(HTML(sentences))</section>"
    }

    // MARK: Differences

    /// Every difference with its interval, on one scale for the scores between 0 and 1.
    private var differences: HTML {
        let reach =
            comparison.rows.filter(\.isShare).map { row in
                let interval = row.test?.interval
                return max(
                    abs(row.after - row.before), abs(interval?.lowerBound ?? 0),
                    abs(interval?.upperBound ?? 0))
            }.max() ?? 0
        let scale = max(0.02, reach * 1.1)
        var last = ""
        let rows = comparison.rows.map { row -> HTML in
            let isFirst = row.task != last
            last = row.task
            return """
                <tr class="\(isFirst ? "first" : "next")"><th>\(isFirst ? HTML.name(row.task) : "")</th>
                <td>\(row.metric)\u{A0}\(row.higherIsBetter ? "↑" : "↓")</td><td class="number">\(row.items)</td>
                <td class="number">\(ResultsTable.four(row.before))</td><td class="number">\(ResultsTable.four(row.after))</td>
                <td class="number strong">\(Comparison.signed(row.after - row.before))</td>
                <td class="number">\(Comparison.chance(row.adjustedP ?? row.test?.p))</td>
                <td class="number">\(row.detectable.map(ResultsTable.four) ?? "")</td>
                <td>\(row.verdict?.rawValue ?? "")</td><td class="whisker">\(Self.whisker(row, scale: scale))</td></tr>
                """
        }
        return """
            <section><h2>Differences</h2>
            <table><thead><tr><th>Task</th><th>Metric</th><th class="number">Items</th><th class="number">A</th>
            <th class="number">B</th><th class="number">B − A</th><th class="number">p</th><th class="number">Detectable</th>
            <th>Verdict</th><th class="whisker">\(Self.axis(scale))</th></tr></thead><tbody>\(HTML(rows))</tbody></table>
            <p class="note">The first metric of a task carries the verdict, its p-value corrected for the number of tasks \
            (Holm). Detectable is the difference these items would have shown four times in five.</p></section>
            """
    }

    private static func across(_ value: Double, _ scale: Double) -> Double {
        120 + 112 * min(1, max(-1, value / scale))
    }

    private static func axis(_ scale: Double) -> HTML {
        let ticks = [-scale, 0, scale].map { tick -> HTML in
            "<text x=\"\(across(tick, scale))\" y=\"14\" text-anchor=\"\(tick < 0 ? "start" : tick > 0 ? "end" : "middle")\">\(tick == 0 ? "0" : String(format: "%+.2f", tick))</text>"
        }
        return "<svg viewBox=\"0 0 240 20\" aria-hidden=\"true\">\(HTML(ticks))</svg>"
    }

    private static func whisker(_ row: Comparison.Row, scale: Double) -> HTML {
        guard row.isShare else { return "" }
        let change = row.after - row.before
        let span = row.test?.interval.map { interval -> HTML in
            "<line class=\"span\" x1=\"\(across(interval.lowerBound, scale))\" y1=\"10\" x2=\"\(across(interval.upperBound, scale))\" y2=\"10\"/>"
        }
        let kind: HTML = (change > 0) == row.higherIsBetter && change != 0 ? "gain" : "mark"
        return """
            <svg viewBox="0 0 240 20" role="img" aria-label="\(Comparison.signed(change))">\
            <line class="grid" x1="8" y1="10" x2="232" y2="10"/><line class="axis" x1="120" y1="2" x2="120" y2="18"/>\
            \(span ?? "")<circle class="\(kind)" cx="\(across(change, scale))" cy="10" r="4"/></svg>
            """
    }

    // MARK: Items

    /// The items that got worse and those that got better, side by side.
    private func changes(
        _ name: String, _ metrics: [MetricSpec], _ pairs: [Comparison.Pair]
    ) -> HTML? {
        guard let metric = metrics.first(where: { $0.isMark(in: pairs) }) else { return nil }
        let moved = pairs.compactMap { pair -> (pair: Comparison.Pair, change: Double)? in
            guard let before = pair.before.values(metric), let after = pair.after.values(metric),
                after[0] != before[0]
            else { return nil }
            return (pair, after[0] - before[0])
        }
        let opening = SharedOpening(pairs.map(\.before.prompt))
        func list(_ title: String, _ items: [(pair: Comparison.Pair, change: Double)]) -> HTML {
            guard !items.isEmpty else { return "" }
            let rows = items.prefix(12).map { item(metric, $0.pair, $0.change, opening) }
            let shown = items.count > rows.count ? ", the first \(rows.count) of them" : ""
            return
                "<details open><summary>\(items.count) items \(title)\(shown)</summary>\(HTML(Array(rows)))</details>"
        }
        let worse = moved.filter { $0.change < 0 }.sorted {
            ($0.change, $0.pair.before.id) < ($1.change, $1.pair.before.id)
        }
        let better = moved.filter { $0.change > 0 }.sorted {
            (-$0.change, $0.pair.before.id) < (-$1.change, $1.pair.before.id)
        }
        return """
            <section><h2>\(name)</h2>
            <p class="note">\(worse.count) items got worse, \(better.count) better, \(pairs.count - moved.count) stayed, by \(metric.name)</p>
            \(list("got worse", worse))
            \(list("got better", better))</section>
            """
    }

    private func item(
        _ metric: MetricSpec, _ pair: Comparison.Pair, _ change: Double, _ opening: SharedOpening
    ) -> HTML {
        let before = SampleView(sample: pair.before, metric: metric)
        let after = SampleView(sample: pair.after, metric: metric)
        let wanted: HTML = before.hasChoices ? "" : "<div><h4>Wanted</h4>\(before.wanted)</div>"
        return """
            <article><p class="note">item \(pair.before.id): \(metric.name) \(Comparison.signed(change))</p>
            <div class="sides \(before.hasChoices ? "choice" : "four")"><div><h4>Asked</h4>\(before.asked(opening))</div>\(wanted)
            <div><h4>A</h4>\(before.answered)</div><div><h4>B</h4>\(after.answered)</div></div></article>
            """
    }
}

extension Comparison.Row {
    /// Whether it lives between 0 and 1, so that one scale fits all.
    fileprivate var isShare: Bool { (0...1).contains(before) && (0...1).contains(after) }
}

extension MetricSpec {
    /// Whether it says of each item how right it is.
    fileprivate func isMark(in pairs: [Comparison.Pair]) -> Bool {
        guard kind.higherIsBetter, width == 1, case .mean = aggregation else { return false }
        let values = pairs.flatMap { [$0.before.values(self)?.first, $0.after.values(self)?.first] }
        return values.contains { $0 != nil } && values.compactMap(\.self).allSatisfy((0...1).contains)
    }
}

extension Comparison {
    /// Writes the page about the comparison.
    public func writeReport(to path: String) throws(RunError) {
        do {
            try Data(ComparisonReport(comparison: self).html.utf8)
                .write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .unwritable(path: path)
        }
    }
}
