/// The targets of `Package.swift` and what each says it depends on.
///
/// Read from the text: the package manager cannot be called from inside a test
/// run, which holds its lock.
struct Manifest {
    let dependencies: [String: [String]]

    init(_ text: String) {
        var found: [String: [String]] = [:]
        let source = SourceFile(path: "Package.swift", text: text)
        let body = source.withoutComments.joined(separator: "\n")
        // What stands before `let package` declares the words used below it.
        let start = body.range(of: "let package")?.lowerBound ?? body.startIndex
        for word in ["floor(", "system(", ".target(", ".executableTarget("] {
            for call in Self.calls(of: word, in: body[start...]) {
                let strings = Self.strings(in: call)
                guard let name = strings.first else { continue }
                found[name] =
                    word == "floor(" ? Array(strings.dropFirst()) : Self.list("dependencies:", in: call)
            }
        }
        dependencies = found
    }

    /// The arguments of every call written with this word.
    private static func calls(of word: String, in text: Substring) -> [Substring] {
        var calls: [Substring] = []
        var rest = text
        while let match = rest.range(of: word) {
            rest = rest[match.upperBound...]
            if let before = text[..<match.lowerBound].last, before.isLetter { continue }
            var depth = 1
            let end = rest.firstIndex { letter in
                depth += letter == "(" ? 1 : letter == ")" ? -1 : 0
                return depth == 0
            }
            calls.append(rest[..<(end ?? rest.endIndex)])
        }
        return calls
    }

    private static func list(_ label: String, in call: Substring) -> [String] {
        guard let match = call.range(of: label) else { return [] }
        return strings(in: call[match.upperBound...].prefix { $0 != "]" })
    }

    private static func strings(in text: Substring) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
}
