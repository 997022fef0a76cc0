import Checkpoint

extension Report {
    /// How the marks of a graded metric are spread: many halves are not the same as some nothings.
    func grades(_ task: TaskScores) -> HTML? {
        let graded = task.task.metrics.filter { metric in
            guard metric.kind.higherIsBetter, metric.width == 1, case .mean = metric.aggregation else {
                return false
            }
            let values = task.samples.compactMap { $0.values(metric)?.first }
            return values.count >= 5 && values.allSatisfy((0...1).contains)
                && values.contains { $0 != 0 && $0 != 1 }
        }
        guard let metric = graded.first else { return nil }
        let values = task.samples.compactMap { $0.values(metric)?.first }
        var counts = [Int](repeating: 0, count: 11)
        // The full mark has a place of its own.
        for value in values { counts[value >= 1 ? 10 : Int(value * 10)] += 1 }
        var plot = Plot(x: 0...1.1, y: 0...Double(counts.max() ?? 1))
        for (place, count) in counts.enumerated() where count > 0 {
            plot.bar(
                from: Double(place) / 10, to: Double(place + 1) / 10, height: Double(count),
                place == 10 ? "bar" : "bar pale", title: "\(count) items")
        }
        return Page.figure(
            "Marks", "how many items reach how much; the full mark stands apart",
            plot.svg(label: "Spread of \(metric.name)", x: metric.name, y: "items"))
    }

    /// How long answers are, and whether longer ones are worse.
    func lengths(_ task: TaskScores) -> HTML? {
        guard let metric = task.headline else { return nil }
        let shared = SharedOpening(task.samples.map(\.prompt))
        let pairs = task.samples.compactMap { sample -> (length: Double, value: Double)? in
            guard let value = sample.values(metric) else { return nil }
            let tokens = sample.json["generated_tokens"]?.int
            return (Double(tokens ?? shared.rest(of: sample.prompt).utf8.count), value[0])
        }
        guard pairs.count >= 5, let longest = pairs.map(\.length).max(), longest > 0 else { return nil }
        let width = max(1, (longest / 12).rounded(.up))
        let bins = Dictionary(grouping: pairs) { Int($0.length / width) }
        let highest = bins.values.map(\.count).max() ?? 1
        var plot = Plot(x: 0...(width * Double((bins.keys.max() ?? 0) + 1)), y: 0...Double(highest))
        for (bin, inside) in bins.sorted(by: { $0.key < $1.key }) {
            let right = inside.reduce(0) { $0 + $1.value } / Double(inside.count)
            let start = Double(bin) * width
            plot.bar(
                from: start, to: start + width, height: Double(inside.count), "bar pale",
                title: "\(inside.count) items")
            plot.bar(
                from: start, to: start + width, height: Double(inside.count) * right, "bar",
                title: "\(metric.name) \(ResultsTable.four(right))")
        }
        let isWritten = task.task.kind == .generate
        return Page.figure(
            "Length",
            "the dark share of a bar is \(metric.name)\(isWritten || shared.isEmpty ? "" : "; what all questions begin with is not counted")",
            plot.svg(
                label: "Length of \(isWritten ? "answers" : "questions")",
                x: isWritten ? "tokens written" : "bytes of the question", y: "items"))
    }
}

extension EvaluationResults.TaskScores {
    /// The metric that says of one item how right it is: the first that is a mean
    /// between 0 and 1 of which more is better.
    var headline: MetricSpec? {
        task.metrics.first { metric in
            guard metric.kind.higherIsBetter, metric.width == 1, case .mean = metric.aggregation else {
                return false
            }
            let values = samples.compactMap { $0.values(metric)?.first }
            return !values.isEmpty && values.allSatisfy { (0...1).contains($0) }
        }
    }
}
