struct Help: Verb {
    let name = "help"
    let summary = "show what hearth can do, or the page of one verb"
    let topic: Parameter<[String]> = .arguments("VERB", .text, "The verb whose page is wanted.")

    var declaration: Declaration {
        Declaration(parameters: [topic], examples: ["hearth help doctor"])
    }

    func run(_ arguments: Arguments) throws {
        let words = arguments[topic]
        let group = Program.verbs.filter { $0.name.hasPrefix(words.joined(separator: " ") + " ") }
        if words.isEmpty {
            try Output.write(HelpPage.overview(of: Program.verbs))
        } else if !group.isEmpty {
            try Output.write(HelpPage.overview(of: group))
        } else {
            try Output.write(HelpPage.page(of: Program.verb(in: words).0))
        }
    }
}
