import Checkpoint

/// Why a request cannot be worked on.
struct RequestError: Error {
    enum Problem: Error {
        case unreadable(file: String)
        case badJSON(JSONError)
        case notAnObject
        case unknownKey(String, nearest: String?, known: [String])
        case missing(String)
        case exclusive([String])
        case badValue(key: String, wanted: String)
        case badMessage(String)
        case tooLong(tokens: Int, context: Int)
        case noChatFormat(model: String)
        case nothingToStart
        /// A `response_format` of no known form.
        case badFormat
        case schema(SchemaError)
    }

    let problem: Problem
    let file: String?
    let line: Int?

    init(_ problem: Problem, file: String? = nil, line: Int? = nil) {
        self.problem = problem
        self.file = file
        self.line = line
    }
}
