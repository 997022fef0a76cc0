/// How a data file is written.
enum DataFormat: String, Sendable, CaseIterable {
    /// One object a line.
    case jsonl
    /// One list of objects, an object whose `data` is one, or after all one object a line; SQuAD's articles become one row a question.
    case json
    /// A header and one row a line, cells between tabs, no quoting.
    case tsv
    /// A header and one row a line as spreadsheets save them: cells may be in quotation marks, and commas,
    /// semicolons or tabs between them, whatever the header has.
    case csv
    /// One ready rendered request a line, as OLMES and lm-evaluation-harness log them.
    case requests

    /// The format a file's name tells, a final `.gz` set aside.
    init?(path: String) {
        let lowered = path.lowercased()
        var name = lowered[...]
        if name.hasSuffix(".gz") { name = name.dropLast(3) }
        switch name.split(separator: ".").last {
        case "jsonl", "ndjson": self = name.hasSuffix("requests.jsonl") ? .requests : .jsonl
        case "json": self = .json
        case "tsv": self = .tsv
        case "csv": self = .csv
        default: return nil
        }
    }
}
