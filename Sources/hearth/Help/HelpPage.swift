/// What `--help` shows, made from the declarations.
enum HelpPage {
    static let width = 90

    /// The page of one verb.
    static func page(of verb: any Verb) -> String {
        let declaration = verb.declaration
        var sections = ["hearth \(verb.name) – \(verb.summary)", section("USAGE", [usage(of: verb)])]
        let arguments = declaration.arguments.map(entry)
        if !arguments.isEmpty { sections.append(section("ARGUMENTS", arguments)) }
        sections.append(section("OPTIONS", declaration.options.map(entry) + [helpEntry]))
        if !declaration.details.isEmpty {
            let paragraphs = declaration.details.map { wrap($0, indent: 4) }
            sections.append(section("DETAILS", [paragraphs.joined(separator: "\n\n")]))
        }
        if !declaration.examples.isEmpty {
            sections.append(section("EXAMPLES", declaration.examples.map { "    \($0)" }))
        }
        sections.append(section("EXIT STATUS", [statuses]))
        return sections.joined(separator: "\n\n") + "\n"
    }

    /// The page of the whole program, or of a group of verbs such as `data`.
    static func overview(of verbs: [any Verb]) -> String {
        let column = (verbs.map(\.name.count).max() ?? 0) + 2
        let lines = verbs.map { verb in
            "    " + verb.name + String(repeating: " ", count: column - verb.name.count) + verb.summary
        }
        return [
            "hearth – fine-tune, evaluate and serve small language models on ordinary CPUs",
            section("USAGE", ["    hearth VERB …", "    hearth VERB --help", "    hearth --version"]),
            section("VERBS", lines),
            section("EXIT STATUS", [statuses]),
        ].joined(separator: "\n\n") + "\n"
    }

    private static let statuses = wrap(
        "0 done; 1 the work failed; 2 the call or its input was wrong.", indent: 4)
    private static let helpEntry = "    --help\n        Show this page."

    private static func section(_ title: String, _ blocks: [String]) -> String {
        ([title] + blocks).joined(separator: "\n")
    }

    private static func usage(of verb: any Verb) -> String {
        let words = verb.declaration.arguments.map(bracketed) + verb.declaration.options.map(bracketed)
        return wrap((["hearth \(verb.name)"] + words).joined(separator: " "), indent: 4, hanging: 4)
    }

    /// The parameter as a usage line shows it; its spaces do not break.
    private static func bracketed(_ shape: Shape) -> String {
        let text =
            switch shape.place {
            case .argument: shape.synopsis
            case .flag, .option, .optionalArgument: "[\(shape.synopsis)]"
            case .options: "[\(shape.synopsis)]…"
            case .arguments: "[\(shape.synopsis) …]"
            }
        return String(text.map { $0 == " " ? noBreak : $0 })
    }

    private static func entry(_ shape: Shape) -> String {
        var help = shape.help
        if case .words(let words) = shape.completion { help += " One of \(words.joined(separator: ", "))." }
        if let standard = shape.standard { help += " Default: \(standard)." }
        return "    \(shape.synopsis)\n" + wrap(help, indent: 8)
    }

    private static let noBreak: Character = "\u{a0}"

    /// The text in lines of at most ``width`` columns.
    static func wrap(_ text: String, indent: Int, hanging: Int = 0) -> String {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        var isFresh = true
        for word in text.split(separator: " ") {
            if !isFresh, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent + hanging)
                isFresh = true
            }
            line += isFresh ? word : " " + word
            isFresh = false
        }
        return String((lines + [line]).joined(separator: "\n").map { $0 == noBreak ? " " : $0 })
    }
}
