import Foundation

/// A recipe that was read, and what a person should know about it.
public struct LoadedRecipe: Sendable, Equatable {
    /// The recipe.
    public let recipe: Recipe
    /// Remarks, in the order of the file.
    public let notes: [RecipeNote]
}

extension Recipe {
    /// Reads a recipe file and applies `key=value` arguments to it.
    ///
    /// Untrusted input: everything wrong throws, with the place it was written.
    /// Paths in the file are relative to its folder, paths in arguments to
    /// `currentFolder`; the paths of the result can be opened from there.
    public static func load(
        _ path: String, overrides: [String] = [], currentFolder: String = ""
    ) throws(RecipeError) -> LoadedRecipe {
        let place = YAMLPlace(.file(path))
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw RecipeError(.noSuchFile, at: place)
        }
        // One byte more than allowed is enough to see that a file is too long.
        let most = YAMLLimits().bytes + 1
        let bytes: Data?
        do {
            guard !isFolder.boolValue else { throw CocoaError(.fileReadUnknown) }
            bytes = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: most)
        } catch {
            throw RecipeError(.unreadable(isFolder: isFolder.boolValue), at: place)
        }
        // A file without a byte gives no data at all.
        return try read(
            Array(bytes ?? Data()), path: path, overrides: overrides, currentFolder: currentFolder)
    }

    /// Reads a recipe's text as if it stood in a file at `path`.
    public static func read(
        _ text: [UInt8], path: String, overrides: [String] = [], currentFolder: String = ""
    ) throws(RecipeError) -> LoadedRecipe {
        let root: YAMLNode
        do {
            root = try YAMLNode.parse(text, from: .file(path))
        } catch {
            throw RecipeError(.yaml(error.problem), at: error.place)
        }
        guard var entries = root.mapping else {
            throw RecipeError(.notKeys(found: root.shape), at: root.place)
        }
        for argument in overrides { entries = try RecipeOverride(argument).applied(to: entries) }
        let paths = RecipePaths(recipeFolder: RecipePaths.folder(of: path), currentFolder: currentFolder)
        var reader = RecipeReader(paths: paths)
        for entry in entries { try reader.read(entry) }
        if reader.recipe.run.outputDirectory.isEmpty {
            reader.recipe.run.outputDirectory = "runs/" + RecipePaths.stem(of: path)
        }
        return try reader.finished(root: root.place)
    }
}

/// Puts one entry after the other into a recipe and remembers which were given.
struct RecipeReader {
    let paths: RecipePaths
    var recipe = Recipe()
    var notes: [RecipeNote] = []
    /// The keys that were given a value, under the name they were given.
    var given: [String: YAMLEntry] = [:]

    init(paths: RecipePaths) { self.paths = paths }

    mutating func read(_ entry: YAMLEntry) throws(RecipeError) {
        guard let (key, alias) = RecipeKey.known(entry.key) else { return try readForeign(entry) }
        var value = entry.value
        if let values = alias?.values, !value.isNull {
            let word = value.flag.map { $0 ? "true" : "false" } ?? value.shape.lowercased()
            guard let meant = values[word] else {
                throw RecipeError(
                    .notAChoice(
                        key: entry.key, found: value.shape, choices: values.keys.sorted(), suggestion: nil),
                    at: value.place)
            }
            // A name that switches on what is not wanted says nothing.
            if meant.isEmpty { return }
            value = YAMLNode(.scalar(meant, quoted: false), at: value.place)
        }
        guard !value.isNull else { return }
        if let first = given.updateValue(entry, forKey: key.name) {
            // `seed` and `random_state` of a notebook say the same; that is no fault.
            if first.value.text != nil, first.value.text == value.text { return }
            throw RecipeError(
                .givenTwice(key: entry.key, first: first.key, firstLine: first.place.line), at: entry.place)
        }
        let rivals = ["warmup_steps": "warmup_ratio", "warmup_ratio": "warmup_steps"]
        if let rival = rivals[key.name].flatMap({ given[$0] }) {
            throw RecipeError(
                .conflict(.warmupStepsAndRatio(firstLine: rival.place.line)), at: entry.place)
        }
        do {
            try key.read(value, &recipe, paths)
        } catch {
            throw RecipeError(Self.problem(error, key: key, entry: entry), at: value.place)
        }
    }

    private static func problem(
        _ fault: RecipeKey.Fault, key: RecipeKey, entry: YAMLEntry
    ) -> RecipeError.Problem {
        switch fault {
        case .kind: .wrongKind(key: entry.key, found: entry.value.shape, wanted: key.kind)
        case .range: .outOfRange(key: entry.key, found: entry.value.shape, wanted: key.kind)
        case .choice(let found, let choices):
            .notAChoice(
                key: entry.key, found: found, choices: choices,
                suggestion: Suggestion.nearest(to: found, among: choices))
        case .problem(let problem): problem
        }
    }

    private mutating func readForeign(_ entry: YAMLEntry) throws(RecipeError) {
        guard let key = ForeignKey.all.first(where: { $0.names.contains(entry.key) }) else {
            throw RecipeError(
                .unknownKey(entry.key, suggestion: RecipeKey.suggestion(for: entry.key)), at: entry.place)
        }
        guard key.accepts(entry.value) else {
            throw RecipeError(
                .unsupported(key: entry.key, value: entry.value.shape, advice: key.advice), at: entry.place)
        }
        if key.accepted == nil { notes.append(.ignored(key: entry.key, reason: key.advice)) }
    }
}
