/// How well a short answer matches the best of its reference answers.
///
/// Exact match is 1 or 0; F1 is over the multiset of words. Where one side has
/// no words, both are 1 if the other has none either and 0 otherwise: that is
/// how an unanswerable question is scored (SQuAD 2.0). A question without
/// reference answers is one whose right answer is no answer.
struct AnswerMatch: Sendable, Equatable {
    let exact: Double
    let f1: Double

    init(_ answer: String, references: [String], rules: AnswerRules = .squad) {
        let answered = rules.words(answer)
        var exact = 0.0
        var f1 = 0.0
        for reference in Self.answerable(references.map(rules.words)) {
            exact = max(exact, answered == reference ? 1 : 0)
            f1 = max(f1, Self.f1(answered, reference))
        }
        self.exact = exact
        self.f1 = f1
    }

    /// References that say something, or the empty answer where none does.
    private static func answerable(_ references: [[CodePoints.Word]]) -> [[CodePoints.Word]] {
        let telling = references.filter { !$0.isEmpty }
        return telling.isEmpty ? [[]] : telling
    }

    private static func f1(_ answer: [CodePoints.Word], _ reference: [CodePoints.Word]) -> Double {
        if answer.isEmpty || reference.isEmpty { return answer == reference ? 1 : 0 }
        var left = Dictionary(reference.map { ($0, 1) }, uniquingKeysWith: +)
        var common = 0
        for word in answer {
            guard let count = left[word], count > 0 else { continue }
            left[word] = count - 1
            common += 1
        }
        if common == 0 { return 0 }
        let precision = Double(common) / Double(answer.count)
        let recall = Double(common) / Double(reference.count)
        return (2 * precision * recall) / (precision + recall)
    }
}
