/// chrF of a corpus, equal to sacrebleu's defaults (six orders of characters,
/// white space left out, no words, recall counted twice).
///
/// Counts add up over segments and the score is taken of the sum.
struct ChrF: Sendable, Equatable {
    static let orders = 6

    var candidate = [Int](repeating: 0, count: orders)
    var reference = [Int](repeating: 0, count: orders)
    var matches = [Int](repeating: 0, count: orders)

    init() {}

    /// One segment against the reference it fits best; there is at least one.
    init(_ text: String, references: [String]) {
        precondition(!references.isEmpty)
        let grams = Self.grams(text)
        var best: (score: Double, counts: ChrF)?
        for other in references {
            let counts = ChrF(grams, Self.grams(other))
            let score = counts.score
            if score > best?.score ?? -1 { best = (score, counts) }
        }
        self = best?.counts ?? ChrF()
    }

    private typealias Grams = [ArraySlice<Unicode.Scalar>: Int]

    private init(_ grams: [Grams], _ others: [Grams]) {
        for order in 0..<Self.orders {
            // An order the reference is too short for says nothing about the candidate.
            if !others[order].isEmpty { candidate[order] = grams[order].values.reduce(0, +) }
            reference[order] = others[order].values.reduce(0, +)
            matches[order] = grams[order].reduce(0) { $0 + min($1.value, others[order][$1.key] ?? 0) }
        }
    }

    static func + (left: Self, right: Self) -> Self {
        var sum = left
        for order in 0..<orders {
            sum.candidate[order] += right.candidate[order]
            sum.reference[order] += right.reference[order]
            sum.matches[order] += right.matches[order]
        }
        return sum
    }

    /// The score, 0 to 100.
    var score: Double {
        var precision = 0.0
        var recall = 0.0
        var orders = 0
        for order in 0..<Self.orders where candidate[order] > 0 && reference[order] > 0 {
            precision += Double(matches[order]) / Double(candidate[order])
            recall += Double(matches[order]) / Double(reference[order])
            orders += 1
        }
        guard orders > 0, precision + recall > 0 else { return 0 }
        precision /= Double(orders)
        recall /= Double(orders)
        let weight = 4.0
        return 100 * ((1 + weight) * precision * recall / (weight * precision + recall))
    }

    private static func grams(_ text: String) -> [Grams] {
        let line = text.unicodeScalars.filter { !CodePoints.isSpace($0) }.map { $0 }
        return (1...orders).map { order in
            guard line.count >= order else { return [:] }
            return (0...(line.count - order)).reduce(into: [:]) { counts, start in
                counts[line[start..<(start + order)], default: 0] += 1
            }
        }
    }
}
