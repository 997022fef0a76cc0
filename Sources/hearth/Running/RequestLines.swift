import Checkpoint
import Foundation
import Recipes

/// The requests of a JSONL file, each with its line number.
///
/// All lines are read before any work begins, so that a wrong one costs nothing.
struct RequestLines {
    let file: String
    let lines: [(number: Int, json: JSON)]

    /// Reads a file, or standard input for `-`.
    init(_ file: String) throws(RequestError) {
        self.file = file
        let handle = file == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: file)
        guard let handle, let data = try? handle.readToEnd() ?? Data() else {
            throw RequestError(.unreadable(file: file))
        }
        var lines: [(number: Int, json: JSON)] = []
        for (index, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            if line.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { continue }
            do {
                lines.append((index + 1, try JSON.parse(Array(line))))
            } catch {
                throw RequestError(.badJSON(error), file: file, line: index + 1)
            }
        }
        self.lines = lines
    }

    /// Whether every request has this key with something in it, and none of the others.
    func all(have key: String, without others: [String]) -> Bool {
        lines.allSatisfy { line in
            line.json[key]?.isNull == false && others.allSatisfy { line.json[$0] == nil }
        }
    }

    /// Turns every line into something; an error gets the line's number.
    func map<Value>(_ read: (RequestFields) throws(RequestError.Problem) -> Value) throws(RequestError)
        -> [Value]
    {
        var values: [Value] = []
        for (number, json) in lines {
            do throws(RequestError.Problem) {
                guard let object = json.object else { throw .notAnObject }
                values.append(try read(RequestFields(object: object)))
            } catch {
                throw RequestError(error, file: file, line: number)
            }
        }
        return values
    }
}

/// The fields of one request, each checked as it is read.
struct RequestFields {
    let object: JSONObject

    private func value(_ key: String) -> JSON? { object[key].flatMap { $0.isNull ? nil : $0 } }

    func has(_ key: String) -> Bool { value(key) != nil }

    /// Throws for a key that is not among those this verb knows.
    func refuseOthers(than known: [String]) throws(RequestError.Problem) {
        for key in object.keys where !known.contains(where: { $0.utf8.elementsEqual(key.utf8) }) {
            throw .unknownKey(key, nearest: Suggestion.nearest(to: key, among: known), known: known)
        }
    }

    func string(_ key: String) throws(RequestError.Problem) -> String? {
        guard let value = value(key) else { return nil }
        guard let string = value.string else { throw .badValue(key: key, wanted: "a string") }
        return string
    }

    func int(_ key: String, in allowed: ClosedRange<Int>) throws(RequestError.Problem) -> Int? {
        guard let value = value(key) else { return nil }
        guard let int = value.int, allowed.contains(int) else {
            let most = allowed.upperBound == .max ? "up" : "to \(allowed.upperBound)"
            throw .badValue(key: key, wanted: "a whole number from \(allowed.lowerBound) \(most)")
        }
        return int
    }

    func double(_ key: String, in allowed: ClosedRange<Double>) throws(RequestError.Problem) -> Double? {
        guard let value = value(key) else { return nil }
        guard let double = value.double, allowed.contains(double) else {
            throw .badValue(
                key: key, wanted: "a number from \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return double
    }

    func bool(_ key: String) throws(RequestError.Problem) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let bool = value.bool else { throw .badValue(key: key, wanted: "true or false") }
        return bool
    }

    /// Tokens of the model's vocabulary.
    func tokens(_ key: String, below limit: Int) throws(RequestError.Problem) -> [Int32]? {
        guard let value = value(key) else { return nil }
        let wanted = "a list of tokens from 0 to \(limit - 1)"
        guard let array = value.array else { throw .badValue(key: key, wanted: wanted) }
        var tokens: [Int32] = []
        for element in array {
            guard let int = element.int, int >= 0, int < limit else {
                throw .badValue(key: key, wanted: wanted)
            }
            tokens.append(Int32(int))
        }
        return tokens
    }

    /// One string or a list of them.
    func strings(_ key: String) throws(RequestError.Problem) -> [String]? {
        guard let value = value(key) else { return nil }
        if let string = value.string { return [string] }
        let strings = value.array?.compactMap(\.string) ?? []
        guard let array = value.array, strings.count == array.count else {
            throw .badValue(key: key, wanted: "a string or a list of strings")
        }
        return strings
    }

    func array(_ key: String) throws(RequestError.Problem) -> [JSON]? {
        guard let value = value(key) else { return nil }
        guard let array = value.array else { throw .badValue(key: key, wanted: "a list") }
        return array
    }
}
