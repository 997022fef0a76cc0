extension ModelPathError: Explained {
    var sentence: String {
        let choice = "write a path or one of \(known.joined(separator: ", "))"
        if name.isEmpty { return "The model's name is empty: \(known.isEmpty ? "write a path" : choice)." }
        if !isName {
            return "There is no model at \(name): write the path of a .gguf file or of a model's folder."
        }
        if known.isEmpty {
            return "There is no model “\(name)”, and \(models) has none: "
                + "`Scripts/fetch-model` fetches the default one."
        }
        return "There is no model “\(name)”: \(choice) (they are in \(models))."
    }
}
