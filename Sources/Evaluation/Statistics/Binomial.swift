import Foundation

/// The binomial distribution: how many of n independent trials succeed.
struct Binomial: Sendable {
    let trials: Int
    let chance: Double

    /// At least no trial, and a chance between 0 and 1.
    init(trials: Int, chance: Double) {
        precondition(trials >= 0 && (0...1).contains(chance))
        self.trials = trials
        self.chance = chance
    }

    /// The probability of at most this many successes.
    func cumulative(_ successes: Int) -> Double {
        if successes < 0 { return 0 }
        if successes >= trials || chance == 0 { return 1 }
        if chance == 1 { return 0 }
        return IncompleteBeta.regularised(
            1 - chance, Double(trials - successes), Double(successes + 1))
    }

    /// The probability of exactly this many successes.
    func mass(_ successes: Int) -> Double {
        guard (0...trials).contains(successes) else { return 0 }
        if chance == 0 { return successes == 0 ? 1 : 0 }
        if chance == 1 { return successes == trials ? 1 : 0 }
        var sign: Int32 = 0
        let ways =
            lgamma_r(Double(trials + 1), &sign) - lgamma_r(Double(successes + 1), &sign)
            - lgamma_r(Double(trials - successes + 1), &sign)
        return exp(ways + Double(successes) * log(chance) + Double(trials - successes) * log1p(-chance))
    }

    /// The fewest successes whose cumulative probability reaches p.
    func quantile(_ p: Double) -> Int {
        var low = 0
        var high = trials
        while low < high {
            let middle = (low + high) / 2
            if cumulative(middle) >= p { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
