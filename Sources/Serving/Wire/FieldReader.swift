import Checkpoint

/// Reads the fields of one JSON object, and knows which nobody asked for.
///
/// Contract: `null` counts as absent. After the last field `finish` refuses
/// whatever has not been read: a parameter that is not supported is an error,
/// never silently dropped.
struct FieldReader {
    private let object: JSONObject
    private let prefix: String
    private var read: Set<[UInt8]> = []

    init(_ object: JSONObject, at prefix: String = "") {
        self.object = object
        self.prefix = prefix
    }

    init(_ value: JSON, at path: String) throws(RequestProblem) {
        guard let object = value.object else { throw .wrong(path, .object) }
        self.init(object, at: path)
    }

    /// A field's full name, for messages.
    func path(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix).\(name)" }

    mutating func value(_ name: String) -> JSON? {
        read.insert(Array(name.utf8))
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    mutating func required(_ name: String) throws(RequestProblem) -> JSON {
        guard let value = value(name) else { throw .missing(path(name)) }
        return value
    }

    mutating func string(_ name: String, bytes: ClosedRange<Int>? = nil) throws(RequestProblem) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else { throw .wrong(path(name), .string) }
        if let bytes, !bytes.contains(text.utf8.count) { throw .wrong(path(name), .text(bytes: bytes)) }
        return text
    }

    mutating func bool(_ name: String) throws(RequestProblem) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let bool = value.bool else { throw .wrong(path(name), .boolean) }
        return bool
    }

    mutating func int(_ name: String, _ range: ClosedRange<Int>) throws(RequestProblem) -> Int? {
        guard let value = value(name) else { return nil }
        guard let int = value.int, range.contains(int) else { throw .wrong(path(name), .integer(range)) }
        return int
    }

    mutating func number(_ name: String, _ range: ClosedRange<Double>) throws(RequestProblem) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.double, range.contains(number) else {
            throw .wrong(path(name), .number(range))
        }
        return number
    }

    mutating func word(_ name: String, _ words: [String]) throws(RequestProblem) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string, words.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else {
            throw .wrong(path(name), .oneOf(words))
        }
        return text
    }

    mutating func items(_ name: String, _ count: ClosedRange<Int>) throws(RequestProblem) -> [JSON]? {
        guard let value = value(name) else { return nil }
        guard let items = value.array else { throw .wrong(path(name), .array) }
        guard count.contains(items.count) else { throw .wrong(path(name), .items(count)) }
        return items
    }

    /// Takes a field that changes nothing here, if it has its only meaning.
    mutating func accept(_ name: String, only: (JSON) -> Bool) throws(RequestProblem) {
        guard let value = value(name) else { return }
        guard only(value) else { throw .unsupported(path(name)) }
    }

    /// Refuses fields OpenAI or others know and this server cannot honour.
    mutating func refuse(_ names: [String]) throws(RequestProblem) {
        for name in names where value(name) != nil { throw .unsupported(path(name)) }
    }

    /// Refuses whatever is left.
    func finish() throws(RequestProblem) {
        for member in object.members where !read.contains(Array(member.key.utf8)) {
            let plain =
                (1...40).contains(member.key.utf8.count)
                && member.key.utf8.allSatisfy { RequestHead.isToken($0) && $0 != UInt8(ascii: "`") }
            throw .unknown(plain ? path(member.key) : prefix.isEmpty ? nil : prefix)
        }
    }
}
