import Checkpoint
import Foundation

extension MetricSpec {
    /// How the items' numbers become one score.
    enum Aggregation {
        /// The mean of the first numbers.
        case mean
        /// A function of the sums of all.
        case sums(([Double]) -> Double)
        /// e to the power of a function of the sums, as perplexities are.
        case power(([Double]) -> Double)
        /// A function of the whole sample that no sums tell.
        case whole(([[Double]]) -> Double)
    }

    var aggregation: Aggregation {
        switch kind {
        case .perplexity, .wordPerplexity, .bytePerplexity:
            .power { -($0[0] / $0[1]) }
        case .bitsPerByte:
            .sums { RollingScore(logprob: $0[0], words: 0, bytes: Int($0[1])).bitsPerByte }
        case .bleu: .sums { Self.bleu($0).score }
        case .chrf: .sums { Self.chrf($0).score }
        case .fieldPrecision: .sums { Self.match($0).precision }
        case .fieldRecall: .sums { Self.match($0).recall }
        case .fieldF1: .sums { Self.match($0).f1 }
        case .grounded: .sums { $0[1] == 0 ? 1 : $0[0] / $0[1] }
        case .prefillSpeed, .decodeSpeed: .sums { $0[1] == 0 ? 0 : $0[0] / $0[1] }
        case .calibrationError:
            .whole { [bins] rows in
                Calibration(rows.map { ($0[0], $0[1] == 1) }, bins: bins).expectedError
            }
        case .riskArea: .whole { rows in RiskCoverage(rows.map { ($0[0], $0[1]) }).area }
        case .peakMemory: .whole { rows in rows.reduce(0) { max($0, $1[0]) } }
        default: .mean
        }
    }

    /// How many numbers one item contributes.
    var width: Int {
        switch kind {
        case .bleu: 2 + 2 * BLEU.orders
        case .chrf: 3 * ChrF.orders
        case .fieldPrecision, .fieldRecall, .fieldF1: 3
        case .perplexity, .wordPerplexity, .bytePerplexity, .bitsPerByte, .calibrationError, .riskArea,
            .grounded, .prefillSpeed, .decodeSpeed:
            2
        default: 1
        }
    }

    /// Whether numbers read from a file can be what an item contributed: counts
    /// that fit, probabilities between 0 and 1. A samples file is untrusted.
    func isPlausible(_ values: [Double]) -> Bool {
        let counts = 0...1e9
        return switch kind {
        case .bleu, .chrf, .fieldPrecision, .fieldRecall, .fieldF1: values.allSatisfy(counts.contains)
        case .calibrationError, .riskArea: values.allSatisfy((0...1).contains)
        case .perplexity, .wordPerplexity, .bytePerplexity, .bitsPerByte: (1...1e9).contains(values[1])
        default: values.allSatisfy(\.isFinite)
        }
    }

    /// The score of at least one item.
    func score(_ rows: [[Double]]) -> Double {
        switch aggregation {
        case .mean: rows.reduce(0) { $0 + $1[0] } / Double(rows.count)
        case .sums(let score): score(Self.summed(rows))
        case .power(let exponent): Self.power(exponent(Self.summed(rows)))
        case .whole(let score): score(rows)
        }
    }

    /// e to the power of an exponent; beyond e^300 everything is alike, so that it always is a number.
    static func power(_ exponent: Double) -> Double { exp(min(exponent, 300)) }

    static func summed(_ rows: [[Double]]) -> [Double] {
        rows.dropFirst().reduce(into: rows[0]) { sums, row in
            for place in sums.indices { sums[place] += row[place] }
        }
    }

    private static func bleu(_ sums: [Double]) -> BLEU {
        var counts = BLEU()
        counts.length = Int(sums[0])
        counts.referenceLength = Int(sums[1])
        counts.matches = sums[2..<(2 + BLEU.orders)].map { Int($0) }
        counts.totals = sums[(2 + BLEU.orders)...].map { Int($0) }
        return counts
    }

    private static func chrf(_ sums: [Double]) -> ChrF {
        let counts = sums.map { Int($0) }
        var chrf = ChrF()
        chrf.candidate = Array(counts[..<ChrF.orders])
        chrf.reference = Array(counts[ChrF.orders..<(2 * ChrF.orders)])
        chrf.matches = Array(counts[(2 * ChrF.orders)...])
        return chrf
    }

    private static func match(_ sums: [Double]) -> FieldMatch {
        FieldMatch(matched: Int(sums[0]), answered: Int(sums[1]), expected: Int(sums[2]))
    }
}
