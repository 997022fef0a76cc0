import Checkpoint

/// What people are shown of a sample: what was asked, wanted and answered.
struct SampleView {
    let sample: Sample
    /// The metric that says which choice was taken.
    let metric: MetricSpec

    /// The end of a text, where the question is.
    static func tail(_ text: String, _ limit: Int = 1200) -> String {
        text.unicodeScalars.count <= limit
            ? text : "… " + CodePoints.string(text.unicodeScalars.suffix(limit))
    }

    func asked(_ opening: SharedOpening) -> HTML {
        let own = Self.tail(opening.rest(of: sample.prompt))
        let cut: HTML =
            opening.isEmpty ? "" : "<span class=\"cut\">… after what every question begins with</span>\n"
        return "<pre>\(cut)\(own)</pre>"
    }

    var wanted: HTML {
        // Several right answers stand in the file as a list.
        let list = (try? JSON.parse(Array(sample.target.utf8)))?.array?.compactMap(\.string)
        let target = (list ?? [sample.target]).joined(separator: "\nor ")
        return target.isEmpty ? "<p class=\"cut\">no answer</p>" : "<pre>\(Self.tail(target))</pre>"
    }

    /// The answer, or the choices: which was right, which was taken, and how sure the model was of each.
    var answered: HTML {
        guard !choices.isEmpty else {
            let answer = sample.answer
            return answer.isEmpty ? "<p class=\"cut\">nothing</p>" : "<pre>\(Self.tail(answer))</pre>"
        }
        let score = ChoiceScore(
            logprobs: choices.map(\.logprob), choices: choices.map(\.text), gold: gold)
        let taken =
            metric.kind == .accNorm
            ? score.choiceByCharacters : metric.kind == .accBytes ? score.choiceByBytes : score.choice
        let shares = score.probabilities
        let rows = choices.enumerated().map { place, choice -> HTML in
            let isRight = gold.contains(place)
            let mark = isRight ? "✓" : place == taken ? "✗" : ""
            let kind: HTML = isRight ? "right" : place == taken ? "wrong" : "other"
            return """
                <tr class="\(kind)"><td class="sign">\(mark)</td><td>\(choice.text)\
                <span class="cut">\(place == taken ? "taken" : "")</span></td>\
                <td class="number">\(ResultsTable.four(choice.logprob))</td>\
                <td class="share"><svg viewBox="0 0 60 10" aria-hidden="true"><rect class="track" width="60" height="10" rx="2"/>\
                <rect class="fill" width="\(60 * shares[place])" height="10" rx="2"/></svg></td></tr>
                """
        }
        return "<table class=\"choices\">\(HTML(rows))</table>"
    }

    var hasChoices: Bool { !choices.isEmpty }

    private var gold: [Int] {
        Int(sample.target).map { [$0] }
            ?? (try? JSON.parse(Array(sample.target.utf8)))?.array?.compactMap(\.int) ?? []
    }

    /// The choices of an item as they were scored, where it has any.
    private var choices: [(text: String, logprob: Double)] {
        let responses = sample.json["resps"]?.array ?? []
        let found = responses.enumerated().compactMap { place, response -> (text: String, logprob: Double)? in
            guard let text = sample.json["arguments"]?["gen_args_\(place)"]?["arg_1"]?.string, !text.isEmpty,
                let logprob = response.array?.first?.array?.first?.string.flatMap(Double.init),
                logprob.isFinite
            else { return nil }
            return (text.count > 1 && text.hasPrefix(" ") ? String(text.dropFirst()) : text, logprob)
        }
        return found.count == responses.count && found.count > 1 ? found : []
    }
}
