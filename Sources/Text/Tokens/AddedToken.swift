import Checkpoint

/// An entry of `added_tokens` in a `tokenizer.json`.
struct AddedToken {
    var id: Int32
    var content: [UInt8]
    /// Whether it is a control token.
    var isSpecial: Bool
    /// Whether it is looked for after the text was normalised.
    var isNormalized: Bool

    /// Reads the list; entries whose id is no row of the embedding are left
    /// out.
    static func read(_ list: JSON?, rows: Int?) throws(TextError) -> [AddedToken] {
        guard let list, !list.isNull else { return [] }
        guard let entries = list.array else { throw .invalid(part: .tokenizerJSON, field: "added_tokens") }
        var tokens: [AddedToken] = []
        for (index, entry) in entries.enumerated() {
            guard let id = entry["id"]?.int, let content = entry["content"]?.string else {
                throw .badToken(part: .tokenizerJSON, index: index)
            }
            guard id >= 0, id < TextLimits.tokens else {
                throw .badID(part: .tokenizerJSON, field: "added_tokens", id: id)
            }
            guard !content.isEmpty, content.utf8.count <= TextLimits.addedPiece else {
                throw .badToken(part: .tokenizerJSON, index: index)
            }
            // Taking white space or word ends along is not in our closed set.
            for name in ["single_word", "lstrip", "rstrip"] where try flag(entry, name) {
                throw .unknown(part: .tokenizerJSON, field: "added_tokens." + name, value: content)
            }
            if let rows, id >= rows { continue }
            tokens.append(
                AddedToken(
                    id: Int32(id), content: Array(content.utf8), isSpecial: try flag(entry, "special"),
                    isNormalized: try flag(entry, "normalized")))
        }
        return tokens
    }

    private static func flag(_ entry: JSON, _ name: String) throws(TextError) -> Bool {
        guard let value = entry[name] else { return false }
        guard let flag = value.bool else {
            throw .invalid(part: .tokenizerJSON, field: "added_tokens." + name)
        }
        return flag
    }
}
