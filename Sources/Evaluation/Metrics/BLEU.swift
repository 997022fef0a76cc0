import Foundation

/// BLEU of a corpus, equal to sacrebleu's defaults (13a tokens, four orders,
/// exponential smoothing, no effective order).
///
/// Counts add up over segments and the score is taken of the sum, so a
/// bootstrap resamples counts and never tokenises twice.
struct BLEU: Sendable, Equatable {
    static let orders = 4

    var matches = [Int](repeating: 0, count: orders)
    var totals = [Int](repeating: 0, count: orders)
    var length = 0
    var referenceLength = 0

    init() {}

    /// One segment against its references, of which there is at least one.
    init(_ candidate: String, references: [String]) {
        precondition(!references.isEmpty)
        var names: [CodePoints.Word: Int32] = [:]
        func named(_ text: String) -> [Int32] {
            BLEUTokens.words(text).map { word in
                if let name = names[word] { return name }
                let name = Int32(names.count)
                names[word] = name
                return name
            }
        }
        let words = named(candidate)
        let others = references.map(named)
        length = words.count
        referenceLength = Self.closest(to: words.count, among: others.map(\.count))
        for order in 1...Self.orders {
            let counts = Self.grams(words, order)
            var allowed: [ArraySlice<Int32>: Int] = [:]
            for other in others {
                allowed.merge(Self.grams(other, order), uniquingKeysWith: max)
            }
            totals[order - 1] = max(0, words.count - order + 1)
            matches[order - 1] = counts.reduce(0) { $0 + min($1.value, allowed[$1.key] ?? 0) }
        }
    }

    static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.length += right.length
        sum.referenceLength += right.referenceLength
        for order in 0..<orders {
            sum.matches[order] += right.matches[order]
            sum.totals[order] += right.totals[order]
        }
        return sum
    }

    /// The score, 0 to 100.
    var score: Double {
        guard matches.contains(where: { $0 > 0 }) else { return 0 }
        var smoothing = 1.0
        var sum = 0.0
        for order in 0..<Self.orders {
            // Without n-grams of this order the precision is zero, and so is the score.
            guard totals[order] > 0 else { return 0 }
            if matches[order] == 0 {
                smoothing *= 2
                sum += log(100 / (smoothing * Double(totals[order])))
            } else {
                sum += log(100 * Double(matches[order]) / Double(totals[order]))
            }
        }
        return brevityPenalty * exp(sum / Double(Self.orders))
    }

    private var brevityPenalty: Double {
        if length >= referenceLength { return 1 }
        return length == 0 ? 0 : exp(1 - Double(referenceLength) / Double(length))
    }

    /// The reference length nearest to the candidate's, the shorter of equals.
    private static func closest(to length: Int, among lengths: [Int]) -> Int {
        lengths.min { left, right in
            (abs(left - length), left) < (abs(right - length), right)
        } ?? 0
    }

    private static func grams(_ words: [Int32], _ order: Int) -> [ArraySlice<Int32>: Int] {
        guard words.count >= order else { return [:] }
        return (0...(words.count - order)).reduce(into: [:]) { counts, start in
            counts[words[start..<(start + order)], default: 0] += 1
        }
    }
}
