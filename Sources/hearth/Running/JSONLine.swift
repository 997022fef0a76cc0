import Checkpoint

extension Output {
    /// Writes one value as a line of JSON.
    static func json(_ members: [(key: String, value: JSON)]) throws(OutputError) {
        try line(String(decoding: JSON.object(JSONObject(members)).serialised(), as: UTF8.self))
    }
}

extension JSON {
    /// Tokens as a list.
    init(tokens: [Int32]) { self = .array(tokens.map { .integer(Int64($0)) }) }
}
