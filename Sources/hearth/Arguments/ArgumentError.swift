/// What was wrong with a call.
struct ArgumentError: Error, Equatable {
    enum Problem: Error, Equatable {
        case unknownVerb(nearest: String?, group: [String])
        case unknownOption(String, nearest: String?)
        case missingValue(String, placeholder: String)
        case valueOfFlag(String)
        case twice(String)
        case invalid(String, value: String, expected: String)
        case missing(String)
        case surplus(String)
        case conflict(String, String)
        case noneOf([String])
    }

    /// The verb that was called, or the words that name none.
    let verb: String
    let problem: Problem
}

/// The known word that a mistyped one probably meant.
enum Nearest {
    /// The nearest by edit distance, if it is near enough to be worth a question.
    static func word(to typed: String, among known: [String]) -> String? {
        let ranked = known.map { (word: $0, distance: distance(typed, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }),
            best.distance <= max(2, typed.utf8.count / 3), best.distance < typed.utf8.count
        else { return nil }
        return best.word
    }

    /// Letters to insert, remove or exchange to get from one word to the other.
    static func distance(_ one: String, _ other: String) -> Int {
        let other = Array(other.utf8)
        var row = Array(0...other.count)
        for (i, letter) in one.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in other.indices {
                let exchanged = diagonal + (letter == other[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(exchanged, diagonal + 1, row[j] + 1)
            }
        }
        return row[other.count]
    }
}
