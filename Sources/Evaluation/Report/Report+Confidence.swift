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
                from: Double(place) / 10, to: Double(place + 1) / 10, height: bin.accuracy, "bar pale",
                title: "\(bin.count) answers, \(ResultsTable.four(bin.accuracy)) right")
            let right = Int((bin.accuracy * Double(bin.count)).rounded())
            let reach = Wilson.interval(successes: right, of: bin.count)
            plot.line([(bin.confidence, reach.lowerBound), (bin.confidence, reach.upperBound)], "reach")
            plot.dot(
                bin.confidence, bin.accuracy, "mark",
                title:
                    "\(bin.count) answers: sure to \(ResultsTable.four(bin.confidence)), right \(ResultsTable.four(bin.accuracy))",
                radius: 3 + 4 * (Double(bin.count) / Double(largest)).squareRoot())
        }
        let error = ResultsTable.four(calibration.expectedError)
        return Page.figure(
            "Calibration",
            "expected error \(error). The larger a dot, the more answers; on the dashed line the model is as often right as it is sure.",
            plot.svg(label: "Calibration, expected error \(error)", x: "how sure", y: "share right"))
    }

    /// What the error rate would be, were the least sure answers kept back.
    func riskCoverage(_ task: TaskScores) -> HTML? {
        let answers = answers(task)
        guard answers.count >= 5 else { return nil }
        let curve = RiskCoverage(answers)
        // The rate among a handful of answers is noise and would set the scale.
        let telling = curve.points.filter { $0.coverage * Double(answers.count) >= 10 || $0.coverage == 1 }
        let all = curve.points.last?.risk ?? 0
        let highest = max(all, telling.map(\.risk).max() ?? 0)
        var plot = Plot(x: 0...1, y: 0...min(1, max(0.1, highest * 1.1)))
        plot.line([(0, all), (1, all)], "ideal")
        plot.line(telling.map { ($0.coverage, $0.risk) }, "curve")
        plot.dot(1, all, "mark", title: "all answers: \(ResultsTable.four(all)) wrong")
        let half = curve.points.last { $0.coverage <= 0.5 }
        if let half {
            plot.dot(
                half.coverage, half.risk, "mark",
                title: "the surest half: \(ResultsTable.four(half.risk)) wrong")
        }
        let area = ResultsTable.four(curve.area)
        let gain = half.map { ", \(ResultsTable.four($0.risk)) for the surest half" } ?? ""
        return Page.figure(
            "Risk and coverage",
            "\(ResultsTable.four(all)) wrong in all\(gain); area under the curve \(area). Below the dashed line, being sure means being right.",
            plot.svg(label: "Risk and coverage, area \(area)", x: "share of answers kept", y: "share wrong"))
    }
}
