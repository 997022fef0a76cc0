/// ROUGE-L of a text against the reference it fits best, equal to Google's
/// `rouge_score` without stemming.
///
/// Words are runs of a–z and 0–9 in lower case, as there: an umlaut ends a word,
/// so figures on German text compare with other tools' but are coarse, and text in another script has no
/// words at all. Other rules than `verbatim` say what a word is instead.
struct RougeL: Sendable, Equatable {
    let precision: Double
    let recall: Double
    let f1: Double

    init(_ text: String, references: [String], rules: AnswerRules = .verbatim) {
        let split = rules == .verbatim ? Self.words : rules.words
        let words = split(text)
        let scores = references.map { Self(words, split($0)) }
        var best = Self(precision: 0, recall: 0, f1: 0)
        for score in scores where score.f1 > best.f1 { best = score }
        self = best
    }

    private init(precision: Double, recall: Double, f1: Double) {
        self.precision = precision
        self.recall = recall
        self.f1 = f1
    }

    private init(_ words: [CodePoints.Word], _ reference: [CodePoints.Word]) {
        let common = Double(Self.longestCommon(words, reference))
        guard common > 0 else {
            self.init(precision: 0, recall: 0, f1: 0)
            return
        }
        let precision = common / Double(words.count)
        let recall = common / Double(reference.count)
        self.init(
            precision: precision, recall: recall, f1: 2 * precision * recall / (precision + recall))
    }

    private static func words(_ text: String) -> [CodePoints.Word] {
        CodePoints.lower(text.unicodeScalars).split { scalar in
            !((0x61...0x7A).contains(scalar.value) || (0x30...0x39).contains(scalar.value))
        }.map(Array.init)
    }

    /// The length of the longest common subsequence, in two rows of memory.
    private static func longestCommon<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int {
        var above = [Int](repeating: 0, count: right.count + 1)
        var row = above
        for element in left {
            for column in right.indices {
                row[column + 1] =
                    element == right[column] ? above[column] + 1 : max(above[column + 1], row[column])
            }
            swap(&above, &row)
        }
        return above[right.count]
    }
}
