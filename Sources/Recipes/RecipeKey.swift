/// One key of a recipe: its names, its kind, its meaning, and where it goes.
///
/// The table of keys is the single source: reading, suggestions, the written
/// recipe and the documentation all come from it, and defaults are the values of
/// a fresh `Recipe`.
struct RecipeKey: Sendable {
    /// What a value could not be, found while reading it.
    enum Fault: Error, Equatable { case kind, range, choice(String, [String]), problem(RecipeError.Problem) }
    typealias Read = @Sendable (YAMLNode, inout Recipe, RecipePaths) throws(Fault) -> Void
    typealias Path<Value> = any WritableKeyPath<Recipe, Value> & Sendable

    let name: String
    var aliases: [RecipeAlias]
    let kind: ValueKind
    let meaning: String
    /// Whether the key can change the trained adapter, so that it counts in the digest.
    var decides = true
    let read: Read
    let write: @Sendable (Recipe) -> YAMLNode

    /// All names that the key is known by.
    var names: [String] { [name] + aliases.map(\.name) }

    /// The default as it would be written.
    var standard: String { YAMLWriter.flow(write(Recipe())) }

    /// The same key, not counted in the digest.
    func decidingNothing() -> RecipeKey {
        var key = self
        key.decides = false
        return key
    }
}

/// Another name for a key, and what its values are called under it.
struct RecipeAlias: Sendable, ExpressibleByStringLiteral {
    let name: String
    /// Under this name, values mean these; nothing where they mean themselves.
    var values: [String: String]?

    init(stringLiteral name: String) { self.name = name }

    /// A name under which yes means no.
    static func opposite(_ name: String) -> RecipeAlias {
        translated(name, ["true": "false", "false": "true"])
    }

    static func translated(_ name: String, _ values: [String: String]) -> RecipeAlias {
        var alias = RecipeAlias(stringLiteral: name)
        alias.values = values
        return alias
    }
}

// MARK: - One function a kind

extension RecipeKey {
    static func whole(
        _ name: String, _ aliases: [RecipeAlias] = [], _ range: ClosedRange<Int>, at path: Path<Int>,
        _ meaning: String
    ) -> RecipeKey {
        RecipeKey(
            name: name, aliases: aliases, kind: .whole(range), meaning: meaning,
            read: { node, recipe, _ throws(Fault) in
                recipe[keyPath: path] = try node.whole(in: range)
            }, write: { .whole($0[keyPath: path]) })
    }

    static func whole(
        _ name: String, _ aliases: [RecipeAlias] = [], _ range: ClosedRange<Int>,
        orNone path: Path<Int?>, none: Int? = nil, _ meaning: String
    ) -> RecipeKey {
        RecipeKey(
            name: name, aliases: aliases, kind: .whole(range), meaning: meaning,
            read: { node, recipe, _ throws(Fault) in
                recipe[keyPath: path] = node.whole == none ? nil : try node.whole(in: range)
            }, write: { .whole($0[keyPath: path]) })
    }

    static func number(
        _ name: String, _ aliases: [RecipeAlias] = [], _ bounds: Bounds, at path: Path<Double>,
        _ meaning: String
    ) -> RecipeKey {
        RecipeKey(
            name: name, aliases: aliases, kind: .number(bounds), meaning: meaning,
            read: { node, recipe, _ throws(Fault) in
                recipe[keyPath: path] = try node.number(in: bounds)
            }, write: { .number($0[keyPath: path]) })
    }

    static func number(
        _ name: String, _ aliases: [RecipeAlias] = [], _ bounds: Bounds, orNone path: Path<Double?>,
        _ meaning: String
    ) -> RecipeKey {
        RecipeKey(
            name: name, aliases: aliases, kind: .number(bounds), meaning: meaning,
            read: { node, recipe, _ throws(Fault) in
                recipe[keyPath: path] = try node.number(in: bounds)
            }, write: { .number($0[keyPath: path]) })
    }

    static func flag(
        _ name: String, _ aliases: [RecipeAlias] = [], at path: Path<Bool>, _ meaning: String
    ) -> RecipeKey {
        RecipeKey(
            name: name, aliases: aliases, kind: .flag, meaning: meaning,
            read: { node, recipe, _ throws(Fault) in
                guard let flag = node.flag else { throw .kind }
                recipe[keyPath: path] = flag
            }, write: { .flag($0[keyPath: path]) })
    }

    static func text(
        _ name: String, _ aliases: [RecipeAlias] = [], orNone path: Path<String?>, _ meaning: String
    ) -> RecipeKey {
        RecipeKey(
            name: name, aliases: aliases, kind: .text, meaning: meaning,
            read: { node, recipe, _ throws(Fault) in
                guard let text = node.text else { throw .kind }
                recipe[keyPath: path] = text
            }, write: { .text($0[keyPath: path]) })
    }

    static func choice<Choice: RecipeChoice>(
        _ name: String, _ aliases: [RecipeAlias] = [], at path: Path<Choice>, _ meaning: String
    ) -> RecipeKey {
        let names = Choice.allCases.map(\.rawValue)
        return RecipeKey(
            name: name, aliases: aliases, kind: .choice(names), meaning: meaning,
            read: { node, recipe, _ throws(Fault) in
                recipe[keyPath: path] = try node.choice()
            }, write: { .text($0[keyPath: path].rawValue) })
    }
}

extension YAMLNode {
    func whole(in range: ClosedRange<Int>) throws(RecipeKey.Fault) -> Int {
        guard let whole else { throw .kind }
        guard range.contains(whole) else { throw .range }
        return whole
    }

    func number(in bounds: Bounds) throws(RecipeKey.Fault) -> Double {
        guard let number else { throw .kind }
        guard bounds.contains(number) else { throw .range }
        return number
    }

    func choice<Choice: RecipeChoice>() throws(RecipeKey.Fault) -> Choice {
        guard let text else { throw .kind }
        guard let choice = Choice.named(text) else {
            throw .choice(text, Choice.allCases.map(\.rawValue))
        }
        return choice
    }

    /// One name, names between commas, or a list of names.
    func names() throws(RecipeKey.Fault) -> [YAMLNode] {
        if let sequence { return sequence }
        guard let text else { throw .kind }
        return text.split(separator: ",").map {
            YAMLNode(.scalar(String($0.drop { $0 == " " }), quoted: true), at: place)
        }
    }
}
