extension RecipeKey {
    /// The table by section, in the order of the documentation.
    static let sections: [(title: String, keys: [RecipeKey])] = [
        ("The model", model), ("The data", data), ("What counts", loss), ("The adapter", adapter),
        ("Steps and batches", batching), ("The optimiser", optimiser), ("The run", run),
    ]

    /// Every key.
    static let all: [RecipeKey] = sections.flatMap(\.keys)

    /// The key and, where that is how it was named, the alias behind a name.
    static func known(_ name: String) -> (key: RecipeKey, alias: RecipeAlias?)? {
        for key in all {
            if key.name == name { return (key, nil) }
            if let alias = key.aliases.first(where: { $0.name == name }) { return (key, alias) }
        }
        return nil
    }

    /// What an unknown name was probably meant to be.
    static func suggestion(for name: String) -> String? {
        guard let near = Suggestion.nearest(to: name, among: all.flatMap(\.names)) else { return nil }
        guard let (key, alias) = known(near), alias?.values == nil else { return near }
        return key.name
    }
}
