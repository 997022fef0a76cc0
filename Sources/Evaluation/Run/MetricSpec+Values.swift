import Checkpoint
import Corpus

extension MetricSpec {
    /// What one item contributes: the numbers that `score` later sums, or nothing
    /// where the item says nothing about this metric.
    func values(_ outcome: Outcome, abstain: [String]) -> [Double]? {
        switch outcome.response {
        case .choice: outcome.choice.flatMap { choiceValues($0, outcome) }
        case .loglikelihood(let score): likelihoodValues(score)
        case .rolling(let logprob): rollingValues(logprob, outcome)
        case .generated(let text): generatedValues(text, outcome, Abstention(abstain, rules: rules))
        }
    }

    private func choiceValues(_ choice: ChoiceScore, _ outcome: Outcome) -> [Double]? {
        switch kind {
        case .acc: [choice.isRight(choice.choice) ? 1 : 0]
        case .accNorm: [choice.isRight(choice.choiceByCharacters) ? 1 : 0]
        case .accBytes: [choice.isRight(choice.choiceByBytes) ? 1 : 0]
        case .accMutualInfo: choice.choiceByInformation.map { [choice.isRight($0) ? 1 : 0] }
        case .brier: [Calibration.brier(choice.probabilities, gold: choice.gold[0])]
        case .calibrationError:
            outcome.confidence.map { [$0, choice.isRight(choice.choice) ? 1 : 0] }
        case .riskArea: outcome.confidence.map { [$0, choice.isRight(choice.choice) ? 0 : 1] }
        case .peakMemory: PeakMemory.mebibytes.map { [$0] }
        default: nil
        }
    }

    private func likelihoodValues(_ score: ContinuationScore) -> [Double]? {
        switch kind {
        case .acc: [score.isGreedy ? 1 : 0]
        case .perplexity: [score.logprob, 1]
        case .peakMemory: PeakMemory.mebibytes.map { [$0] }
        default: nil
        }
    }

    private func rollingValues(_ logprob: Double, _ outcome: Outcome) -> [Double]? {
        guard case .rolling(let text) = outcome.item.work else { return nil }
        let score = RollingScore(logprob: logprob, text: text)
        switch kind {
        case .wordPerplexity: return [logprob, Double(score.words)]
        case .bytePerplexity, .bitsPerByte: return [logprob, Double(score.bytes)]
        case .peakMemory: return PeakMemory.mebibytes.map { [$0] }
        default: return nil
        }
    }

    private func generatedValues(
        _ text: GeneratedText, _ outcome: Outcome, _ abstention: Abstention
    ) -> [Double]? {
        guard let written = outcome.answer else { return nil }
        let isAbstaining = abstention.isMeant(by: written)
        // An abstaining answer is scored as no answer, whatever words it used.
        let answer = isAbstaining ? "" : written
        let match = AnswerMatch(answer, references: outcome.references, rules: rules)
        let references = outcome.references.isEmpty ? [""] : outcome.references
        switch kind {
        case .exactMatch: return [match.exact]
        case .f1: return [match.f1]
        case .bleu:
            let counts = BLEU(answer, references: references)
            let lengths = [Double(counts.length), Double(counts.referenceLength)]
            return lengths + (counts.matches + counts.totals).map(Double.init)
        case .chrf:
            let counts = ChrF(answer, references: references)
            return (counts.candidate + counts.reference + counts.matches).map(Double.init)
        case .rougeL: return [RougeL(answer, references: references, rules: rules).f1]
        case .abstention: return [isAbstaining == hasNoAnswer(references) ? 1 : 0]
        case .brier: return outcome.confidence.map { [($0 - match.exact) * ($0 - match.exact)] }
        case .calibrationError: return outcome.confidence.map { [$0, match.exact] }
        case .riskArea: return outcome.confidence.map { [$0, 1 - match.exact] }
        case .jsonValid: return [parsed(written) == nil ? 0 : 1]
        case .fieldPrecision, .fieldRecall, .fieldF1: return fieldCounts(written, references[0])
        case .grounded: return groundedCounts(written, outcome.item.source ?? "", isAbstaining)
        case .secretsLeaked: return [Secrets(in: written, addresses: addresses).findings.isEmpty ? 0 : 1]
        case .judged: return outcome.judged.map { [$0] }
        case .prefillSpeed:
            return text.timing.map { [Double($0.promptTokens), $0.firstToken] }
        case .decodeSpeed: return text.timing.map { [Double(max(0, text.tokens - 1)), $0.rest] }
        case .firstToken: return text.timing.map { [$0.firstToken] }
        case .peakMemory: return PeakMemory.mebibytes.map { [$0] }
        default: return nil
        }
    }

    private func hasNoAnswer(_ references: [String]) -> Bool {
        references.allSatisfy { rules.words($0).isEmpty }
    }

    private func parsed(_ text: String) -> JSON? {
        try? JSON.parse(Array(text.utf8), limits: JSONLimits(depth: 32, bytes: 1 << 20))
    }

    private func fieldCounts(_ answer: String, _ reference: String) -> [Double]? {
        // A row without an answer expects no fields.
        guard let expected = reference.isEmpty ? .null : parsed(reference) else { return nil }
        // An answer that is no JSON has no fields.
        let match = FieldMatch(parsed(answer) ?? .null, expected: expected, fields: fields)
        return [Double(match.matched), Double(match.answered), Double(match.expected)]
    }

    private func groundedCounts(_ answer: String, _ source: String, _ isAbstaining: Bool) -> [Double] {
        let claims = parsed(answer).map { FieldMatch.texts($0, fields: fields) } ?? [answer]
        let grounding = Grounding(isAbstaining ? [] : claims, source: source)
        return [Double(grounding.claims - grounding.invented.count), Double(grounding.claims)]
    }
}
