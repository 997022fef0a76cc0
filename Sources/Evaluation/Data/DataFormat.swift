/// How a data file is written.
enum DataFormat: String, Sendable, CaseIterable {
    /// One object a line.
    case jsonl
    /// One list of objects, or an object whose `data` is one.
    case json
    /// A header and one row a line, cells between tabs, no quoting.
    case tsv
    /// One ready rendered request a line, as OLMES and lm-evaluation-harness log them.
    case requests

    /// The format a file's name tells, a final `.gz` set aside.
    init?(path: String) {
        var name = path[...]
        if name.hasSuffix(".gz") { name = name.dropLast(3) }
        switch name.split(separator: ".").last {
        case "jsonl": self = name.hasSuffix("requests.jsonl") ? .requests : .jsonl
        case "json": self = .json
        case "tsv": self = .tsv
        default: return nil
        }
    }
}
