struct Doctor: Verb {
    let name = "doctor"
    let summary = "tell what this machine offers and what Hearth found on it"
    let json = Parameter.flag("json", "Write one JSON object instead of a table.")

    var declaration: Declaration {
        Declaration(
            parameters: [json],
            details: [
                "Shows the processor and the instruction set that the kernels can use on it, cores, memory, "
                    + "the libraries loaded, the home folder ($HEARTH_HOME, or ~/.hearth), the disk free "
                    + "there, and the models in it."
            ])
    }

    func run(_ arguments: Arguments) throws {
        let checkup = Checkup()
        if arguments[json] {
            try Output.line(checkup.json())
        } else {
            try Output.write(checkup.table)
        }
    }
}
