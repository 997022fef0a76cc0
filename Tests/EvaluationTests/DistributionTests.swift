import Foundation
import Testing

@testable import Evaluation

@Suite struct DistributionTests {
    struct Row: Decodable {
        let of: String
        let at: [Double]
        let `is`: Double
    }

    @Test func everyDistributionAgreesWithScipy() throws {
        let rows = try Golden.rows("distributions.jsonl", of: Row.self)
        #expect(rows.count > 250)
        for row in rows {
            let x = row.at
            let ours =
                switch row.of {
                case "normal quantile": Normal.quantile(x[0])
                case "normal cumulative": Normal.cumulative(x[0])
                case "t quantile": StudentT.quantile(x[0], freedom: x[1])
                case "t cumulative": StudentT.cumulative(x[0], freedom: x[1])
                case "binomial cumulative":
                    Binomial(trials: Int(x[1]), chance: x[2]).cumulative(Int(x[0]))
                case "binomial quantile":
                    Double(Binomial(trials: Int(x[1]), chance: x[2]).quantile(x[0]))
                case "wilson low":
                    Wilson.interval(successes: Int(x[0]), of: Int(x[1])).lowerBound
                case "wilson high":
                    Wilson.interval(successes: Int(x[0]), of: Int(x[1])).upperBound
                case "beta": IncompleteBeta.regularised(x[0], x[1], x[2])
                default: Double.nan
                }
            let error = abs(ours - row.is) / max(abs(row.is), 1e-300)
            #expect(ours == row.is || error < 1e-9 || abs(ours - row.is) < 1e-15, "\(row) ours \(ours)")
        }
    }

    @Test func massesOfABinomialSumToItsCumulative() {
        let binomial = Binomial(trials: 40, chance: 0.3)
        let sum = (0...12).reduce(0) { $0 + binomial.mass($1) }
        #expect(near(sum, binomial.cumulative(12), 1e-12))
        #expect(Binomial(trials: 3, chance: 0).mass(0) == 1)
        #expect(Binomial(trials: 0, chance: 0.5).cumulative(0) == 1)
    }
}
