import Corpus

extension TableError: Explained {
    var sentence: String {
        switch problem {
        case .file(let error): error.sentence
        case .table(.openQuote(let line)):
            "\(path), line \(line): a quotation mark is opened and never closed; close it, or write two for one."
        case .table(.ragged(let line, let cells, let header)):
            "\(path), line \(line): the row has \(cells) cells and the header \(header); put cells that contain "
                + "the separator in quotation marks."
        case .table(.notUTF8):
            "\(path) is not in UTF-8; save it as UTF-8, or write iconv -f WINDOWS-1252 -t UTF-8 \(path)."
        case .table(.empty): "\(path) is empty; its first line should name the columns."
        case .table(.sameName(let name)): "\(path) has two columns named \(name); rename one."
        case .noColumn(let column, let header):
            "\(path) has no column \(column); it has \(header.joined(separator: ", "))."
        case .noFormat(let header):
            "\(path): the columns \(header.joined(separator: ", ")) make no examples; name them with --field, for "
                + "instance --field question=… --field answers=… and, for questions about a text, --field context=…."
        }
    }
}

extension Imported.Note {
    /// The note in one sentence.
    var sentence: String {
        let first = "; the first is \(first.words)"
        let many = count != 1
        switch kind {
        case .unanswerable:
            return (many ? "\(count) questions have" : "1 question has")
                + " no answer and \(many ? "are" : "is") left out\(first) (--unanswerable TEXT keeps them where "
                + "the file is SQuAD's)"
        case .moved:
            return (many ? "\(count) answers stand" : "1 answer stands")
                + " elsewhere than the file says, and the place was corrected\(first)"
        case .notInText:
            return (many ? "\(count) answers do" : "1 answer does") + " not stand in the text\(first)"
        case .emptyCell(let column):
            return (many ? "\(count) rows have" : "1 row has") + " nothing in \(column) and "
                + (many ? "are" : "is") + " left out\(first)"
        case .unstructured:
            return (many ? "\(count) reports have" : "1 report has")
                + " no heading that tells a part, and only the text is kept\(first)"
        case .without(let form):
            return (many ? "\(count) reports have" : "1 report has")
                + " no \(form) and \(many ? "are" : "is") left out\(first)"
        }
    }
}
