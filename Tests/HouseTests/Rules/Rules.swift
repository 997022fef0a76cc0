/// Something a rule of the house forbids, and where it stands.
struct Offence: Equatable, CustomStringConvertible {
    let place: String
    let what: String

    var description: String { "\(place): \(what)" }
}

/// The rules that a file can be held against.
enum Rules {
    /// Arrows of the manifest that the plan does not have.
    static func arrows(of manifest: Manifest) -> [Offence] {
        manifest.dependencies.sorted { $0.key < $1.key }.flatMap { target, dependencies in
            guard Floors.floor(of: target) != nil || target == "TestSupport" else {
                return [Offence(place: "Package.swift", what: "\(target) is on no floor")]
            }
            return dependencies.filter { !(Floors.arrows[target] ?? []).contains($0) }
                .map { Offence(place: "Package.swift", what: "\(target) stands on \($0)") }
        }
    }

    /// Imports of what the target does not say it stands on.
    static func imports(of file: SourceFile, _ manifest: Manifest) -> [Offence] {
        guard file.isSwift, let target = file.target else { return [] }
        let allowed = Floors.toolchain.union(manifest.dependencies[target] ?? [])
        return file.imports.filter { !allowed.contains($0) }
            .map { Offence(place: file.path, what: "\(target) imports \($0)") }
    }

    static let longest = 400

    static func length(of file: SourceFile) -> [Offence] {
        let count = file.lines.count - (file.lines.last == "" ? 1 : 0)
        return count > longest ? [Offence(place: file.path, what: "\(count) lines")] : []
    }

    /// Folders, and single files around one C library, where memory is handled by address.
    static let unsafePlaces = [
        "Sources/C/", "Sources/Kernels/", "Sources/Checkpoint/",
        "Sources/Model/WeightLoader.swift", "Sources/Model/ExportedTensor.swift",
        "Sources/Text/Tokens/SentencePieceLibrary.swift",
        "Sources/Recipes/YAMLReader.swift",
        "Sources/Registry/Connection.swift", "Sources/Registry/Statement.swift",
        "Sources/Serving/Transport/Daemon.swift", "Sources/Serving/Transport/Outbox.swift",
    ]

    /// Words that a Swift file of a library or the program may not contain.
    static func words(of file: SourceFile) -> [Offence] {
        guard file.isSwift, let target = file.target else { return [] }
        var forbidden = [
            ("try" + "!", "a forced try"), ("as" + "!", "a forced cast"), ("fatalError(", "a crash"),
        ]
        if target != "hearth" { forbidden.append(("print(", "printing in a library")) }
        if !unsafePlaces.contains(where: file.path.hasPrefix) {
            forbidden += ["UnsafePointer", "UnsafeMutable", "UnsafeRaw", "UnsafeBuffer", "OpaquePointer"]
                .map { ($0, "memory by address") }
            forbidden += ["withUnsafe", "unsafeBitCast", "Unmanaged"].map { ($0, "memory by address") }
        }
        return file.code.enumerated().flatMap { number, line in
            forbidden.filter { contains(line, word: $0.0) }
                .map { Offence(place: "\(file.path):\(number + 1)", what: "\($0.1) (\($0.0))") }
        }
    }

    /// Unfinished work, wherever it is written.
    static func marks(of file: SourceFile) -> [Offence] {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        return file.lines.enumerated().flatMap { number, line in
            marks.filter { contains(line, word: $0) }
                .map { Offence(place: "\(file.path):\(number + 1)", what: "unfinished (\($0))") }
        }
    }

    /// Names that say nothing about what a thing is.
    static func names(of file: SourceFile) -> [Offence] {
        let empty = ["Util", "Utils", "Utilities", "Manager", "Managers", "Helper", "Helpers"]
        let stem = file.path.split(separator: "/").last?.prefix { $0 != "." && $0 != "+" } ?? ""
        let declared = file.code.flatMap { line -> [Substring] in
            let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            return zip(words, words.dropFirst())
                .filter { ["struct", "class", "enum", "actor", "protocol", "typealias"].contains($0.0) }.map(
                    \.1)
        }
        return (file.isSwift ? [stem] + declared : [stem])
            .filter { name in empty.contains(where: name.hasSuffix) }
            .map { Offence(place: file.path, what: "the name \($0)") }
    }

    /// Paths that exist on one machine only.
    static func paths(of file: SourceFile) -> [Offence] {
        let roots = ["work", "root", "opt", "home", "Users"].map { "/" + $0 + "/" } + ["/tm" + "p/"]
        return file.lines.enumerated().flatMap { number, line in
            roots.filter { root in
                line.ranges(of: root).contains { range in
                    // Not the middle of a longer path: ../models/work/x names no machine.
                    let before = line[..<range.lowerBound].last
                    return before.map { !$0.isLetter && !$0.isNumber && !".-_~}>*$".contains($0) } ?? true
                }
            }.map { Offence(place: "\(file.path):\(number + 1)", what: "a path of one machine (\($0))") }
        }
    }

    /// Whether the word stands in the line as itself, not as the end or the beginning of another.
    private static func contains(_ line: String, word: String) -> Bool {
        line.ranges(of: word).contains { range in
            let before = line[..<range.lowerBound].last, after = line[range.upperBound...].first
            // A method that bears the name of a forbidden function is another thing.
            let isMethod = before == "." && word.hasSuffix("(")
            let startsFree = !isMethod && before.map { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? true
            let endsFree =
                word.last?.isUppercase != true || after.map { !$0.isLetter && !$0.isNumber } ?? true
            return startsFree && endsFree
        }
    }
}
