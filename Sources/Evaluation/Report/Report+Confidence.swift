import Checkpoint

extension Report {
    typealias TaskScores = EvaluationResults.TaskScores

    /// Confidence and loss of every sample that has both.
    private func answers(_ task: TaskScores) -> [(confidence: Double, loss: Double)] {
        // A choice's confidence is that of the likeliest one, which is what `acc` scores.
        guard let metric = task.task.metrics.first(where: { $0.kind == .acc }) ?? task.headline else {
            return []
        }
        return task.samples.compactMap { sample in
            guard let confidence = sample.confidence, let value = sample.values(metric) else { return nil }
            return (min(1, max(0, confidence)), 1 - value[0])
        }
    }

    /// How often the model was right, for each stretch of how sure it was.
    func calibration(_ task: TaskScores) -> HTML? {
        let answers = answers(task)
        guard answers.count >= 5 else { return nil }
        let calibration = Calibration(answers.map { ($0.confidence, $0.loss < 0.5) })
        let largest = calibration.bins.map(\.count).max() ?? 1
        var plot = Plot(x: 0...1, y: 0...1)
        plot.line([(0, 0), (1, 1)], "ideal")
        for (place, bin) in calibration.bins.enumerated() where bin.count > 0 {
            plot.bar(
                from: Double(place) / 10, to: Double(place + 1) / 10, height: bin.accuracy, "bar",
                title: "\(bin.count) answers, \(ResultsTable.four(bin.accuracy)) right")
            plot.dot(
                bin.confidence, bin.accuracy, "mark",
                title:
                    "sure to \(ResultsTable.four(bin.confidence)), right \(ResultsTable.four(bin.accuracy))",
                radius: 3 + 5 * (Double(bin.count) / Double(largest)).squareRoot())
        }
        let error = ResultsTable.four(calibration.expectedError)
        return figure(
            "Calibration", "expected error \(error); a dot's size is how many answers it stands for",
            plot.svg(label: "Calibration, expected error \(error)", x: "confidence", y: "share right"))
    }

    /// What the error rate would be, were the least sure answers kept back.
    func riskCoverage(_ task: TaskScores) -> HTML? {
        let answers = answers(task)
        guard answers.count >= 5 else { return nil }
        let curve = RiskCoverage(answers)
        let highest = curve.points.map(\.risk).max() ?? 1
        var plot = Plot(x: 0...1, y: 0...max(0.1, highest))
        plot.line(curve.points.map { ($0.coverage, $0.risk) }, "curve")
        if let last = curve.points.last {
            plot.dot(
                last.coverage, last.risk, "mark", title: "all answers: \(ResultsTable.four(last.risk)) wrong")
        }
        let area = ResultsTable.four(curve.area)
        return figure(
            "Risk and coverage", "area under the curve \(area); less is better",
            plot.svg(label: "Risk and coverage, area \(area)", x: "share of answers kept", y: "share wrong"))
    }

    /// How long answers are, and whether longer ones are worse.
    func lengths(_ task: TaskScores) -> HTML? {
        guard let metric = task.headline else { return nil }
        let pairs = task.samples.compactMap { sample -> (length: Double, value: Double)? in
            guard let value = sample.values(metric) else { return nil }
            let tokens = sample.json["generated_tokens"]?.int
            return (Double(tokens ?? sample.prompt.count), value[0])
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
        return figure(
            "Length", "the dark share of a bar is \(metric.name)",
            plot.svg(
                label: "Length of \(isWritten ? "answers" : "prompts")",
                x: isWritten ? "tokens written" : "characters of the prompt", y: "items"))
    }

    private func figure(_ title: String, _ note: String, _ drawing: HTML) -> HTML {
        "<figure><figcaption><b>\(title)</b> <span>\(note)</span></figcaption>\(drawing)</figure>"
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
            let values = samples.compactMap { metric.values(of: $0) }
            return !values.isEmpty && values.allSatisfy { (0...1).contains($0) }
        }
    }
}

extension MetricSpec {
    fileprivate func values(of sample: Sample) -> Double? { sample.values(self)?.first }
}
