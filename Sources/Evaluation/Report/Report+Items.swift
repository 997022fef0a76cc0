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
        let rows = worst.map { item -> HTML in
            let sure = item.sample.confidence.map { "sure to " + ResultsTable.four($0) } ?? ""
            return """
                <article><p class="note">item \(item.sample.id), \(metric.name) \(ResultsTable.four(item.value)) \(sure)</p>
                <div class="sides"><div><h4>Asked</h4><pre>\(Self.tail(item.sample.prompt))</pre></div>
                <div><h4>Wanted</h4><pre>\(Self.wanted(item.sample))</pre></div>
                <div><h4>Answered</h4><pre>\(Self.answered(item.sample))</pre></div></div></article>
                """
        }
        return "<details open><summary>The \(worst.count) worst items</summary>\(HTML(rows))</details>"
    }

    /// The end of a prompt, where the question is.
    private static func tail(_ text: String, _ limit: Int = 600) -> String {
        text.unicodeScalars.count <= limit
            ? text : "… " + CodePoints.string(text.unicodeScalars.suffix(limit))
    }

    /// The choices of an item as they were scored, where it has any.
    private static func choices(_ sample: Sample) -> [(text: String, logprob: Double)] {
        let responses = sample.json["resps"]?.array ?? []
        return responses.enumerated().compactMap { place, response in
            guard let text = sample.json["arguments"]?["gen_args_\(place)"]?["arg_1"]?.string,
                let logprob = response.array?.first?.array?.first?.string.flatMap(Double.init)
            else { return nil }
            return (text, logprob)
        }
    }

    private static func wanted(_ sample: Sample) -> String {
        let choices = choices(sample)
        guard choices.count > 1, let place = Int(sample.target), choices.indices.contains(place) else {
            return tail(sample.target)
        }
        return "\(place):\(choices[place].text)"
    }

    private static func answered(_ sample: Sample) -> String {
        let choices = choices(sample)
        guard !choices.isEmpty else { return tail(sample.answer) }
        let lines = choices.enumerated().map { place, choice in
            (choice.logprob, "\(ResultsTable.four(choice.logprob))  \(place):\(choice.text)")
        }
        return lines.sorted { $0.0 > $1.0 }.map(\.1).joined(separator: "\n")
    }
}
