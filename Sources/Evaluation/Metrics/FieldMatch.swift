import Checkpoint

/// How many of a structured answer's fields are right.
///
/// A field is a path to a value that is no list and no object. Values are equal
/// after white space is made plain; numbers compare as numbers. `null`, empty
/// texts and empty lists say nothing: leaving out what is absent costs nothing,
/// and making something up for it costs precision. The elements of two lists
/// are paired, best agreement first, so that an owner counts only beside its own
/// action; their order does not matter.
struct FieldMatch: Sendable, Equatable {
    var matched = 0
    var answered = 0
    var expected = 0

    /// Lists are paired up to this many elements; later ones are not looked at.
    private static let longest = 200

    /// Fields of an answer against the expected ones; only those under the given
    /// paths count, all where there are none.
    init(_ answer: JSON, expected: JSON, fields: [String] = []) {
        let wanted = fields.map { $0.split(separator: ".").map(String.init) }
        self.answered = Self.count(answer, [], wanted)
        self.expected = Self.count(expected, [], wanted)
        matched = Self.matched(answer, expected, [], wanted)
    }

    init(matched: Int, answered: Int, expected: Int) {
        self.matched = matched
        self.answered = answered
        self.expected = expected
    }

    /// Where nothing was answered, nothing answered was wrong.
    var precision: Double { answered == 0 ? 1 : Double(matched) / Double(answered) }
    var recall: Double { expected == 0 ? 1 : Double(matched) / Double(expected) }
    var f1: Double {
        answered + expected == 0 ? 1 : 2 * Double(matched) / Double(answered + expected)
    }

    /// The texts of an answer under the given paths, for the grounding check.
    static func texts(_ value: JSON, fields: [String] = []) -> [String] {
        texts(value, [], fields.map { $0.split(separator: ".").map(String.init) })
    }

    private static func texts(_ value: JSON, _ path: [String], _ wanted: [[String]]) -> [String] {
        switch value {
        case .object(let object):
            object.members.flatMap { texts($0.value, path + [$0.key], wanted) }
        case .array(let elements):
            elements.flatMap { texts($0, path, wanted) }
        case .string(let text):
            counts(path, wanted) ? [text] : []
        default: []
        }
    }

    private static func counts(_ path: [String], _ wanted: [[String]]) -> Bool {
        wanted.isEmpty || wanted.contains { path.starts(with: $0) }
    }

    private static func count(_ value: JSON, _ path: [String], _ wanted: [[String]]) -> Int {
        switch value {
        case .null: 0
        case .object(let object):
            object.members.reduce(0) { $0 + count($1.value, path + [$1.key], wanted) }
        case .array(let elements):
            elements.prefix(longest).reduce(0) { $0 + count($1, path, wanted) }
        case .string(let text): counts(path, wanted) && !plain(text).isEmpty ? 1 : 0
        case .bool, .integer, .number: counts(path, wanted) ? 1 : 0
        }
    }

    private static func matched(
        _ answer: JSON, _ expected: JSON, _ path: [String], _ wanted: [[String]]
    ) -> Int {
        switch (answer, expected) {
        case (.object(let answer), .object(let expected)):
            return expected.members.reduce(0) { sum, member in
                guard let value = answer[member.key] else { return sum }
                return sum + matched(value, member.value, path + [member.key], wanted)
            }
        case (.array(let answer), .array(let expected)):
            return paired(Array(answer.prefix(longest)), Array(expected.prefix(longest)), path, wanted)
        case (.string(let answer), .string(let expected)):
            let text = plain(answer)
            return counts(path, wanted) && !text.isEmpty && text == plain(expected) ? 1 : 0
        case (.bool(let answer), .bool(let expected)):
            return counts(path, wanted) && answer == expected ? 1 : 0
        default:
            guard let answer = answer.double, let expected = expected.double else { return 0 }
            return counts(path, wanted) && answer == expected ? 1 : 0
        }
    }

    /// Pairs elements greedily; the first of equals is taken, so the count is always the same.
    private static func paired(
        _ answer: [JSON], _ expected: [JSON], _ path: [String], _ wanted: [[String]]
    ) -> Int {
        var pairs: [(count: Int, left: Int, right: Int)] = []
        for (left, value) in answer.enumerated() {
            for (right, other) in expected.enumerated() {
                let count = matched(value, other, path, wanted)
                if count > 0 { pairs.append((count, left, right)) }
            }
        }
        pairs.sort { ($1.count, $0.left, $0.right) < ($0.count, $1.left, $1.right) }
        var sum = 0
        var lefts: Set<Int> = []
        var rights: Set<Int> = []
        for pair in pairs where !lefts.contains(pair.left) && !rights.contains(pair.right) {
            sum += pair.count
            lefts.insert(pair.left)
            rights.insert(pair.right)
        }
        return sum
    }

    private static func plain(_ text: String) -> [CodePoints.Word] {
        CodePoints.split(CodePoints.composed(text))
    }
}
