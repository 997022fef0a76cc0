/// The known word that a mistyped one was probably meant to be.
package enum Suggestion {
    /// The nearest of some words by edits, or nothing if all are too far away.
    ///
    /// One edit inserts, deletes or replaces a character or swaps two neighbours;
    /// a third of the word's length (at least one, and not the whole of it) still
    /// counts as a slip.
    package static func nearest(to word: String, among words: [String]) -> String? {
        let typed = plain(word)
        // A hostile key must not cost more than its own length.
        guard typed.count <= 64 else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in words {
            let distance = edits(typed, plain(candidate))
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        guard let best, best.distance <= max(1, typed.count / 3), best.distance < typed.count else {
            return nil
        }
        return best.word
    }

    private static func plain(_ word: String) -> [UInt8] {
        word.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
    }

    private static func edits(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before: [Int] = []
        var above = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            (before, above) = (above, row)
        }
        return above[b.count]
    }
}
