struct Completions: Verb {
    let name = "completions"
    let summary = "write the completions for a shell"
    let shell: Parameter<Shell> = .argument("SHELL", .choice, "The shell they are for.")

    var declaration: Declaration {
        Declaration(
            parameters: [shell],
            details: ["Made from the same declarations as the help pages, so they never differ from them."],
            examples: [
                "hearth completions bash > ~/.local/share/bash-completion/completions/hearth",
                "hearth completions zsh > ~/.zfunc/_hearth",
                "hearth completions fish > ~/.config/fish/completions/hearth.fish",
            ])
    }

    func run(_ arguments: Arguments) throws {
        try Output.write(arguments[shell].completions(for: Program.verbs))
    }
}
