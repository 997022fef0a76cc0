/// How well stated confidence agrees with being right.
///
/// Confidence is a probability; the expected calibration error is the mean gap
/// between confidence and accuracy over equal-width bins, weighted by what is in
/// them (a bin holds its upper edge), and Brier's score the mean square of
/// confidence minus outcome.
struct Calibration: Sendable {
    struct Bin: Sendable, Equatable {
        let count: Int
        let confidence: Double
        let accuracy: Double
    }

    /// One bin for each tenth (or whatever width was asked for), empty ones too.
    let bins: [Bin]
    let expectedError: Double
    let brier: Double

    /// At least one answer; each confidence between 0 and 1.
    init(_ answers: [(confidence: Double, isRight: Bool)], bins count: Int = 10) {
        precondition(!answers.isEmpty && count > 0)
        var sums = [(count: Int, confidence: Double, right: Int)](repeating: (0, 0, 0), count: count)
        var squares = 0.0
        for (confidence, isRight) in answers {
            precondition((0...1).contains(confidence))
            let bin = max(0, Int((confidence * Double(count)).rounded(.up)) - 1)
            sums[bin].count += 1
            sums[bin].confidence += confidence
            sums[bin].right += isRight ? 1 : 0
            let gap = confidence - (isRight ? 1 : 0)
            squares += gap * gap
        }
        bins = sums.map { sum in
            let size = Double(max(1, sum.count))
            return Bin(
                count: sum.count, confidence: sum.confidence / size, accuracy: Double(sum.right) / size)
        }
        expectedError = bins.reduce(0) { total, bin in
            total + Double(bin.count) / Double(answers.count) * abs(bin.accuracy - bin.confidence)
        }
        brier = squares / Double(answers.count)
    }

    /// Brier's score over all choices of one item: the squared distance between
    /// the probabilities and the certain right answer, as lm-evaluation-harness
    /// has it.
    static func brier(_ probabilities: [Double], gold: Int) -> Double {
        probabilities.enumerated().reduce(0) { sum, choice in
            let gap = choice.element - (choice.offset == gold ? 1 : 0)
            return sum + gap * gap
        }
    }
}
