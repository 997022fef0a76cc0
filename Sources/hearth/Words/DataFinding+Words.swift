import Corpus

extension DataFinding {
    /// The kind in a word or two.
    var word: String {
        switch kind {
        case .unreadable: "unreadable"
        case .empty: "empty"
        case .edges: "white space"
        case .control: "control characters"
        case .damaged: "damaged letters"
        case .answerNotThere: "not in the text"
        case .answerElsewhere: "elsewhere"
        case .tooLong: "too long"
        case .duplicate: "exact"
        case .nearDuplicate: "near"
        case .conflict: "another answer"
        case .overlap: "same record"
        case .sharedText: "same text"
        case .nearText: "almost the same"
        case .secret(let what, _), .personal(let what, _): what
        }
    }

    /// The other record it is about, where there is one.
    var other: RecordPlace? {
        switch kind {
        case .duplicate(let other), .conflict(let other), .overlap(let other), .sharedText(let other),
            .nearDuplicate(let other, _), .nearText(let other, _):
            other
        default: nil
        }
    }

    /// What was found and where, in one sentence. It never repeats a secret.
    var sentence: String {
        if case .unreadable(let problem) = kind { return CorpusError(problem, at: place).sentence }
        return "\(place.words): \(words)."
    }

    private var words: String {
        switch kind {
        case .unreadable: "the record cannot be read"
        case .empty(let field): "\(field) is empty"
        case .edges(let field): "\(field) begins or ends with white space"
        case .control(let field): "\(field) has control characters in it"
        case .damaged(let field): "\(field) has letters in it that a wrong conversion made"
        case .answerNotThere: "the answer does not stand in the text"
        case .answerElsewhere(let place):
            "the answer does not stand where answer_start says"
                + (place.map { "; it stands at \($0)" } ?? "")
        case .tooLong(let tokens, let limit): "the example has \(tokens) tokens, more than \(limit)"
        case .duplicate(let other): "the same as \(other.words)"
        case .nearDuplicate(let other, let likeness):
            "almost the same as \(other.words) (\(Self.percent(likeness)))"
        case .conflict(let other): "asks what \(other.words) asks, with another answer"
        case .overlap(let other): "the same as \(other.words), which is another split"
        case .sharedText(let other): "about the same text as \(other.words), which is another split"
        case .nearText(let other, let likeness):
            "almost the same as \(other.words), which is another split (\(Self.percent(likeness)))"
        case .secret(let what, let field): "\(field) has a secret in it (\(what))"
        case .personal(let what, let field): "\(field) has personal data in it (\(what))"
        }
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded(.down))) %" }
}
