/// One `key=value` argument.
///
/// The value is YAML where it begins like a list, a mapping or a quoted text, and
/// plain text otherwise, so that `system=Antworte kurz: nur die Zahl` needs no
/// quotes. A dot reaches into a mapping: `dataset.format=squad`.
struct RecipeOverride {
    let key: String
    /// The key below, after the first dot.
    let inner: String?
    let value: YAMLNode
    let place: YAMLPlace

    init(_ argument: String) throws(RecipeError) {
        place = YAMLPlace(.argument(argument))
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let names = (parts.first ?? "").split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, names.allSatisfy({ !$0.isEmpty }), let key = names.first else {
            throw RecipeError(.notAnOverride, at: place)
        }
        self.key = String(key)
        inner = names.count == 2 ? String(names[1]) : nil
        let text = String(parts[1])
        if let first = text.utf8.first, "[{\"'".utf8.contains(first) {
            do {
                value = try YAMLNode.parse(Array(text.utf8), from: place.source)
            } catch {
                throw RecipeError(.yaml(error.problem), at: error.place)
            }
        } else {
            value = YAMLNode(.scalar(text, quoted: false), at: place)
        }
    }

    /// The entries with this argument put in: it replaces what was there under any name of the key.
    func applied(to entries: [YAMLEntry]) throws(RecipeError) -> [YAMLEntry] {
        let target = RecipeKey.known(key)?.key
        func isSame(_ entry: YAMLEntry) -> Bool {
            entry.key == key || (target != nil && RecipeKey.known(entry.key)?.key.name == target?.name)
        }
        let old = entries.filter(isSame)
        var new = YAMLEntry(key: key, at: place, value: value)
        if let inner {
            let mapping = try members(of: old.first?.value, kind: target?.kind)
            let added = YAMLEntry(key: inner, at: place, value: value)
            let kept = mapping.filter { Self.plain($0.key) != Self.plain(inner) }
            // The key stays where the file has it; only its member is the argument's.
            new = YAMLEntry(
                key: key, at: old.first?.place ?? place,
                value: YAMLNode(.mapping(kept + [added]), at: old.first?.value.place ?? place))
        }
        return entries.filter { !isSame($0) } + [new]
    }

    private func members(of old: YAMLNode?, kind: ValueKind?) throws(RecipeError) -> [YAMLEntry] {
        switch kind {
        case .dataset, .pattern, nil: break
        default: throw RecipeError(.notNested(key: key), at: place)
        }
        guard let old, !old.isNull else { return [] }
        if let mapping = old.mapping { return mapping }
        guard old.text != nil else { throw RecipeError(.notNested(key: key), at: place) }
        return [YAMLEntry(key: "path", at: old.place, value: old)]
    }

    private static func plain(_ key: String) -> String { DatasetSource.aliases[key] ?? key }
}
