import Foundation
import TestSupport

/// A file of the repository, as the rules read it.
struct SourceFile {
    /// From the repository's folder: `Sources/Text/Vocabulary.swift`.
    let path: String
    let lines: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// `Text` for `Sources/Text/Vocabulary.swift`, `CKernels` for `Sources/C/CKernels/…`.
    var target: String? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 2, parts[0] == "Sources" else { return nil }
        return parts[1] == "C" ? parts[2] : parts[1]
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// The modules it imports, whatever stands before the word.
    var imports: [String] {
        code.compactMap { line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "." }).map(String.init)
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
                words[..<place].allSatisfy({ $0.hasPrefix("@") || Self.accessWords.contains($0) })
            else { return nil }
            let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let name = kinds.contains(words[place + 1]) && place + 2 < words.count ? place + 2 : place + 1
            return words[name]
        }
    }

    private static let accessWords: Set = ["public", "package", "internal", "fileprivate", "private"]

    /// Its lines without comments.
    var withoutComments: [String] { strip(strings: false) }

    /// Its lines without comments and without what stands between quotes.
    var code: [String] { strip(strings: true) }

    private func strip(strings: Bool) -> [String] {
        var isInBlock = false
        return lines.map { line in
            if line.contains("\"\"\"") {
                isInBlock.toggle()
                return strings ? "" : line
            }
            if isInBlock { return strings ? "" : line }
            var kept = ""
            var isInString = false
            var previous: Character = " "
            for letter in line {
                if letter == "\"", previous != "\\" { isInString.toggle() }
                if !isInString, letter == "/", previous == "/" { return String(kept.dropLast()) }
                if !strings || !isInString { kept.append(letter) }
                previous = letter == "\\" && previous == "\\" ? " " : letter
            }
            return kept
        }
    }

    /// Every text file below the folders, in order of their paths.
    static func all(in folders: [String], endings: Set<String>) -> [SourceFile] {
        folders.flatMap { folder in
            let root = Shared.repository + "/"
            let entries =
                FileManager.default.enumerator(atPath: root + folder)?.compactMap { $0 as? String } ?? []
            return entries.sorted()
                .filter { endings.contains(($0 as NSString).pathExtension) }
                .compactMap { entry in
                    (try? String(contentsOfFile: "\(root)\(folder)/\(entry)", encoding: .utf8))
                        .map { SourceFile(path: "\(folder)/\(entry)", text: $0) }
                }
        }
    }
}
