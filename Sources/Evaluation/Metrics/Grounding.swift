/// Whether what was extracted is really in the source.
///
/// A string is grounded when it occurs in the source after both were made plain:
/// canonically composed, runs of white space one blank, typographic quotation
/// marks and dashes their ASCII twins, case kept. Empty strings claim nothing
/// and are not counted.
struct Grounding: Sendable, Equatable {
    /// How many strings claimed something.
    let claims: Int
    /// The claims that are not in the source, as they were written.
    let invented: [String]

    init(_ claims: [String], source: String) {
        let source = Self.plain(source)
        let telling = claims.filter { !Self.plain($0).isEmpty }
        self.claims = telling.count
        invented = telling.filter { !Self.contains(source, Self.plain($0)) }
    }

    /// The share of claims that are grounded; 1 where nothing was claimed.
    var share: Double {
        claims == 0 ? 1 : Double(claims - invented.count) / Double(claims)
    }

    private static func plain(_ text: String) -> [UInt8] {
        let words = CodePoints.split(CodePoints.composed(text).map(straightened))
        return Array(CodePoints.string(words.joined(separator: [" "])).utf8)
    }

    private static func straightened(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "„", "“", "”", "‟", "»", "«": "\""
        case "‚", "‘", "’", "‛", "›", "‹": "'"
        case "‐", "‑", "‒", "–", "—", "−": "-"
        default: scalar
        }
    }

    /// Bytes are enough: UTF-8 of one text never starts inside another's character.
    private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, text.count >= part.count else { return part.isEmpty }
        var place = 0
        while place + part.count <= text.count {
            if text[place] == first, text[place...].starts(with: part) { return true }
            place += 1
        }
        return false
    }
}
