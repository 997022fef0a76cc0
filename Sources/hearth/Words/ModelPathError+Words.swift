extension ModelPathError: Explained {
    var sentence: String {
        guard isName else {
            return "There is no model at \(name): write the path of a .gguf file or a model folder."
        }
        let there =
            known.isEmpty
            ? "and no models are in \(models): `Scripts/fetch-model` fetches the default one"
            : "write a path or one of \(known.joined(separator: ", ")) (in \(models))"
        return "There is no model “\(name)”; \(there)."
    }
}
