import Checkpoint

/// Literal text with fields in double braces: `Frage: {{question}}`.
///
/// That is the whole language. A field is a path of names and list places,
/// `answers.text.0`; a name asked of a list is asked of each of its elements.
/// Filters, conditions and calls, which lm-evaluation-harness's templates may
/// hold, are refused: a suite is data, and nothing in it is ever run.
struct Template: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case text(String)
        case field([String])
    }

    let parts: [Part]

    /// What is wrong with a template's text.
    enum Problem: Error, Sendable, Equatable {
        case unclosed
        case statement
        case notAField(String)
    }

    init(_ text: String) throws(Problem) {
        if text.contains("{%") || text.contains("{#") { throw .statement }
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else { throw .unclosed }
            parts.append(.field(try Self.path(rest[open.upperBound..<close.lowerBound])))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    private static func path(_ text: Substring) throws(Problem) -> [String] {
        let trimmed = text.drop(while: \.isWhitespace)
        let name = trimmed.prefix { !$0.isWhitespace }
        let path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let isPlain = path.allSatisfy { step in
            !step.isEmpty && step.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        }
        guard isPlain, trimmed[name.endIndex...].allSatisfy(\.isWhitespace) else {
            throw .notAField(String(text))
        }
        return path
    }

    /// The only field, where the template is one field and nothing else: it then
    /// stands for the field's value, list or number, not for its text.
    var field: [String]? {
        if parts.count == 1, case .field(let path) = parts[0] { path } else { nil }
    }
}
