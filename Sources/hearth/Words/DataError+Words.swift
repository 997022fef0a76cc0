import Evaluation

extension DataError: Explained {
    var sentence: String {
        let row = row.map { ", row \($0)" } ?? ""
        return "\(path)\(row): \(problem.words)."
    }
}

extension DataError.Problem {
    fileprivate var words: String {
        switch self {
        case .unreadable: "the data cannot be read; write a path relative to the suite in dataset_path"
        case .tooLarge(let limit): "the data are larger than \(limit) bytes; split the file"
        case .damagedGzip: "the compressed data are damaged; fetch the file again or unpack it"
        case .notUTF8: "there are bytes that are not UTF-8; save the file as plain UTF-8"
        case .notJSON(let error): "this is not JSON: \(error.sentence.dropLast())"
        case .notAnObject: "a row has to be an object of fields; write {\"question\": …}"
        case .notAList: "there is no list of rows; write a list of objects, or an object whose data is one"
        case .raggedRow(let cells, let columns):
            "there are \(cells) cells under \(columns) columns; write one cell a column"
        case .openQuote:
            "a quotation mark opens a cell here and is never closed; close it, or double it inside a cell"
        case .duplicateColumn(let name): "there are two columns named \(quoted(name)); rename one"
        case .empty: "there is nothing to ask; write at least one row that skip_if does not skip"
        case .missingField(let name):
            "there is no field \(quoted(name)); name another in the template or under fields"
        case .unknownField(let name, let key):
            "no row has the field \(quoted(name)) that \(key) asks for; look for a slip of the pen"
        case .targetNotJSON:
            "the right answer is no JSON, so no fields of it can be counted; name a JSON field in doc_to_target"
        case .notALabel(let wanted): "the label is none that the judge can give; write \(wanted)"
        case .wrongField(let name, let wanted, let found):
            "the field \(quoted(name)) holds \(found), not \(wanted); name a field inside it"
        case .tooFewChoices(let count): "there are \(count) choices; a question needs at least two"
        case .emptyChoice(let place): "choice \(place) is empty; an empty text has no likelihood"
        case .noSuchChoice(let target, let choices):
            "the target \(quoted(target)) is none of the \(choices) choices; write a place from 0, a label or the choice itself"
        case .tooFewExamples(let wanted, let found):
            "num_fewshot asks for \(wanted) examples and there are \(found); ask for fewer or write fewshot_path"
        case .incompleteRequest(let part):
            "the request has no \(part); write doc_id, idx, label, request.context and request.continuation"
        case .brokenRequests(let item):
            "the requests of item \(item) do not belong together; write its choices in the order of idx, with one context"
        case .emptyText: "the text to be read is empty; take the row out"
        }
    }
}
