/// How two short answers are made comparable before they are matched.
///
/// `squad` is the SQuAD script's: lower case, ASCII punctuation dropped, the
/// articles *a an the* dropped, white space made plain. `german` follows the
/// same four steps with the German articles, drops every Unicode punctuation
/// mark (so „…“, »…« and – go), keeps umlauts and ß, and composes text first,
/// so that ü typed as one code point or as two is the same letter. `verbatim`
/// changes nothing: lm-evaluation-harness's exact match.
enum AnswerRules: String, Sendable, CaseIterable {
    case verbatim
    case squad
    case german

    /// The words of an answer that count.
    func words(_ text: String) -> [CodePoints.Word] {
        if self == .verbatim { return text.isEmpty ? [] : [Array(text.unicodeScalars)] }
        let scalars = self == .german ? CodePoints.composed(text) : Array(text.unicodeScalars)
        var plain = CodePoints.lower(scalars)
        plain.removeAll(where: isDropped)
        return CodePoints.split(withoutArticles(plain))
    }

    /// The answer after the rules, for people and for the samples file.
    func normalised(_ text: String) -> String {
        words(text).map { CodePoints.string($0) }.joined(separator: " ")
    }

    private func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .verbatim: false
        case .squad: CodePoints.isASCIIPunctuation(scalar)
        case .german: CodePoints.isPunctuation(scalar)
        }
    }

    /// Every run of word characters that is an article becomes a space.
    private func withoutArticles(_ text: CodePoints.Word) -> CodePoints.Word {
        var kept: CodePoints.Word = []
        kept.reserveCapacity(text.count)
        var start = text.startIndex
        while start < text.endIndex {
            guard CodePoints.isWord(text[start]) else {
                kept.append(text[start])
                start += 1
                continue
            }
            let end = text[start...].firstIndex { !CodePoints.isWord($0) } ?? text.endIndex
            let run = text[start..<end]
            if articles.contains(where: { $0.unicodeScalars.elementsEqual(run) }) {
                kept.append(" ")
            } else {
                kept.append(contentsOf: run)
            }
            start = end
        }
        return kept
    }

    private var articles: [String] {
        switch self {
        case .verbatim: []
        case .squad: ["a", "an", "the"]
        case .german:
            [
                "der", "die", "das", "den", "dem", "des",
                "ein", "eine", "einen", "einem", "einer", "eines",
            ]
        }
    }
}
