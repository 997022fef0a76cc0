/// How two short answers are made comparable before they are matched.
///
/// `squad` is the SQuAD script's: lower case, ASCII punctuation dropped, the
/// articles *a an the* dropped, white space made plain. `german` follows the
/// same four steps with the German articles, drops every Unicode punctuation
/// mark (so „…“, »…« and – go), keeps umlauts and ß, and composes text first,
/// so that ü typed as one code point or as two is the same letter. `unicode` is
/// for other languages: the same without articles, and a sign of a script that
/// is written without blanks (Chinese, Japanese, Thai, Lao, Khmer, Burmese) is a word of its own.
/// `verbatim` changes nothing: lm-evaluation-harness's exact match.
enum AnswerRules: String, Sendable, CaseIterable {
    case verbatim
    case squad
    case german
    case unicode

    /// The words of an answer that count.
    func words(_ text: String) -> [CodePoints.Word] {
        if self == .verbatim { return text.isEmpty ? [] : [Array(text.unicodeScalars)] }
        let scalars = self == .squad ? Array(text.unicodeScalars) : CodePoints.composed(text)
        var plain = CodePoints.lower(scalars)
        plain.removeAll(where: isDropped)
        if self != .unicode { return CodePoints.split(withoutArticles(plain)) }
        return CodePoints.split(signsApart(plain))
    }

    /// The answer after the rules, for people and for the samples file.
    func normalised(_ text: String) -> String {
        words(text).map { CodePoints.string($0) }.joined(separator: " ")
    }

    private func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .verbatim: false
        case .squad: CodePoints.isASCIIPunctuation(scalar)
        case .german, .unicode: CodePoints.isPunctuation(scalar)
        }
    }

    /// Blanks around signs that are words of their own; their vowels and tones stay with them.
    private func signsApart(_ text: CodePoints.Word) -> CodePoints.Word {
        var apart: CodePoints.Word = []
        apart.reserveCapacity(text.count)
        var wasAlone = false
        for scalar in text {
            if !CodePoints.isMark(scalar) {
                let isAlone = CodePoints.isWordAlone(scalar)
                if isAlone || wasAlone { apart.append(" ") }
                wasAlone = isAlone
            }
            apart.append(scalar)
        }
        return apart
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
        case .verbatim, .unicode: []
        case .squad: ["a", "an", "the"]
        case .german:
            [
                "der", "die", "das", "den", "dem", "des",
                "ein", "eine", "einen", "einem", "einer", "eines",
            ]
        }
    }
}
