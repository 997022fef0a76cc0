/// The reference of all keys, made from the table that reads them.
public enum RecipeGuide {
    /// Markdown: one table a section, then the keys of other tools.
    public static var markdown: String {
        let keys = RecipeKey.sections.map { section in
            "### \(section.title)\n\n| key | also written | value | default | effect |\n|---|---|---|---|---|\n"
                + section.keys.map(row).joined()
        }
        let foreign =
            "### Keys of other tools\n\n| key | accepted | why |\n|---|---|---|\n"
            + ForeignKey.all.map { key in
                let accepted = key.accepted.map(values) ?? "anything, with a note"
                return "| \(key.names.map(code).joined(separator: ", ")) | \(accepted) | \(key.advice) |\n"
            }.joined()
        return (keys + [foreign]).joined(separator: "\n")
    }

    private static func row(_ key: RecipeKey) -> String {
        let aliases = key.aliases.map { alias in
            alias.values?["true"].map { "\(code(alias.name)) (`true` is `\($0)`)" } ?? code(alias.name)
        }
        let names = aliases.joined(separator: ", ")
        let standard = key.standard == "null" ? "unset" : code(key.standard)
        return "| \(code(key.name)) | \(names) | \(key.kind.words) | \(standard) | \(key.meaning) |\n"
    }

    private static func code(_ text: String) -> String { "`\(text)`" }

    private static func values(_ accepted: [String]) -> String {
        accepted == ForeignKey.no ? "`false`, `null` or nothing" : accepted.map(code).joined(separator: ", ")
    }
}

extension ValueKind {
    /// The kind in a few words, as documentation and messages tell it.
    public var words: String {
        switch self {
        case .whole(let range):
            range.upperBound >= 1_000_000_000
                ? "a whole number from \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let bounds): "a number \(bounds.words)"
        case .flag: "true or false"
        case .text: "text"
        case .path: "a path"
        case .choice(let names): "one of " + names.map { "`\($0)`" }.joined(separator: ", ")
        case .choices(let names): "a list of " + names.map { "`\($0)`" }.joined(separator: ", ")
        case .layers: "a list of layer numbers from 0"
        case .pattern: "a mapping from module names to numbers"
        case .size: "a share between 0 and 1, or a number of examples"
        case .dataset: "a path, a mapping with `path`, or a list of these"
        }
    }
}

extension Bounds {
    /// The bounds in a few words: `from 0 to below 1`.
    public var words: String {
        let upper = YAMLWriter.flow(.number(upper))
        let lower = YAMLWriter.flow(.number(lower))
        return (includesLower ? "from \(lower) " : "above \(lower) ")
            + (includesUpper ? "to \(upper)" : "to below \(upper)")
    }
}
